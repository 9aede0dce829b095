/** The targets of one job: what discovery found, which loops scrape it, what reload changes. */
import type { ActiveTarget, DroppedTarget, ScrapePoolStatus } from '@sightline/api-types';
import { compareLabels, type Labels, type MetricMetadata } from '@sightline/model';
import type { ScrapeConfig } from '../../config/prometheus/types.ts';
import { type DiscoveredGroup, type Discoverer, STATIC_KEY } from '../discovery/discoverer.ts';
import { compileRelabel, type Relabeler } from '../relabel/relabel.ts';
import type { EndedLoops } from './ended-loops.ts';
import { messageOf, ScrapeError } from './errors.ts';
import { sampleFingerprint } from './fingerprint.ts';
import { type LoopContext, type LoopSettings, ScrapeLoop } from './loop.ts';
import { findTargets, type FoundTargets } from './sync-targets.ts';
import type { ScrapeSource } from './source.ts';
import type { Target } from './target.ts';

/** Results of several discoverers that arrive together are taken in at once. */
const SYNC_DELAY_MS = 50;
/** After a reload, targets of a removed discoverer stay this long for the first answer of what replaced it. */
const CARRY_OVER_MS = 10_000;

/** Everything about a job that a reload builds before it swaps. */
export interface PoolPlan {
  readonly config: ScrapeConfig;
  /** By fingerprint of its configuration: equal ones go on across a reload. */
  readonly discoverers: ReadonlyMap<string, Discoverer>;
  readonly sourceFor: (target: Target) => ScrapeSource;
  /** Connections of the job; waits for running requests. */
  readonly close: () => Promise<void>;
}

/** What one target tells of its metric families. */
export interface TargetMetadata {
  readonly labels: Labels;
  readonly families: readonly MetricMetadata[];
}

interface Running {
  readonly discoverer: Discoverer;
  groups: readonly DiscoveredGroup[];
  isPending: boolean;
}

export class ScrapePool {
  readonly #context: LoopContext;
  readonly #ended: EndedLoops;
  readonly #loops = new Map<string, ScrapeLoop>();
  readonly #discovery = new Map<string, Running>();
  #plan: PoolPlan;
  #relabel: Relabeler;
  #metricRelabel: Relabeler;
  #samplePrint: string;
  #found: FoundTargets = { active: new Map(), dropped: [], droppedCount: 0, invalid: [] };
  #carriedOver: readonly DiscoveredGroup[] = [];
  #carryTimer: NodeJS.Timeout | undefined;
  #syncTimer: NodeJS.Timeout | undefined;

  constructor(plan: PoolPlan, context: LoopContext, ended: EndedLoops) {
    this.#plan = plan;
    this.#context = context;
    this.#ended = ended;
    this.#relabel = relabelerOf(plan.config, 'relabelConfigs');
    this.#metricRelabel = relabelerOf(plan.config, 'metricRelabelConfigs');
    this.#samplePrint = sampleFingerprint(plan.config);
  }

  get loops(): Iterable<ScrapeLoop> {
    return this.#loops.values();
  }

  start(): void {
    this.#startDiscoverers();
    this.sync();
  }

