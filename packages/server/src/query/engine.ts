/**
 * Runs every PromQL query of the server under one set of limits: places and queue per class of work, time, samples, series,
 * steps, memory. Keeps the list of running queries, the log of finished ones, and the cache of range results.
 */
import type { ActiveQuery, QueryCacheStatus, QueryKind, QueryLimits } from '@sightline/api-types';
import {
  type EvaluateOptions,
  type Expr,
  evaluateInstant,
  evaluateRange,
  parseExpr,
  type QueryRange,
  type QueryResult,
  QueryTrace,
} from '@sightline/promql';
import { createGate, type Gate } from '../lib/gate.ts';
import type { ChangeTracker, MetricReader, WorkClass } from '../storage/metric-store.ts';
import type { MetricsRegistry } from '../telemetry/registry.ts';
import type { Spans } from '../telemetry/spans.ts';
import { QueryError } from './errors.ts';
import { MemoryBudget } from './memory-budget.ts';
import { createQueryMetrics, type QueryMetrics } from './metrics.ts';
import { explainError, outcomeOf } from './outcome.ts';
import { QueryLog } from './query-log.ts';
import { RangeCache } from './range-cache/range-cache.ts';
import type { InstantRequest, QueryAnswer, RangeRequest } from './request.ts';
import { RunningQuery, samplesOf } from './running-query.ts';
import { BYTES_PER_SAMPLE, type QuerySettings, sampleLimit } from './settings.ts';
import { trackSource } from './tracked-source.ts';

export interface QueryEngineOptions {
  readonly reader: (workClass: WorkClass) => MetricReader;
  readonly settings: QuerySettings;
  /** Step of subqueries that name none: the global evaluation interval of the running configuration. */
  readonly subqueryStepMs: () => number;
  /** What tells the cache which results are still right; without it nothing is cached. */
  readonly changes: ChangeTracker | undefined;
  /** How long samples are kept, 0 for ever. */
  readonly retentionMs: number;
  readonly registry: MetricsRegistry;
  /** A span for each query, when somebody collects them. */
  readonly spans?: Spans | undefined;
  readonly now: () => number;
}

/** Places of the classes that are not interactive: few, since rules and background work are not many at once. */
const OTHER_PLACES = 4;
const OTHER_QUEUE = 1_000;

export interface Explained {
  readonly answer: QueryAnswer;
  readonly trace: QueryTrace;
  /** The tree that the trace is of. */
  readonly expr: Expr;
}

type AnyRequest = InstantRequest | RangeRequest;

/** Options of an evaluation, none left to a default. */
type EngineOptions = EvaluateOptions &
  Required<Pick<EvaluateOptions, 'lookbackMs' | 'defaultSubqueryStepMs' | 'enableExperimental'>>;

interface Evaluated {
  readonly result: QueryResult;
  readonly steps: number;
  readonly cachedSteps: number;
}

export class QueryEngine {
  readonly settings: QuerySettings;
  readonly log: QueryLog;
  readonly memory: MemoryBudget;
  readonly #options: QueryEngineOptions;
  readonly #metrics: QueryMetrics;
  readonly #gates: Readonly<Record<WorkClass, Gate>>;
  readonly #cache: RangeCache | undefined;
  readonly #running = new Map<string, RunningQuery>();
  readonly #idPrefix: string;
  #lastId = 0;

