/**
 * All rule groups that run. A reload leaves groups that did not change alone, and hands alerts and written series of those that
 * did to their successors. Source: Prometheus rules/manager.go.
 */
import { Labels } from '@sightline/model';
import type { Clock, Timer } from '../../lib/clock.ts';
import { createGate } from '../../lib/gate.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { MetricsRegistry } from '../../telemetry/registry.ts';
import { AlertingRule } from '../evaluate/alerting-rule.ts';
import { RuleGroup, type RuleIo } from '../evaluate/rule-group.ts';
import type { RuleGroupSpec } from '../rule-file/types.ts';
import { type GroupEnvironment, GroupLoop, type GroupStatus, groupKey } from './group-loop.ts';
import { createRuleMetrics, type RuleMetrics } from './metrics.ts';
import { AlertSender, type AlertSink } from './notify.ts';
import type { LookbackQuery, RestoreOptions } from './restore.ts';

/** Prometheus's defaults of the flags of the same name. */
export const RULE_DEFAULTS = {
  forOutageToleranceMs: 3_600_000,
  forGracePeriodMs: 600_000,
  resendDelayMs: 60_000,
  maxConcurrentGroups: 4,
};

export interface RuleManagerOptions extends RestoreOptions {
  readonly clock: Clock;
  readonly io: RuleIo;
  readonly lookback: LookbackQuery;
  readonly sink: AlertSink;
  readonly registry: MetricsRegistry;
  readonly logger: Logger;
  readonly externalUrl: string;
  /** As --rules.alert.resend-delay. */
  readonly resendDelayMs: number;
  /** Groups evaluated at the same time at most. */
  readonly maxConcurrentGroups: number;
}

/** The `global` section of the configuration, as far as rules need it. */
export interface RuleSettings {
  readonly evaluationIntervalMs: number;
  readonly ruleQueryOffsetMs: number;
  readonly externalLabels: Labels;
}

interface Entry {
  readonly loop: GroupLoop;
  /** Equal for groups that do the same. */
  readonly identity: string;
}

export class RuleManager {
  readonly #options: RuleManagerOptions;
  readonly #environment: GroupEnvironment;
  readonly #metrics: RuleMetrics;
  readonly #entries = new Map<string, Entry>();
  readonly #endings = new Set<Timer>();
  readonly #writes = new Set<Promise<void>>();
  #externalLabels = Labels.EMPTY;
  #isFirst = true;
  #isClosed = false;
  #turn: Promise<void> = Promise.resolve();

  constructor(options: RuleManagerOptions) {
    this.#options = options;
    this.#metrics = createRuleMetrics(options.registry);
    this.#environment = {
      ...options,
      gate: createGate(options.maxConcurrentGroups),
      sender: new AlertSender({ ...options, externalLabels: () => this.#externalLabels }),
      metrics: this.#metrics,
    };
  }

  /** Runs these groups from now on. One update follows the other; each waits for evaluations of groups that it replaces. */
  update(specs: readonly RuleGroupSpec[], settings: RuleSettings): Promise<void> {
    return this.#inTurn(() => this.#update(specs, settings));
  }

  /** Those that alerts are told with. */
  get externalLabels(): Labels {
    return this.#externalLabels;
  }

  /** By file and name. */
  groups(): GroupStatus[] {
    return [...this.#entries.values()]
      .map(({ loop }) => loop.status())
      .sort((a, b) => (groupKey(a.file, a.name) < groupKey(b.file, b.name) ? -1 : 1));
  }

  /** Stops all groups, without staleness markers: a process that comes back goes on with their series. */
  close(): Promise<void> {
    this.#isClosed = true;
    return this.#inTurn(async () => {
      for (const timer of this.#endings) timer.cancel();
      await Promise.all([...this.#entries.values()].map(({ loop }) => loop.stop()));
      await Promise.all(this.#writes);
      this.#entries.clear();
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #update(specs: readonly RuleGroupSpec[], settings: RuleSettings): Promise<void> {
    if (this.#isClosed) return;
    this.#externalLabels = settings.externalLabels;
    const gone = new Map(this.#entries);
    await Promise.all(
      specs.map(async (spec) => {
        const key = groupKey(spec.file, spec.name);
        const before = gone.get(key);
        gone.delete(key);
        const intervalMs = spec.intervalMs ?? settings.evaluationIntervalMs;
        const identity = identityOf(spec, intervalMs, settings);
        if (before?.identity === identity) return;
        await before?.loop.stop();
        const loop = this.#createLoop(spec, intervalMs, settings);
        if (before !== undefined) loop.adoptState(before.loop);
        this.#entries.set(key, { loop, identity });
        loop.start();
      }),
    );
    await Promise.all([...gone.values()].map(({ loop }) => this.#remove(loop)));
    this.#isFirst = false;
  }

  #createLoop(spec: RuleGroupSpec, intervalMs: number, settings: RuleSettings): GroupLoop {
    const group = new RuleGroup(spec, {
      externalLabels: settings.externalLabels,
      externalUrl: this.#options.externalUrl,
      queryOffsetMs: settings.ruleQueryOffsetMs,
    });
    // A group that is new in a running process has no earlier state.
    for (const rule of group.rules) if (rule instanceof AlertingRule) rule.isRestored = !this.#isFirst;
    return new GroupLoop(group, intervalMs, this.#environment);
  }

  /** Its series end now, but are told to after two intervals: a group under a new name may go on with them. */
  async #remove(loop: GroupLoop): Promise<void> {
    const { clock, io, logger } = this.#options;
    this.#entries.delete(loop.key);
    await loop.stop();
    this.#metrics.forget(loop.key);
    const endMs = clock.now();
    loop.group.abandon();
    const timer = clock.setTimer(2 * loop.intervalMs, () => {
      this.#endings.delete(timer);
      const write = loop.group
        .endOrphans(endMs, io.writer)
        .catch((error: unknown) =>
          logger.warn('series of a removed rule group were not ended', { group: loop.key, error }),
        )
        .finally(() => this.#writes.delete(write));
      this.#writes.add(write);
    });
    this.#endings.add(timer);
  }
}

/** Everything but where the rules stand in their file. */
function identityOf(spec: RuleGroupSpec, intervalMs: number, settings: RuleSettings): string {
  const rules = spec.rules.map((rule) => [
    rule.kind,
    rule.name,
    rule.exprText,
    rule.labels,
    ...(rule.kind === 'alerting' ? [rule.forMs, rule.keepFiringForMs, rule.annotations] : []),
  ]);
  const offsetMs = spec.queryOffsetMs ?? settings.ruleQueryOffsetMs;
  return JSON.stringify([intervalMs, offsetMs, spec.limit, settings.externalLabels, rules]);
}
