/** Performance blocks: a line with how long an operation took, what it used and counted, and an alert above a threshold. */
import type { LogLevel } from '../options/level.ts';
import type { PerformanceFields } from './emitter.ts';
import type { Logger } from './logger.ts';

export interface MeasureOptions {
  /** Raises the alert `SlowOperation` when the operation takes longer, in milliseconds. */
  readonly alertThresholdMs?: number | undefined;
  /** Adds `memory_usage_mb` (heap in use afterwards) and `memory_delta_mb`; costs about 20 microseconds. */
  readonly memory?: boolean | undefined;
  /** Level of the line when the operation succeeds; `info`. */
  readonly level?: LogLevel | undefined;
}

export interface TrackedOptions extends MeasureOptions {
  /** Name of the operation; the name of the function unless given. */
  readonly name?: string | undefined;
}

/** What a performance block may add to its line. */
export class PerfScope {
  readonly #startMs = performance.now();
  #fields: Record<string, string | number> | undefined;

  /** Adds a figure, e.g. `set('records_processed', 120)`. */
  set(name: string, value: string | number): void {
    this.#fields ??= {};
    this.#fields[name] = value;
  }

  get elapsedMs(): number {
    return performance.now() - this.#startMs;
  }

  /** All figures so far. */
  figures(heapBefore: number | undefined): PerformanceFields {
    const duration_ms = rounded(this.elapsedMs);
    if (heapBefore === undefined) return { duration_ms, ...this.#fields };
    const heap = process.memoryUsage().heapUsed;
    return {
      duration_ms,
      memory_usage_mb: rounded(heap / 1_048_576),
      memory_delta_mb: rounded((heap - heapBefore) / 1_048_576),
      ...this.#fields,
    };
  }
}

export function measure<TResult>(
  logger: Logger,
  operation: string,
  fn: (scope: PerfScope) => TResult,
  options: MeasureOptions = {},
): TResult {
  const heap = options.memory === true ? process.memoryUsage().heapUsed : undefined;
  const scope = new PerfScope();
  let result: TResult;
  try {
    result = fn(scope);
  } catch (error) {
    failed(logger, operation, scope.figures(heap), error);
    throw error;
  }
  if (!isThenable(result)) {
    done(logger, operation, scope.figures(heap), options);
    return result;
  }
  return result.then(
    (value) => {
      done(logger, operation, scope.figures(heap), options);
      return value;
    },
    (error: unknown) => {
      failed(logger, operation, scope.figures(heap), error);
      throw error;
    },
  ) as TResult;
}

export function tracked<TThis, TArgs extends unknown[], TResult>(
  logger: Logger,
  fn: (this: TThis, ...args: TArgs) => TResult,
  options: TrackedOptions = {},
): (this: TThis, ...args: TArgs) => TResult {
  const operation = options.name ?? (fn.name === '' ? 'anonymous' : fn.name);
  return function trackedFunction(this: TThis, ...args: TArgs): TResult {
    return measure(logger, operation, () => fn.apply(this, args), options);
  };
}

function done(logger: Logger, operation: string, figures: PerformanceFields, options: MeasureOptions): void {
  logger.log(options.level ?? 'info', `${operation} completed`, { operation }, figures);
  const { alertThresholdMs } = options;
  const took = figures.duration_ms ?? 0;
  if (alertThresholdMs === undefined || took <= alertThresholdMs) return;
  logger.alert('SlowOperation', {
    severity: 'warning',
    operation,
    summary: `${operation} took ${took} ms, more than ${alertThresholdMs} ms`,
    duration_ms: took,
    threshold_ms: alertThresholdMs,
  });
}

function failed(logger: Logger, operation: string, figures: PerformanceFields, error: unknown): void {
  logger.error(`${operation} failed`, { operation, err: asError(error) }, figures);
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