  constructor(options: QueryEngineOptions) {
    const { settings, registry, now } = options;
    this.#options = options;
    this.settings = settings;
    this.log = new QueryLog(now);
    this.memory = new MemoryBudget(settings.maxTotalMemoryBytes);
    this.#gates = {
      interactive: createGate(settings.maxConcurrency),
      rules: createGate(OTHER_PLACES),
      background: createGate(OTHER_PLACES),
    };
    this.#cache = cacheOf(options);
    this.#metrics = createQueryMetrics(registry, {
      gates: Object.values(this.#gates),
      places: settings.maxConcurrency,
      memory: this.memory,
      cache: () => this.cacheStatus(),
    });
    this.#idPrefix = now().toString(36);
  }

  /** @throws PromqlError, QueryError, AbortedError, StorageError */
  instant(request: InstantRequest): Promise<QueryAnswer> {
    const { text, timeMs } = request;
    return this.#run('instant', request, async (options) => ({
      result: await evaluateInstant(text, timeMs, options),
      steps: 1,
      cachedSteps: 0,
    }));
  }

  /** @throws PromqlError, QueryError, AbortedError, StorageError */
  async range(request: RangeRequest): Promise<QueryAnswer> {
    const { text, range } = request;
    this.#checkPoints(range);
    return this.#run('range', request, async (options) => {
      const steps = stepsOf(range);
      if (this.#cache === undefined || request.useCache === false) {
        return { result: await evaluateRange(text, range, options), steps, cachedSteps: 0 };
      }
      const { lookbackMs, defaultSubqueryStepMs, enableExperimental, signal } = options;
      const cached = await this.#cache.run({
        text,
        expr: parseExpr(text, { enableExperimental }),
        range,
        lookbackMs,
        subqueryStepMs: defaultSubqueryStepMs,
        signal,
        evaluate: (part) => evaluateRange(text, part, options),
      });
      return { ...cached, steps };
    });
  }

  /** Runs a query, never from the cache, and gives what each part took beside its answer. */
  async explain(request: InstantRequest | RangeRequest): Promise<Explained> {
    if ('range' in request) this.#checkPoints(request.range);
    const trace = new QueryTrace();
    const answer = await this.#run('explain', request, async (options) => ({
      result:
        'range' in request
          ? await evaluateRange(request.text, request.range, { ...options, trace })
          : await evaluateInstant(request.text, request.timeMs, { ...options, trace }),
      steps: 'range' in request ? stepsOf(request.range) : 1,
      cachedSteps: 0,
    }));
    return { answer, trace, expr: trace.root as Expr };
  }

  limits(): QueryLimits {
    const { timeoutMs, maxConcurrency, maxQueued, maxSamples, maxSeries, maxPoints } = this.settings;
    const { maxMemoryBytes, maxTotalMemoryBytes } = this.settings;
    return {
      timeoutMs,
      maxConcurrency,
      maxQueued,
      maxSamples,
      maxSeries,
      maxPoints,
      maxMemoryBytes,
      maxTotalMemoryBytes,
    };
  }

  cacheStatus(): QueryCacheStatus {
    return this.#cache?.status() ?? { entries: 0, bytes: 0, maxBytes: 0, hits: 0, misses: 0 };
  }

  /** Oldest first. */
  active(): ActiveQuery[] {
    return [...this.#running.values()].map((query) => query.status());
  }

  /** Ends a running query. False when there is none of this id. */
  kill(id: string, by: string): boolean {
    const query = this.#running.get(id);
    query?.kill(by);
    return query !== undefined;
  }

  #run(
    kind: QueryKind,
    request: AnyRequest,
    evaluate: (options: EngineOptions) => Promise<Evaluated>,
  ): Promise<QueryAnswer> {
    const { spans } = this.#options;
    if (spans === undefined) return this.#runNow(kind, request, evaluate);
    const attributes = { 'db.system.name': 'sightline', 'db.operation.name': kind, 'db.query.text': request.text };
    return spans.span(`query ${kind}`, () => this.#runNow(kind, request, evaluate), { attributes });
  }

  async #runNow(
    kind: QueryKind,
    request: AnyRequest,
    evaluate: (options: EngineOptions) => Promise<Evaluated>,
  ): Promise<QueryAnswer> {
    const { settings } = this;
    const timeoutMs = Math.min(request.timeoutMs ?? settings.timeoutMs, settings.timeoutMs);
    const query = this.#open(kind, request, timeoutMs);
    try {
      const evaluated = await this.#evaluate(query, request, evaluate);
      return this.#answer(query, evaluated);
    } catch (error) {
      const told = explainError(error, query, settings, timeoutMs);
      this.#close(query, told);
      throw told;
    }
  }

  /** As Prometheus counts: one point more than the limit is still allowed. */
  #checkPoints(range: QueryRange): void {
    const { maxPoints } = this.settings;
    if (stepsOf(range) - 1 > maxPoints) throw tooManyPoints(maxPoints);
  }

  #open(kind: QueryKind, request: AnyRequest, timeoutMs: number): RunningQuery {
    const { text, client, signal } = request;
    const { startMs, endMs, stepMs } = rangeOf(request);
    const query = new RunningQuery({
      id: `${this.#idPrefix}-${++this.#lastId}`,
      text,
      kind,
      startMs,
      endMs,
      stepMs,
      client,
      signal,
      timeoutMs,
      memory: this.memory.open(),
      nowMs: this.#options.now(),
    });
    this.#running.set(query.identity.id, query);
    return query;
  }

  async #evaluate(
    query: RunningQuery,
    request: AnyRequest,
    evaluate: (options: EngineOptions) => Promise<Evaluated>,
  ): Promise<Evaluated> {
    const { settings } = this;
    const workClass = request.workClass ?? 'interactive';
    const leave = await this.#enter(workClass, query.signal);
    try {
      await this.memory.roomy(query.signal);
      query.enter('evaluating');
      const { lookbackMs = 0, over = (source) => source } = request;
      return await evaluate({
        source: over(trackSource(this.#options.reader(workClass), query)),
        lookbackMs: lookbackMs > 0 ? lookbackMs : settings.lookbackMs,
        defaultSubqueryStepMs: this.#options.subqueryStepMs(),
        enableExperimental: settings.experimentalFunctions === true,
        limits: {
          maxSamples: sampleLimit(settings),
          maxSeries: settings.maxSeries,
          onHeld: (samples) => query.memory.set(samples * BYTES_PER_SAMPLE),
        },
        signal: query.signal,
      });
    } finally {
      leave();
    }
  }

  #enter(workClass: WorkClass, signal: AbortSignal): Promise<() => void> {
    const gate = this.#gates[workClass];
    const queueLimit = workClass === 'interactive' ? this.settings.maxQueued : OTHER_QUEUE;
    if (gate.running >= gate.places && gate.waiting >= queueLimit) {
      throw new QueryError('too_many_queries', `${gate.running} queries run and ${gate.waiting} wait already`, {
        hint: 'try again later, or raise query.max_queued or query.max_concurrency',
        retryAfterSeconds: 1,
      });
    }
    return gate.enter(signal);
  }

  #answer(query: RunningQuery, { result, steps, cachedSteps }: Evaluated): QueryAnswer {
    const readMs = query.spent('reading');
    const evalMs = query.spent('evaluating');
    query.enter('writing');
    query.result(result.value);
    query.memory.set(samplesOf(result.value) * BYTES_PER_SAMPLE);
    query.cachedShare = steps === 0 ? 0 : cachedSteps / steps;
    let isOpen = true;
    return {
      value: result.value,
      // In an order that does not tell in which parts the answer was computed.
      warnings: result.warnings.toSorted(),
      infos: result.infos.toSorted(),
      stats: {
        samplesRead: result.stats.samplesRead,
        seriesRead: query.seriesRead,
        peakBytes: query.memory.peakBytes,
        ...query.resultSize,
        parseSeconds: result.stats.parseMs / 1e3,
        peakSamples: result.stats.peakSamples,
        steps,
        cachedSteps,
        queueSeconds: query.spent('waiting') / 1e3,
        evalSeconds: (readMs + evalMs) / 1e3,
        readSeconds: readMs / 1e3,
        innerSeconds: evalMs / 1e3,
      },
      signal: query.signal,
      sent: (bytes) => {
        query.bytesOut += bytes;
      },
      close: () => {
        if (!isOpen) return;
        isOpen = false;
        this.#close(query, query.signal.aborted ? query.signal.reason : undefined);
      },
    };
  }

  #close(query: RunningQuery, error: unknown): void {
    this.#running.delete(query.identity.id);
    const {
      outcome,
      error: message,
      errorType,
    } = error === undefined ? { outcome: 'success' as const, error: null, errorType: null } : outcomeOf(error);
    const finished = query.finish(outcome, message, errorType);
    this.log.add(finished);
    this.#metrics.finished(finished);
  }
}

function stepsOf({ startMs, endMs, stepMs }: QueryRange): number {
  return Math.trunc((endMs - startMs) / stepMs) + 1;
}

function cacheOf({ settings, changes, retentionMs, now }: QueryEngineOptions): RangeCache | undefined {
  if (changes === undefined || settings.cacheBytes === 0) return undefined;
  return new RangeCache({ maxBytes: settings.cacheBytes, changes, retentionMs, now });
}

function rangeOf(request: AnyRequest): QueryRange {
  return 'range' in request ? request.range : { startMs: request.timeMs, endMs: request.timeMs, stepMs: 0 };
}

/** The limit that Prometheus has, and so the default here: its message is the same to the letter. */
const PROMETHEUS_MAX_POINTS = 11_000;

function tooManyPoints(limit: number): QueryError {
  const points = limit.toLocaleString('en-US');
  return new QueryError(
    'too_many_points',
    `exceeded maximum resolution of ${points} points per timeseries. Try decreasing the query resolution (?step=XX)`,
    limit === PROMETHEUS_MAX_POINTS ? {} : { hint: 'or raise query.max_points' },
  );
}
