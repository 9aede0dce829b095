/**
 * The scrape manager: one pool a job, reloaded as a whole. A reload first prepares everything that can fail, then swaps;
 * jobs and targets that did not change go on undisturbed.
 */
import { hostname } from 'node:os';
import type { ScrapePoolStatus, TargetsData } from '@sightline/api-types';
import type { PrometheusConfig } from '../../config/prometheus/types.ts';
import type { MetricWriter } from '../../storage/metric-store.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { MetricsRegistry } from '../../telemetry/registry.ts';
import { EndedLoops } from './ended-loops.ts';
import { messageOf } from './errors.ts';
import { fingerprint } from './fingerprint.ts';
import { type InternalTarget, planInternalPool } from './internal-targets.ts';
import type { LoopContext, ScrapeLoop } from './loop.ts';
import { createScrapeMetrics } from './metrics.ts';
import { planPool } from './plan.ts';
import { type PoolPlan, ScrapePool, type TargetMetadata } from './pool.ts';

/** Hears how much each scrape brought, for "is data arriving". */
interface ScrapeTracker {
  /** `isInternal`: a target inside this process; `error` is null when the scrape succeeded. */
  scraped(event: {
    readonly job: string;
    readonly isInternal: boolean;
    readonly samples: number;
    readonly error: string | null;
  }): void;
}

interface ScrapeManagerOptions {
  readonly writer: MetricWriter;
  readonly logger: Logger;
  readonly registry: MetricsRegistry;
  readonly tracker?: ScrapeTracker;
  /** `Sightline/1.2.3` */
  readonly userAgent: string;
  /** Also writes scrape_timeout_seconds, scrape_sample_limit and scrape_body_size_bytes. */
  readonly hasExtraMetrics?: boolean;
  /** Default: this host's name. Other servers that scrape the same targets should differ. */
  readonly offsetSeed?: string;
}

interface PreparedScrapes {
  /** Swaps. Does not fail. Call it or `discard`, once. */
  commit(): void;
  /** Gives up what was prepared. */
  discard(): Promise<void>;
}

export interface ScrapeManager {
  /**
   * Builds everything a configuration needs. One reload at a time: commit or discard before preparing again.
   * @throws ScrapeError `scrape/tls-config` when a certificate file cannot be read
   */
  prepare(config: PrometheusConfig, internalTargets: readonly InternalTarget[]): Promise<PreparedScrapes>;
  targets(): TargetsData;
  pools(): ScrapePoolStatus[];
  /** Targets one by one, so that a reader that has enough need not go on. */
  metadata(): Iterable<TargetMetadata>;
  /** Ends scraping and waits for running writes. Series are not marked stale: after a restart they go on. */
  stop(): Promise<void>;
}

const INTERNAL_PREFIX = 'internal:';
const JOB_PREFIX = 'job:';

interface Entry {
  readonly pool: ScrapePool;
  readonly print: string;
}

interface Change {
  readonly key: string;
  readonly print: string;
  /** Undefined when the job has not changed. */
  readonly plan: PoolPlan | undefined;
}

export function createScrapeManager(options: ScrapeManagerOptions): ScrapeManager {
  return new Manager(options);
}

class Manager implements ScrapeManager {
  readonly #options: ScrapeManagerOptions;
  readonly #logger: Logger;
  readonly #context: LoopContext;
  readonly #ended: EndedLoops;
  readonly #host = hostname();
  #pools = new Map<string, Entry>();
  #isStopped = false;

  constructor(options: ScrapeManagerOptions) {
    this.#options = options;
    this.#logger = options.logger.child({ component: 'scrape' });
    const metrics = createScrapeMetrics(options.registry);
    this.#context = {
      writer: options.writer,
      logger: this.#logger,
      metrics,
      hasExtraMetrics: options.hasExtraMetrics ?? false,
      offsetSeed: options.offsetSeed ?? this.#host,
      onSamples: (target, samples, error) => {
        const isInternal = target.url.startsWith('internal:');
        options.tracker?.scraped({ job: target.pool, isInternal, samples, error });
      },
    };
    this.#ended = new EndedLoops(() => this.#loops());
    options.registry.onCollect(() => this.#collect());
  }

