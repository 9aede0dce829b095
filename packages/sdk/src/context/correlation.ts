/**
 * Correlation ids for the program: set, read, and carry them over queues, jobs and emitters, where no `await` leads.
 */
import { active, type Context, type Correlation, current, run, withCorrelationCell } from './store.ts';

/**
 * Calls `fn` under its own correlation: every log line in it, also after awaits, has these ids. Ids that are not given (or
 * are undefined) come from the surrounding correlation.
 *
 * @param correlation A correlation id, or the ids by name.
 * @example await withCorrelation({ userId, requestId: job.id }, () => process(job));
 */
export function withCorrelation<TResult>(correlation: string | Correlation, fn: () => TResult): TResult {
  const given = typeof correlation === 'string' ? { correlationId: correlation } : correlation;
  const values = { ...current()?.cell?.values };
  assign(values, given);
  return run(withCorrelationCell(values), fn);
}

/** The ids of the current request, job or message; undefined outside. */
export function correlation(): Readonly<Correlation> | undefined {
  return current()?.cell?.values;
}

/**
 * Adds ids to the current request for all its lines from now on, e.g. the user id after authentication. An id that is undefined
 * stays as it was. Does nothing outside of a request or `withCorrelation`. @returns Whether there was a correlation to set.
 */
export function setCorrelation(values: Correlation): boolean {
  const cell = current()?.cell;
  if (cell === undefined) return false;
  assign(cell.values, values);
  cell.version++;
  return true;
}

/** Only the four names: what a caller passes on from outside must not bring others. */
function assign(target: Correlation, { correlationId, requestId, userId, sessionId }: Correlation): void {
  if (correlationId !== undefined) target.correlationId = correlationId;
  if (requestId !== undefined) target.requestId = requestId;
  if (userId !== undefined) target.userId = userId;
  if (sessionId !== undefined) target.sessionId = sessionId;
}

/**
 * Binds `fn` to the context of now: when an emitter, a pool or a queue of the same process calls it later, its lines and spans
 * belong to the request that made it.
 */
export function bindContext<TThis, TArgs extends unknown[], TResult>(
  fn: (this: TThis, ...args: TArgs) => TResult,
  context: Context = active(),
): (this: TThis, ...args: TArgs) => TResult {
  return function bound(this: TThis, ...args: TArgs): TResult {
    return run(context, () => fn.apply(this, args));
  };
}
