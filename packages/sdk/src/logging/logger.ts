/** The logger of a program: levels, children, samples and limits; what a line looks like is the emitter's. */
import { current } from '../context/store.ts';
import { type LogLevel, SEVERITY } from '../options/level.ts';
import type { AlertData, AlertOptions } from './alerts.ts';
import { type Bindings, bind } from './bindings.ts';
import type { Emitter, PerformanceFields } from './emitter.ts';
import { type Category, severityOf } from './levels.ts';
import { measure, type MeasureOptions, type PerfScope, tracked, type TrackedOptions } from './performance.ts';
import { type Bucket, isLimitedIn, type RateLimit } from './rate-limit.ts';
import { isKept, type SampleBy, type SampleRate, type Sampling } from './sampling.ts';
import type { SecurityEventData, SecurityEventName } from './security.ts';
import { CRITICAL, DEBUG, ERROR, INFO, severityLevel, SILENT, TRACE, WARN } from './severity.ts';
import type { Sink } from './sinks/sink.ts';

/** Options of one logger or child. */
export interface LoggerOptions {
  /** Its own level, which `setLevel` of the name no longer changes. */
  readonly level?: LogLevel | undefined;
  /** Share of the lines below ERROR that are written. */
  readonly sampleRate?: SampleRate | undefined;
  readonly sampleBy?: SampleBy | undefined;
  /** Its own sinks instead of the common ones. */
  readonly sinks?: readonly Sink[] | undefined;
}

/** What a logger is made of; `logging.ts` puts it together. */
export interface LoggerParts {
  readonly services: LoggerServices;
  readonly emitter: Emitter;
  readonly category: Category;
  readonly bindings: Bindings | undefined;
  readonly sampling: Sampling | undefined;
  readonly bucket: Bucket | undefined;
}

/** What loggers share. */
export interface LoggerServices {
  derive(parts: LoggerParts, options: LoggerOptions): LoggerParts;
  bucket(key: string, maxPerMinute: number): Bucket;
  alert(logger: Logger, name: string, data: AlertData, options: AlertOptions | undefined): void;
  security(logger: Logger, name: string, data: SecurityEventData | undefined): void;
}

/**
 * Writes lines. Each takes a message, then data (fields or an error), then figures of a performance block.
 *
 * @example
 * logger.info('User login successful', { login_method: 'oauth' });
 * logger.error('Payment failed', error);
 * logger.error('Payment failed', { err: error, orderId });
 */
export class Logger {
  readonly #parts: LoggerParts;
  readonly #category: Category;
  readonly #emitter: Emitter;
  readonly #bindings: Bindings | undefined;
  readonly #sampling: Sampling | undefined;
  readonly #bucket: Bucket | undefined;

  constructor(parts: LoggerParts) {
    this.#parts = parts;
    this.#category = parts.category;
    this.#emitter = parts.emitter;
    this.#bindings = parts.bindings;
    this.#sampling = parts.sampling;
    this.#bucket = parts.bucket;
  }

  get name(): string {
    return this.#category.name;
  }

  /** What it is made of; owned by logging, to make further loggers from it. */
  get parts(): LoggerParts {
    return this.#parts;
  }