  async prepare(config: PrometheusConfig, internalTargets: readonly InternalTarget[]): Promise<PreparedScrapes> {
    const changes: Change[] = [];
    try {
      for (const scrapeConfig of config.scrapeConfigs) {
        const key = JOB_PREFIX + scrapeConfig.jobName;
        const print = fingerprint(scrapeConfig);
        const plan = this.#isCurrent(key, print) ? undefined : await planPool(scrapeConfig, this.#planOptions());
        changes.push({ key, print, plan });
      }
      for (const [job, targets] of groupByJob(internalTargets)) {
        // Collectors are functions: whether they changed cannot be told from a text.
        changes.push({ key: INTERNAL_PREFIX + job, print: '', plan: planInternalPool(job, targets) });
      }
    } catch (error) {
      await this.#discard(changes);
      throw error;
    }
    return { commit: () => this.#commit(changes), discard: () => this.#discard(changes) };
  }

  targets(): TargetsData {
    const pools = this.#sortedPools();
    return {
      activeTargets: pools.flatMap((pool) => pool.activeTargets(this.#host)),
      droppedTargets: pools.flatMap((pool) => pool.droppedTargets()),
      droppedTargetCounts: Object.fromEntries(pools.map((pool) => [pool.name, pool.droppedCount])),
    };
  }

  *metadata(): Iterable<TargetMetadata> {
    for (const pool of this.#sortedPools()) yield* pool.metadata();
  }

  pools(): ScrapePoolStatus[] {
    return this.#sortedPools().map((pool) => pool.status());
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    const pools = [...this.#pools.values()];
    await Promise.all([...pools.map(({ pool }) => pool.shutdown()), this.#ended.shutdown()]);
    this.#pools.clear();
  }

  #planOptions() {
    return { userAgent: this.#options.userAgent, logger: this.#logger, metrics: this.#context.metrics };
  }

  #isCurrent(key: string, print: string): boolean {
    return this.#pools.get(key)?.print === print;
  }

  #commit(changes: readonly Change[]): void {
    if (this.#isStopped) {
      void this.#discard(changes);
      return;
    }
    const next = new Map<string, Entry>();
    const started: ScrapePool[] = [];
    for (const { key, print, plan } of changes) {
      const existing = this.#pools.get(key);
      if (plan === undefined) {
        if (existing !== undefined) next.set(key, existing);
        continue;
      }
      const pool = existing?.pool ?? new ScrapePool(plan, this.#context, this.#ended);
      if (existing === undefined) started.push(pool);
      else pool.reconfigure(plan);
      next.set(key, { pool, print });
    }
    for (const [key, { pool }] of this.#pools) if (!next.has(key)) pool.retire();
    this.#pools = next;
    for (const pool of started) pool.start();
  }

  async #discard(changes: readonly Change[]): Promise<void> {
    for (const { plan } of changes) {
      try {
        await plan?.close();
      } catch (error) {
        this.#logger.warn('closing prepared connections failed', { error: messageOf(error) });
      }
    }
  }

  *#loops(): Iterable<ScrapeLoop> {
    for (const { pool } of this.#pools.values()) yield* pool.loops;
  }

  #sortedPools(): ScrapePool[] {
    return [...this.#pools.values()].map(({ pool }) => pool).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #collect(): void {
    const { targets } = this.#context.metrics;
    let active = 0;
    let dropped = 0;
    for (const { pool } of this.#pools.values()) {
      active += pool.targetCount;
      dropped += pool.droppedCount;
    }
    targets.labels({ state: 'active' }).set(active);
    targets.labels({ state: 'dropped' }).set(dropped);
  }
}

function groupByJob(targets: readonly InternalTarget[]): Map<string, InternalTarget[]> {
  const out = new Map<string, InternalTarget[]>();
  for (const target of targets) out.set(target.job, [...(out.get(target.job) ?? []), target]);
  return out;
}
