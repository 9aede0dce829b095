/** Why a host collector gave no samples. `host_no_data` is normal: this machine has no such hardware or kernel feature. */
import { SightlineError } from '@sightline/model';

export type HostErrorCode = 'host_no_data' | 'host_unreadable' | 'host_malformed' | 'host_timeout' | 'host_option';

export class HostError extends SightlineError<HostErrorCode> {}

/** The kernel does not offer what the collector reads; reported as `node_scrape_collector_success` 0 and logged at debug. */
export function noData(what: string): HostError {
  return new HostError('host_no_data', `this host has no ${what}`);
}
