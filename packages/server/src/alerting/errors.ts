/** Mistakes in what callers ask of alerting. */
import { SightlineError } from '@sightline/model';

export class AlertingError extends SightlineError<
  'silence_not_found' | 'silence_invalid' | 'silence_expired' | 'alert_not_firing' | 'not_acknowledged'
> {}
