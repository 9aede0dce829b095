/** Puts the logging of a process together: levels, redaction, sinks, alerts and security events around one root logger. */
import type { Core } from '../core/core.ts';
import type { Flushable } from '../lib/flushing.ts';
import { Problems } from '../lib/problems.ts';
import type { Registry } from '../metrics/registry.ts';
import { type LogLevel, parseLevel } from '../options/level.ts';
import { type AlertData, type AlertOptions, Alerts } from './alerts.ts';
import { offerLogging } from './current-logging.ts';
import { Emitter } from './emitter.ts';
import { Serializer } from './json/serializer.ts';
import { Levels } from './levels.ts';
import { Logger, type LoggerOptions, type LoggerParts, type LoggerServices } from './logger.ts';
import type { LoggingOptions } from './options.ts';
import { PiiHasher } from './pii.ts';
import { onProcessEnd } from './process-end.ts';
import { type Bucket, Buckets } from './rate-limit.ts';
import { createRedaction } from './redact/redaction.ts';
import { createSampling } from './sampling.ts';
import { type SecurityEventData, SecurityEvents } from './security.ts';
import { SILENT } from './severity.ts';
import { Shapes } from './shapes/shapes.ts';
import { defaultSinks } from './sinks/default-sinks.ts';
import type { Sink } from './sinks/sink.ts';

const MAX_LINE_BYTES = 65_536;
const LEAST_LINE_BYTES = 8_192;
const MAX_DEPTH = 8;
const MAX_ITEMS = 256;
const MAX_TEXT = 16_384;

/**
 * Makes the logging of a process. Throws an ObserveError that names every wrong option.
 *
 * @param registry Counts security events.
 */
export function createLogging(core: Core, registry: Registry, options: LoggingOptions = {}): Logging {
  return new Logging(core, registry, options);
}

export class Logging implements LoggerServices {
  /** The logger with the name of the service. */
  readonly root: Logger;
  /** For who prepares the fields of its lines, see prepared.ts. */
  readonly serializer: Serializer;
  readonly #core: Core;
  readonly #options: LoggingOptions;
  readonly #levels: Levels;
  readonly #emitter: Emitter;
  readonly #shapes: Shapes;
  readonly #alerts: Alerts;
  readonly #security: SecurityEvents;
  readonly #hasher: PiiHasher;
  readonly #buckets: Buckets;
  /** All sinks that were ever used here, to be flushed and closed. */
  readonly #owned = new Set<Sink>();
  #sinks: readonly Sink[];
  readonly #flushable: Flushable;
  readonly #endListening: () => void;
  readonly #withdraw: () => void;

