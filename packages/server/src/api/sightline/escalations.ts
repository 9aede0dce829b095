/** Escalations of sightline.yml as `GET notify` shows them. */
import type { EscalationEntry } from '@sightline/api-types';
import type { EscalationConfig } from '../../alerting/beyond/config/types.ts';

export function escalationEntries(escalations: readonly EscalationConfig[]): EscalationEntry[] {
  return escalations.map(({ name, matchers, steps }) => ({ name, matchers: matchers.map(String), steps }));
}