  /** Takes a new configuration of the same job over: targets that stay keep their state. */
  reconfigure(plan: PoolPlan): void {
    const before = this.#plan;
    this.#plan = plan;
    this.#relabel = relabelerOf(plan.config, 'relabelConfigs');
    this.#metricRelabel = relabelerOf(plan.config, 'metricRelabelConfigs');
    this.#samplePrint = sampleFingerprint(plan.config);
    const removed = this.#stopDiscoverers((key) => !plan.discoverers.has(key));
    this.#startDiscoverers();
    this.#carryOver(removed);
    for (const loop of this.#loops.values()) loop.configure(this.#settings(loop.target));
    this.sync();
    void this.#closeClient(before);
  }

  /** The job is gone: its targets end as targets do that went away. */
  retire(): void {
    this.#stopTimers();
    this.#stopDiscoverers(() => true);
    for (const [key, loop] of this.#loops) this.#ended.end(this.#endKey(key), loop);
    this.#loops.clear();
    void this.#closeClient(this.#plan);
  }

  async shutdown(): Promise<void> {
    this.#stopTimers();
    this.#stopDiscoverers(() => true);
    await Promise.all([...this.#loops.values()].map((loop) => loop.shutdown()));
    await this.#closeClient(this.#plan);
  }

  /** Brings the running loops in line with what discovery says now. */
  sync(): void {
    const found = findTargets(this.#groups(), this.#plan.config, this.#relabel);
    this.#found = found;
    for (const message of found.invalid) {
      this.#context.metrics.syncFailures.inc();
      this.#context.logger.error('a discovered target cannot be scraped', { pool: this.name, error: message });
    }
    for (const [key, loop] of this.#loops) {
      const target = found.active.get(key);
      if (target !== undefined) {
        loop.target.discovered = target.discovered;
        continue;
      }
      this.#loops.delete(key);
      this.#ended.end(this.#endKey(key), loop);
    }
    for (const [key, target] of found.active) if (!this.#loops.has(key)) this.#add(key, target);
    this.#applyTargetLimit();
  }

  get name(): string {
    return this.#plan.config.jobName;
  }

  get droppedCount(): number {
    return this.#found.droppedCount;
  }

  get targetCount(): number {
    return this.#loops.size;
  }

  activeTargets(host: string): ActiveTarget[] {
    return this.#sortedTargets().map((target) => target.toApi(host));
  }

  droppedTargets(): DroppedTarget[] {
    return this.#found.dropped.map((labels) => ({ discoveredLabels: labels.toObject(), scrapePool: this.name }));
  }

  *metadata(): Iterable<TargetMetadata> {
    for (const loop of this.#loops.values()) yield { labels: loop.target.publicLabels, families: loop.metadata() };
  }

  status(): ScrapePoolStatus {
    return { pool: this.name, targets: this.#sortedTargets().map((target) => target.toDetail()) };
  }

  #sortedTargets(): Target[] {
    const targets = [...this.#loops.values()].map((loop) => loop.target);
    return targets.sort((a, b) => compareLabels(a.publicLabels, b.publicLabels));
  }

  #add(key: string, target: Target): void {
    const revived = this.#ended.revive(this.#endKey(key));
    const loop = revived ?? new ScrapeLoop(target, this.#settings(target), this.#context);
    if (revived !== undefined) revived.configure(this.#settings(revived.target));
    this.#loops.set(key, loop);
    loop.start();
  }

  #settings(target: Target): LoopSettings {
    const { config, sourceFor } = this.#plan;
    return {
      config,
      source: sourceFor(target),
      samplePrint: this.#samplePrint,
      labelRules: {
        targetLabels: target.publicLabels,
        honorLabels: config.honorLabels,
        metricRelabel: config.metricRelabelConfigs.length === 0 ? undefined : this.#metricRelabel,
        nameScheme: config.metricNameValidationScheme,
        limits: config.limits,
      },
    };
  }

  #applyTargetLimit(): void {
    const limit = this.#plan.config.limits.targets;
    const count = this.#loops.size;
    const message = `target_limit exceeded (number of targets: ${count}, limit: ${limit})`;
    const error = limit > 0 && count > limit ? new ScrapeError('scrape/target-limit', message) : undefined;
    for (const loop of this.#loops.values()) loop.setForcedError(error);
  }

  *#groups(): Iterable<DiscoveredGroup> {
    for (const { groups } of this.#discovery.values()) yield* groups;
    yield* this.#carriedOver;
  }

  #startDiscoverers(): void {
    for (const [key, discoverer] of this.#plan.discoverers) {
      if (this.#discovery.has(key)) continue;
      const running: Running = { discoverer, groups: [], isPending: true };
      this.#discovery.set(key, running);
      discoverer.start((groups) => {
        running.groups = groups;
        running.isPending = false;
        this.#syncTimer ??= setTimeout(() => this.#syncNow(), SYNC_DELAY_MS);
      });
    }
  }

  #syncNow(): void {
    this.#syncTimer = undefined;
    if ([...this.#discovery.values()].every(({ isPending }) => !isPending)) this.#dropCarriedOver();
    this.sync();
  }

  #stopDiscoverers(isGone: (key: string) => boolean): DiscoveredGroup[] {
    const groups: DiscoveredGroup[] = [];
    for (const [key, running] of this.#discovery) {
      if (!isGone(key)) continue;
      running.discoverer.stop();
      if (!key.startsWith(STATIC_KEY)) groups.push(...running.groups);
      this.#discovery.delete(key);
    }
    return groups;
  }

  #carryOver(groups: readonly DiscoveredGroup[]): void {
    this.#dropCarriedOver();
    if ([...this.#discovery.values()].every(({ isPending }) => !isPending)) return;
    this.#carriedOver = groups;
    this.#carryTimer = setTimeout(() => {
      this.#dropCarriedOver();
      this.sync();
    }, CARRY_OVER_MS);
  }

  #dropCarriedOver(): void {
    clearTimeout(this.#carryTimer);
    this.#carriedOver = [];
  }

  #stopTimers(): void {
    clearTimeout(this.#syncTimer);
    clearTimeout(this.#carryTimer);
  }

  /** Two jobs may have equal targets. */
  #endKey(key: string): string {
    return `${this.name}\u{10ffff}${key}`;
  }

  async #closeClient(plan: PoolPlan): Promise<void> {
    try {
      await plan.close();
    } catch (error) {
      this.#context.logger.warn('closing the connections of a job failed', {
        pool: this.name,
        error: messageOf(error),
      });
    }
  }
}

function relabelerOf(config: ScrapeConfig, list: 'relabelConfigs' | 'metricRelabelConfigs'): Relabeler {
  return compileRelabel(config[list], { nameScheme: config.metricNameValidationScheme });
}