  constructor(core: Core, registry: Registry, options: LoggingOptions) {
    const problems = new Problems();
    const redaction = createRedaction(options.redact, problems, 'logging.redact');
    const sampling = createSampling(options.sampleRate, options.sampleBy, problems, 'logging');
    this.#core = core;
    this.#options = options;
    const maxLineBytes = checkedLineBytes(options.maxLineBytes, problems);
    this.#levels = createLevels(core, options, problems);
    problems.throwIfAny();
    this.serializer = new Serializer(redaction, {
      maxDepth: options.maxDepth ?? MAX_DEPTH,
      maxItems: MAX_ITEMS,
      maxText: Math.min(MAX_TEXT, Math.floor(maxLineBytes / 4)),
    });
    this.#emitter = new Emitter(core, this.serializer, maxLineBytes);
    this.#shapes = new Shapes({ resource: core.resource, serializer: this.serializer, context: options.context ?? {} });
    this.#alerts = new Alerts(core, this.serializer, options.alerts);
    this.#hasher = new PiiHasher(options.pii);
    const counter = registry.counter('security_events_total', 'Security events by name and severity', {
      labels: ['event', 'severity'],
    });
    this.#security = new SecurityEvents(counter, this.#hasher);
    this.#buckets = new Buckets((key, count, sinceMs) => this.#tellSuppressed(key, count, sinceMs));
    this.#sinks = core.enabled ? (options.sinks ?? defaultSinks(core, options)) : [];
    this.#route();
    const parts = { services: this, emitter: this.#emitter, bindings: undefined, sampling, bucket: undefined };
    this.root = new Logger({ ...parts, category: this.#levels.category(core.resource.service) });
    this.#flushable = this.#flushableOf();
    core.flushing.add(this.#flushable);
    for (const exporter of this.#alerts.exporters) core.flushing.add(exporter);
    this.#endListening = core.enabled ? this.#listen() : () => {};
    this.#withdraw = offerLogging(this);
  }

  /** The logger of a part of the service, e.g. `db.pool`. Its lines have the name; its level can be set by it. */
  logger(name: string, options?: LoggerOptions): Logger {
    const parts = { ...this.root.parts, category: this.#levels.category(name) };
    return new Logger(options === undefined ? parts : this.derive(parts, options));
  }

  /**
   * Changes levels while the service runs, also of loggers that are made later. Throws an ObserveError when `level` is none.
   *
   * @param pattern Name of a logger, or with `*` for any characters: `db.*`, `*`.
   */
  setLevel(pattern: string, level: LogLevel): void {
    if (this.#core.enabled) this.#levels.set(pattern, level);
  }

  /** Adds a destination for all loggers without sinks of their own. @returns Takes it away again. */
  addSink(sink: Sink): () => void {
    this.#sinks = [...this.#sinks, sink];
    this.#route();
    return () => {
      this.#sinks = this.#sinks.filter((other) => other !== sink);
      this.#route();
    };
  }

  /** Raises an alert from the root logger. */
  raiseAlert(name: string, data: AlertData, options?: AlertOptions): void {
    this.alert(this.root, name, data, options);
  }

  /** A keyed hash of personal data, as security events have it: `sha256:` and 16 hex digits. */
  hashPii(value: string): string {
    return this.#hasher.hash(value);
  }

  /** Ends timers and files; lines after it are lost. */
  async close(): Promise<void> {
    this.#withdraw();
    this.#endListening();
    this.#core.flushing.remove(this.#flushable);
    this.#buckets.reportAll();
    await this.#flushable.close();
  }

  alert(logger: Logger, name: string, data: AlertData, options: AlertOptions | undefined): void {
    if (!this.#core.enabled) return;
    this.#alerts.raise((level, message, fields) => logger.log(level, message, fields), name, data, options);
  }

  security(logger: Logger, name: string, data: SecurityEventData | undefined): void {
    if (!this.#core.enabled) return;
    this.#security.record((level, message, fields) => logger.log(level, message, fields), name, data);
  }

  bucket(key: string, maxPerMinute: number): Bucket {
    return this.#buckets.get(key, maxPerMinute);
  }

  derive(parts: LoggerParts, options: LoggerOptions): LoggerParts {
    const problems = new Problems();
    const { level, sampleRate, sampleBy, sinks } = options;
    const sampling =
      sampleRate === undefined && sampleBy === undefined
        ? parts.sampling
        : createSampling(sampleRate, sampleBy, problems, 'logger');
    const severity = level === undefined ? undefined : checkedLevel(level, problems, 'logger.level');
    problems.throwIfAny();
    const category =
      severity === undefined || !this.#core.enabled ? parts.category : this.#levels.own(parts.category.name, severity);
    if (sinks === undefined || !this.#core.enabled) return { ...parts, category, sampling };
    const emitter = this.#emitter.beside();
    this.#own(sinks);
    emitter.route(sinks, (sink) => this.#shapes.get(sink.shape));
    return { ...parts, category, sampling, emitter };
  }

  #route(): void {
    this.#own(this.#sinks);
    this.#emitter.route(this.#sinks, (sink) => this.#shapes.get(sink.shape));
  }

  #own(sinks: readonly Sink[]): void {
    for (const sink of sinks) {
      if (this.#owned.has(sink)) continue;
      this.#owned.add(sink);
      sink.start?.(this.#core);
    }
  }

  #tellSuppressed(key: string, count: number, sinceMs: number): void {
    this.root.warn(`rate limit: ${count} lines suppressed`, { key, suppressed: count, window_ms: sinceMs });
  }

  #listen(): () => void {
    return onProcessEnd({
      handlesSignals: this.#options.handleSignals ?? true,
      flushSync: () => this.#flushSync(),
      crashed: (error, origin) => {
        if (this.#options.logCrashes ?? true)
          this.root.critical('the process ends with an error', { origin, err: error });
        this.#flushSync();
      },
    });
  }

  #flushSync(): void {
    this.#buckets.reportAll();
    for (const sink of this.#owned) {
      try {
        sink.flushSync?.();
      } catch {
        this.#core.losses.add('logs', 'sink_failed');
      }
    }
  }

  #flushableOf(): Flushable {
    return {
      name: 'logs',
      flush: async (signal) => {
        this.#buckets.reportAll();
        await Promise.all([...this.#owned].map((sink) => sink.flush?.(signal)));
      },
      flushSync: () => this.#flushSync(),
      close: async () => {
        this.#flushSync();
        await Promise.allSettled([...this.#owned].map((sink) => sink.close?.()));
      },
    };
  }
}

function createLevels(core: Core, options: LoggingOptions, problems: Problems): Levels {
  const base = options.level === undefined ? core.env.logLevel : checkedLevel(options.level, problems, 'logging.level');
  const levels = new Levels(base ?? 'info');
  for (const [pattern, level] of Object.entries(options.levels ?? {})) {
    const checked = checkedLevel(level, problems, `logging.levels.${pattern}`);
    if (checked !== undefined) levels.set(pattern, checked);
  }
  if (!core.enabled) levels.setSeverity('*', SILENT);
  return levels;
}

function checkedLevel(level: string, problems: Problems, path: string): LogLevel | undefined {
  const found = typeof level === 'string' ? parseLevel(level) : undefined;
  if (found === undefined)
    problems.add(path, `${JSON.stringify(level)} is no level: use debug, info, warn, error or critical`);
  return found;
}

function checkedLineBytes(bytes: number | undefined, problems: Problems): number {
  const value = bytes ?? MAX_LINE_BYTES;
  if (!(value >= LEAST_LINE_BYTES))
    problems.add('logging.maxLineBytes', `must be at least ${LEAST_LINE_BYTES}, got ${value}`);
  return value;
}
