/**
 * One call of a database: its span and its place in `db_client_operation_duration_seconds{system,operation,outcome}`. Attributes
 * follow the OpenTelemetry semantic conventions for database clients (stable since 1.33): db.system.name, db.namespace,
 * db.operation.name, db.collection.name, db.query.text, db.query.summary, db.response.status_code, error.type.
 */
import type { Core } from '../core/core.ts';
import type { Registry } from '../metrics/registry.ts';
import type { Histogram, HistogramHandle } from '../metrics/types.ts';
import { RecordingSpan } from '../tracing/recording-span.ts';
import type { Span } from '../tracing/span.ts';
import type { Tracing } from '../tracing/tracing.ts';

/** Names that db.system.name may have here. */
export type DatabaseSystem = 'postgresql' | 'mysql' | 'mongodb' | 'redis' | 'sqlite';

/** What a call is, said once at its start. */
export interface OperationStart {
  readonly system: DatabaseSystem;
  /** Command or first keyword, e.g. `SELECT`: a label, so from a small set. */
  readonly operation: string;
  /** Name of the span. */
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly collection?: string | undefined;
  readonly text?: string | undefined;
  readonly summary?: string | undefined;
  readonly batchSize?: number | undefined;
  readonly address?: string | undefined;
  readonly port?: number | undefined;
}

/** A call that is going on. */
export interface Operation {
  /** @param error What it failed with; undefined when it did not. Only the first call counts. */
  end(error?: unknown): void;
}

const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Commands by name that a system has metrics for; beyond, they are `OTHER`. */
const MAX_OPERATIONS = 200;

interface Outcomes {
  readonly success: HistogramHandle;
  readonly error: HistogramHandle;
}

/** Starts calls of all databases of one `observe()`. */
export class Operations {
  readonly #tracing: Tracing;
  readonly #duration: Histogram<'system' | 'operation' | 'outcome'>;
  readonly #bySystem = new Map<DatabaseSystem, Map<string, Outcomes>>();
  readonly #core: Core;
  /** Counts and tells what went wrong in recording: never thrown into the service. */
  readonly failed = (error: unknown): void => {
    this.#core.losses.add('traces', 'client_failed');
    this.#core.notices.tell('clients:failed', `a database call was not recorded: ${String(error)}`);
  };

  constructor(core: Core, registry: Registry, tracing: Tracing) {
    this.#core = core;
    this.#tracing = tracing;
    this.#duration = registry.histogram('db_client_operation_duration_seconds', 'Duration of database operations', {
      labels: ['system', 'operation', 'outcome'],
      buckets: BUCKETS,
    });
  }

  start(call: OperationStart): Operation {
    const span = this.#tracing.startClientSpan(call.name);
    if (span.isRecording()) describe(span, call);
    return new Running(span, this.#outcomes(call.system, call.operation));
  }

  #outcomes(system: DatabaseSystem, operation: string): Outcomes {
    let known = this.#bySystem.get(system);
    if (known === undefined) {
      known = new Map();
      this.#bySystem.set(system, known);
    }
    const found = known.get(operation);
    if (found !== undefined) return found;
    if (known.size >= MAX_OPERATIONS && operation !== 'OTHER') return this.#outcomes(system, 'OTHER');
    const outcomes = {
      success: this.#duration.labels(system, operation, 'success'),
      error: this.#duration.labels(system, operation, 'error'),
    };
    known.set(operation, outcomes);
    return outcomes;
  }
}

class Running implements Operation {
  readonly #span: Span;
  readonly #outcomes: Outcomes;
  /** A recorded span knows its own times: reading the clock twice costs as much as the rest. */
  readonly #startedAt: number;
  #isEnded = false;

  constructor(span: Span, outcomes: Outcomes) {
    this.#span = span;
    this.#outcomes = outcomes;
    this.#startedAt = span instanceof RecordingSpan ? 0 : performance.now();
  }

  end(error?: unknown): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const span = this.#span;
    const isFailed = error !== undefined && error !== null;
    if (isFailed) fail(span, error);
    span.end();
    const ms = span instanceof RecordingSpan ? span.endMs - span.startMs : performance.now() - this.#startedAt;
    (isFailed ? this.#outcomes.error : this.#outcomes.success).observe(ms / 1000);
  }
}

function describe(span: Span, call: OperationStart): void {
  span.setAttribute('db.system.name', call.system);
  span.setAttribute('db.operation.name', call.operation);
  if (call.namespace !== undefined && call.namespace !== '') span.setAttribute('db.namespace', call.namespace);
  if (call.collection !== undefined) span.setAttribute('db.collection.name', call.collection);
  if (call.text !== undefined) span.setAttribute('db.query.text', call.text);
  if (call.summary !== undefined) span.setAttribute('db.query.summary', call.summary);
  if (call.batchSize !== undefined) span.setAttribute('db.operation.batch.size', call.batchSize);
  if (call.address !== undefined) span.setAttribute('server.address', call.address);
  if (call.port !== undefined) span.setAttribute('server.port', call.port);
}

/** `WRONGTYPE Operation against a key ...`: Redis says the kind of an error first. */
const REDIS_KIND = /^[A-Z][A-Z0-9]{1,23}(?= )/;

/**
 * The exception's message is kept out: databases quote values of the statement in it ("duplicate key value (email)=(..)").
 */
function fail(span: Span, error: unknown): void {
  const { code, errno, name, message } = Object(error) as Readonly<Record<string, unknown>>;
  const status = typeof errno === 'number' && errno > 0 ? errno : code;
  const redisKind = typeof message === 'string' ? REDIS_KIND.exec(message)?.[0] : undefined;
  const said = typeof status === 'string' || typeof status === 'number' ? String(status).slice(0, 64) : redisKind;
  if (said !== undefined) span.setAttribute('db.response.status_code', said);
  span.setAttribute('error.type', said ?? (typeof name === 'string' && name !== '' ? name.slice(0, 64) : '_OTHER'));
  span.setStatus('error');
}
