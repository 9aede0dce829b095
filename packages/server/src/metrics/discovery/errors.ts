/** What can go wrong with service discovery, by code. */
import { SightlineError } from '@sightline/model';

export type DiscoveryErrorCode = 'discovery/target-groups' | 'discovery/http' | 'discovery/dns' | 'discovery/file';

export class DiscoveryError extends SightlineError<DiscoveryErrorCode> {}