  /**
   * The least level that is written. Setting it changes all loggers of this name that have no level of their own; throws an
   * ObserveError when it is no level.
   */
  get level(): LogLevel {
    return severityLevel(Math.min(this.#category.threshold, CRITICAL));
  }

  set level(level: LogLevel) {
    if (this.#category.threshold < SILENT) this.#category.threshold = severityOf(level);
  }

  isEnabled(level: LogLevel): boolean {
    return this.#category.threshold <= SEVERITY[level];
  }

  trace(message: string | Error, data?: object | Error, performance?: PerformanceFields): void {
    if (this.#category.threshold <= TRACE) this.#log(TRACE, message, data, performance);
  }

  debug(message: string | Error, data?: object | Error, performance?: PerformanceFields): void {
    if (this.#category.threshold <= DEBUG) this.#log(DEBUG, message, data, performance);
  }

  info(message: string | Error, data?: object | Error, performance?: PerformanceFields): void {
    if (this.#category.threshold <= INFO) this.#log(INFO, message, data, performance);
  }

  warn(message: string | Error, data?: object | Error, performance?: PerformanceFields): void {
    if (this.#category.threshold <= WARN) this.#log(WARN, message, data, performance);
  }

  error(message: string | Error, data?: object | Error, performance?: PerformanceFields): void {
    if (this.#category.threshold <= ERROR) this.#log(ERROR, message, data, performance);
  }

  /** Written at once, not with the next batch: the process may end next. */
  critical(message: string | Error, data?: object | Error, performance?: PerformanceFields): void {
    if (this.#category.threshold <= CRITICAL) this.#log(CRITICAL, message, data, performance);
  }

  /** A line of a level that is only known at run time. */
  log(level: LogLevel, message: string | Error, data?: object | Error, performance?: PerformanceFields): void {
    const severity = SEVERITY[level] ?? INFO;
    if (this.#category.threshold <= severity) this.#log(severity, message, data, performance);
  }

  /** As `log`, of a line that another logger made at `timeMs`. */
  logAt(timeMs: number, level: LogLevel, message: string, data?: object | Error): void {
    const severity = SEVERITY[level];
    if (this.#category.threshold > severity) return;
    this.#emitter.emit(this.#category, this.#bindings, severity, timeMs, message, data, undefined, current());
  }

  /**
   * A logger whose lines all have `bindings`, e.g. `{ order_id }`. Values are read once, now.
   *
   * @param options Level, samples and sinks of the child; those of this logger unless given.
   */
  child(bindings: object, options?: LoggerOptions): Logger {
    const parts = options === undefined ? this.#parts : this.#parts.services.derive(this.#parts, options);
    const { serializer } = this.#emitter;
    return new Logger({ ...parts, bindings: bind(this.#bindings, bindings, serializer) });
  }

  /** A logger that writes at most so many lines a minute and tells how many it suppressed. */
  rateLimited(limit: RateLimit): Logger {
    const bucket = this.#parts.services.bucket(limit.key ?? this.name, limit.maxPerMinute);
    return new Logger({ ...this.#parts, bucket });
  }

  /** A line and a count in `security_events_total{event,severity}`; personal data in `data` is hashed. */
  securityEvent(name: SecurityEventName | (string & {}), data?: SecurityEventData): void {
    this.#parts.services.security(this, name, data);
  }

  /**
   * Raises an alert: always a line, and to the alert API and Slack when they are configured, at most once per cooldown.
   *
   * @example logger.alert('DatabaseConnectionFailure', { severity: 'critical', database: 'orders' }, { channels: ['slack'] });
   */
  alert(name: string, data: AlertData, options?: AlertOptions): void {
    this.#parts.services.alert(this, name, data, options);
  }

  /** Calls `fn` and writes a line with how long it took; what it throws or rejects with is written and passed on. */
  performance<TResult>(operation: string, fn: (scope: PerfScope) => TResult, options?: MeasureOptions): TResult {
    return measure(this, operation, fn, options);
  }

  /** `fn` with a performance line for each call. */
  tracked<TThis, TArgs extends unknown[], TResult>(
    fn: (this: TThis, ...args: TArgs) => TResult,
    options?: TrackedOptions,
  ): (this: TThis, ...args: TArgs) => TResult {
    return tracked(this, fn, options);
  }

  #log(severity: number, message: unknown, data: unknown, performance: PerformanceFields | undefined): void {
    if (this.#sampling !== undefined && severity < ERROR && !isKept(this.#sampling, severity)) return;
    if (this.#bucket !== undefined && !this.#bucket.take()) return;
    const context = current();
    if (context?.values !== undefined && isLimitedIn(context)) return;
    const now = Date.now();
    this.#emitter.emit(this.#category, this.#bindings, severity, now, message, data, performance, context);
  }
}
