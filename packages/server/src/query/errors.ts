/** Why the engine refused or ended a query: each limit is told apart, and its hint names the option that raises it. */
import { SightlineError, type SightlineErrorOptions } from '@sightline/model';

export type QueryErrorCode =
  | 'too_many_queries'
  | 'too_many_points'
  | 'too_many_samples'
  | 'too_many_series'
  | 'query_memory'
  | 'total_memory'
  | 'timeout'
  | 'killed';

export class QueryError extends SightlineError<QueryErrorCode> {
  /** Seconds after which asking again may help; undefined when it will not. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: QueryErrorCode,
    message: string,
    options: SightlineErrorOptions & { retryAfterSeconds?: number } = {},
  ) {
    super(code, message, options);
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
