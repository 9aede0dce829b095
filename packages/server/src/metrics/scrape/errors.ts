/** What can go wrong with scraping, by code. The message is what /api/v1/targets shows as the target's last error. */
import { SightlineError } from '@sightline/model';

export type ScrapeErrorCode =
  | 'scrape/target-invalid'
  | 'scrape/target-limit'
  | 'scrape/connection'
  | 'scrape/timeout'
  | 'scrape/http-status'
  | 'scrape/redirect'
  | 'scrape/authorization'
  | 'scrape/tls-config'
  | 'scrape/content-type'
  | 'scrape/content-encoding'
  | 'scrape/body-size-limit'
  | 'scrape/sample-limit'
  | 'scrape/label-limit'
  | 'scrape/metric-name'
  | 'scrape/parse'
  | 'scrape/collect'
  | 'scrape/stopped';

export class ScrapeError extends SightlineError<ScrapeErrorCode> {}

/** Text of anything thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '' && error.errors.length > 0) {
    return messageOf(error.errors[0]);
  }
  return error instanceof Error ? error.message : String(error);
}
