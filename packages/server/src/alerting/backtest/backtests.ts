/** Backtests that run and those that ran: few at once, the newest results kept, each of them can be cancelled. */
import type { BacktestRule, BacktestStatus } from '@sightline/api-types';
import type { Labels } from '@sightline/model';
import { AbortedError } from '../../lib/abort.ts';
import type { QueryEngine } from '../../query/engine.ts';
import { BacktestError } from '../../rules/backtest/errors.ts';
import { type BacktestPlan, planBacktest } from '../../rules/backtest/plan.ts';
import { type RuleOutcome, runBacktest } from '../../rules/backtest/run-backtest.ts';
import { storedRules } from '../../rules/backtest/stored-rules.ts';
import type { RuleGroupSpec } from '../../rules/rule-file/types.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { AlertmanagerConfig } from '../config/types.ts';
import { type Counts, NotificationCounter } from './notification-counter.ts';

/** What runs when a backtest begins; it holds for the whole of it. */
export interface BacktestSettings {
  readonly groups: readonly RuleGroupSpec[];
  readonly evaluationIntervalMs: number;
  readonly ruleQueryOffsetMs: number;
  readonly externalLabels: Labels;
  readonly alertmanager: AlertmanagerConfig;
}

export interface BacktestsOptions {
  readonly engine: Pick<QueryEngine, 'range' | 'instant' | 'settings'>;
  readonly settings: () => BacktestSettings;
  readonly externalUrl: string;
  readonly logger: Logger;
  readonly nowMs: () => number;
}

export interface BacktestTask {
  /** The groups of a file; undefined for those that run. */
  readonly groups: readonly RuleGroupSpec[] | undefined;
  /** Only this rule; undefined for all alerting rules. */
  readonly only: { readonly file: string; readonly group: string; readonly name: string } | undefined;
  readonly startMs: number;
  readonly endMs: number;
}

const MAX_RUNNING = 2;
/** Finished ones whose results are kept. */
const MAX_KEPT = 20;
/** A hundred rules each 15 s for a week are four million. */
const MAX_EVALUATIONS = 10_000_000;
const SHOWN_INSTANCES = 100;
const SHOWN_SPANS = 1_000;

interface Entry {
  status: BacktestStatus;
  readonly abort: AbortController;
  done: Promise<void>;
}

export class Backtests {
  readonly #options: BacktestsOptions;
  /** The oldest first. */
  readonly #entries = new Map<string, Entry>();
  #lastId = 0;

  constructor(options: BacktestsOptions) {
    this.#options = options;
  }

  /** Begins one. @throws BacktestError backtest_refused, backtest_busy */
  async start(task: BacktestTask): Promise<BacktestStatus> {
    const { nowMs } = this.#options;
    this.#checkRoom();
    const endMs = Math.min(task.endMs, nowMs());
    const { startMs } = task;
    if (startMs >= endMs) {
      throw new BacktestError('backtest_refused', 'the end is not after the start, or the start lies in the future');
    }
    const abort = new AbortController();
    const id = `${nowMs().toString(36)}-${++this.#lastId}`;
    const status: BacktestStatus = { id, state: 'running', progress: 0, error: null, notifications: [], rules: [] };
    const entry: Entry = { status, abort, done: Promise.resolve() };
    // It takes its place before anything is awaited, so that there are never more.
    this.#entries.set(id, entry);
    try {
      const settings = this.#options.settings();
      const plan = await this.#plan({ ...task, endMs }, settings, abort.signal);
      entry.done = this.#run(entry, plan, { ...task, endMs }, settings);
    } catch (error) {
      this.#entries.delete(id);
      throw error;
    }
    return entry.status;
  }

  get(id: string): BacktestStatus | undefined {
    return this.#entries.get(id)?.status;
  }

  /** Cancels one that runs, and forgets one that is over. Undefined when there is none. */
  async remove(id: string): Promise<BacktestStatus | undefined> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    if (entry.status.state === 'running') {
      entry.abort.abort(new AbortedError('killed', 'the backtest was cancelled'));
      await entry.done;
    } else this.#entries.delete(id);
    return entry.status;
  }

  async close(): Promise<void> {
    for (const { abort } of this.#entries.values())
      abort.abort(new AbortedError('server_stopping', 'the server is stopping'));
    await Promise.all([...this.#entries.values()].map(({ done }) => done));
  }

  #checkRoom(): void {
    const running = [...this.#entries.values()].filter(({ status }) => status.state === 'running').length;
    if (running >= MAX_RUNNING) {
      throw new BacktestError('backtest_busy', `${running} backtests run already`, {
        hint: 'wait for one of them, or cancel it',
      });
    }
    for (const [id, { status }] of this.#entries) {
      if (this.#entries.size < MAX_KEPT) break;
      if (status.state !== 'running') this.#entries.delete(id);
    }
  }

  async #plan(task: BacktestTask, settings: BacktestSettings, signal: AbortSignal): Promise<BacktestPlan> {
    const { engine, externalUrl } = this.#options;
    const { only, startMs } = task;
    const groups = (task.groups ?? settings.groups).filter(
      ({ file, name }) => only === undefined || (file === only.file && name === only.group),
    );
    const stored =
      task.groups === undefined
        ? undefined
        : await storedRules({ groups: task.groups, running: settings.groups, startMs, engine, signal });
    const plan = planBacktest({
      ...settings,
      groups,
      externalUrl,
      startMs,
      endMs: task.endMs,
      lookbackMs: engine.settings.lookbackMs,
      isWanted: (_, rule) => only === undefined || rule.name === only.name,
      isStored: (rule) => stored === undefined || stored.has(rule),
    });
    if (plan.alerting.length === 0) throw new BacktestError('backtest_refused', 'there is no alerting rule to test');
    if (plan.evaluations > MAX_EVALUATIONS) {
      const millions = (count: number) => `${(count / 1e6).toFixed(1)} million`;
      throw new BacktestError(
        'backtest_refused',
        `that is ${millions(plan.evaluations)} evaluations; at most ${millions(MAX_EVALUATIONS)} are run`,
        { hint: 'choose a shorter range, or fewer rules' },
      );
    }
    return plan;
  }

  /** Never rejects. */
  async #run(entry: Entry, plan: BacktestPlan, task: BacktestTask, settings: BacktestSettings): Promise<void> {
    const { engine, logger } = this.#options;
    const { startMs, endMs } = task;
    const { externalLabels, alertmanager: config } = settings;
    const { signal } = entry.abort;
    const update = (change: Partial<BacktestStatus>) => {
      entry.status = { ...entry.status, ...change };
    };
    let counter: NotificationCounter | undefined;
    try {
      counter = await NotificationCounter.open({ config, externalLabels, logger, startMs });
      const counting = counter;
      const outcomes = await runBacktest({
        plan,
        startMs,
        endMs,
        engine,
        signal,
        onTransitions: (transitions, untilMs) => counting.take(transitions, untilMs),
        onProgress: (progress) => update({ progress }),
      });
      const rules = outcomes.map((outcome, index) => resultOf(outcome, counting.ofRule(index)));
      update({ state: 'done', progress: 1, rules, notifications: countList(counting.total) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const hint = error instanceof BacktestError && error.hint !== undefined ? `: ${error.hint}` : '';
      if (signal.aborted) update({ state: 'canceled' });
      else update({ state: 'failed', error: message + hint });
    } finally {
      await counter?.close();
    }
  }
}

function resultOf({ planned, instances, failedEvaluations, error }: RuleOutcome, counts: Counts): BacktestRule {
  const spans = instances.flatMap((instance) => instance.spans);
  return {
    group: planned.group.spec.name,
    name: planned.spec.name,
    firedCount: spans.length,
    firingMs: instances.reduce((sum, { firingMs }) => sum + firingMs, 0),
    longestMs: spans.reduce((longest, { fromMs, toMs }) => Math.max(longest, toMs - fromMs), 0),
    notifications: countList(counts),
    instances: instances.slice(0, SHOWN_INSTANCES).map(({ labels, spans: own }) => ({
      labels: labels.toObject(),
      spans: own.slice(-SHOWN_SPANS),
    })),
    instanceCount: instances.length,
    failedEvaluations,
    error: error === '' ? null : error,
  };
}

function countList(counts: Counts): { receiver: string; count: number }[] {
  return [...counts].map(([receiver, count]) => ({ receiver, count })).sort((a, b) => b.count - a.count);
}
