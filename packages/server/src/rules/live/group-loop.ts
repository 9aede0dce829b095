/**
 * One rule group over time: evaluated at times that are multiples of its interval plus an offset of its own, so that groups
 * spread over the interval. A time that comes while an evaluation still runs is left out and counted. Source: Prometheus
 * rules/group.go.
 */
import { createHash } from 'node:crypto';
import type { Clock, Timer } from '../../lib/clock.ts';
import type { Gate } from '../../lib/gate.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { AlertingRule } from '../evaluate/alerting-rule.ts';
import type { Rule, RuleGroup, RuleIo, RuleOutcome } from '../evaluate/rule-group.ts';
import type { GroupMetrics, RuleMetrics } from './metrics.ts';
import type { AlertSender, AlertSink } from './notify.ts';
import { type LookbackQuery, type RestoreOptions, restoreForState } from './restore.ts';

/** Evaluations of a rule that are remembered. */
const HISTORY = 20;

export interface RuleEvaluation {
  /** The time that was evaluated, unix ms. */
  readonly timeMs: number;
  /** When the evaluation began, unix ms. */
  readonly startMs: number;
  readonly seconds: number;
  readonly samples: number;
  /** Undefined: it went well. */
  readonly error: string | undefined;
}

export interface RuleStatus {
  readonly rule: Rule;
  /** Oldest first; empty before the first evaluation. */
  readonly history: readonly RuleEvaluation[];
}

export interface GroupStatus {
  readonly name: string;
  readonly file: string;
  readonly intervalMs: number;
  readonly limit: number;
  /** When the last evaluation began, unix ms; undefined before the first. */
  readonly lastEvaluationMs: number | undefined;
  readonly lastSeconds: number;
  readonly lastSamples: number;
  readonly missed: number;
  readonly rules: readonly RuleStatus[];
}

/** What all groups share. */
export interface GroupEnvironment extends RestoreOptions {
  readonly clock: Clock;
  readonly io: RuleIo;
  readonly lookback: LookbackQuery;
  readonly gate: Gate;
  readonly sender: AlertSender;
  readonly sink: AlertSink;
  readonly metrics: RuleMetrics;
  readonly logger: Logger;
}

export class GroupLoop {
  readonly key: string;
  readonly group: RuleGroup;
  readonly intervalMs: number;
  readonly #environment: GroupEnvironment;
  readonly #metrics: GroupMetrics;
  readonly #logger: Logger;
  #histories: RuleEvaluation[][];
  readonly #stopped = new AbortController();
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  #evaluations = 0;
  #missed = 0;
  #last = { startMs: undefined as number | undefined, seconds: 0, samples: 0 };

  constructor(group: RuleGroup, intervalMs: number, environment: GroupEnvironment) {
    const { name, file } = group.spec;
    this.key = groupKey(file, name);
    this.group = group;
    this.intervalMs = intervalMs;
    this.#environment = environment;
    this.#logger = environment.logger.child({ component: 'rules', file, group: name });
    this.#metrics = environment.metrics.group(this.key);
    this.#metrics.rules.set(group.rules.length);
    this.#metrics.intervalSeconds.set(intervalMs / 1e3);
    this.#histories = group.rules.map(() => []);
  }

  /** Goes on where the loop of the same group before a reload stopped. */
  adoptState(from: GroupLoop): void {
    const places = this.group.adoptState(from.group);
    this.#histories = places.map((place) => (place === undefined ? [] : [...(from.#histories[place] ?? [])]));
    this.#last = from.#last;
    this.#missed = from.#missed;
  }

  start(): void {
    this.#wait(nextSlot(this.#environment.clock.now(), this.intervalMs, this.key));
  }

  /** Resolves when the evaluation that runs is over; rules that it did not come to are left out. */
  async stop(): Promise<void> {
    this.#stopped.abort(new Error('the rule group is stopped'));
    this.#timer?.cancel();
    await this.#running;
  }

  status(): GroupStatus {
    const { name, file, limit } = this.group.spec;
    return {
      name,
      file,
      limit,
      intervalMs: this.intervalMs,
      lastEvaluationMs: this.#last.startMs,
      lastSeconds: this.#last.seconds,
      lastSamples: this.#last.samples,
      missed: this.#missed,
      rules: this.group.rules.map((rule, index) => ({ rule, history: [...(this.#histories[index] ?? [])] })),
    };
  }

  #wait(slotMs: number): void {
    const { clock } = this.#environment;
    this.#timer = clock.setTimer(slotMs - clock.now(), () => this.#tick(slotMs));
  }

  #tick(dueMs: number): void {
    // The timer itself may be late by whole intervals: a process that was suspended.
    const late = Math.floor((this.#environment.clock.now() - dueMs) / this.intervalMs);
    const slotMs = dueMs + Math.max(0, late) * this.intervalMs;
    this.#wait(slotMs + this.intervalMs);
    const missed = Math.max(0, late) + (this.#running === undefined ? 0 : 1);
    this.#missed += missed;
    this.#metrics.missed.inc(missed);
    this.#metrics.iterations.inc(Math.max(0, late) + 1);
    if (this.#running !== undefined) return;
    this.#running = this.#evaluate(slotMs)
      .catch((error: unknown) => {
        if (!this.#stopped.signal.aborted) this.#logger.error('the evaluation of a rule group failed', { error });
      })
      .finally(() => {
        this.#running = undefined;
      });
  }

  async #evaluate(timeMs: number): Promise<void> {
    const { gate, clock, io, metrics } = this.#environment;
    const leave = await gate.enter(this.#stopped.signal);
    const startMs = clock.now();
    const began = performance.now();
    let samples = 0;
    try {
      const written: Promise<number>[] = [];
      try {
        for (const index of this.group.rules.keys()) {
          if (this.#stopped.signal.aborted) return;
          written.push((await this.#startRule(index, timeMs)).written);
        }
      } finally {
        for (const count of await Promise.all(written)) samples += count;
      }
      await this.group.endOrphans(timeMs, io.writer);
      if (++this.#evaluations > 1) await this.#restore();
    } finally {
      leave();
      const seconds = (performance.now() - began) / 1e3;
      this.#last = { startMs, seconds, samples };
      metrics.groupSeconds.observe(seconds);
      this.#metrics.lastEvaluationSeconds.set(startMs / 1e3);
      this.#metrics.lastDurationSeconds.set(seconds);
      this.#metrics.lastSamples.set(samples);
    }
  }

  /** Resolves when the next rule may begin; `written` gives the number of samples when they are stored. Never rejects. */
  async #startRule(index: number, timeMs: number): Promise<{ readonly written: Promise<number> }> {
    const { clock, io } = this.#environment;
    const startMs = clock.now();
    const began = performance.now();
    const { outcome } = await this.group.startRule(index, timeMs, io);
    return { written: outcome.then((done) => this.#finishRule(index, timeMs, startMs, began, done)) };
  }

  async #finishRule(
    index: number,
    timeMs: number,
    startMs: number,
    began: number,
    { rule, samples, isEvaluated, error }: RuleOutcome,
  ): Promise<number> {
    const { metrics } = this.#environment;
    const seconds = (performance.now() - began) / 1e3;
    metrics.ruleSeconds.observe(seconds);
    this.#metrics.evaluations.inc();
    if (error !== undefined) {
      this.#metrics.failures.inc();
      this.#logger.warn('a rule failed', { rule: rule.spec.name, index, error });
    }
    const history = this.#histories[index] as RuleEvaluation[];
    if (history.push({ timeMs, startMs, seconds, samples, error: error?.message }) > HISTORY) history.shift();
    if (isEvaluated && rule instanceof AlertingRule) await this.#tell(rule, timeMs);
    return samples;
  }

  async #tell(rule: AlertingRule, timeMs: number): Promise<void> {
    const { sender, sink } = this.#environment;
    const reports = sender.due(rule, timeMs, this.intervalMs);
    if (reports.length === 0) return;
    try {
      await sink.receive(reports);
    } catch (error) {
      this.#logger.warn('alerts were not taken; they are sent again', { rule: rule.spec.name, error });
    }
  }

  /** After the second evaluation: before, not everything that alerts need may have been scraped or recorded. */
  async #restore(): Promise<void> {
    const { lookback, clock } = this.#environment;
    for (const rule of this.group.rules) {
      if (!(rule instanceof AlertingRule) || rule.isRestored) continue;
      try {
        await restoreForState(rule, clock.now(), lookback, this.#environment);
      } catch (error) {
        this.#logger.warn('the earlier state of alerts could not be read', { rule: rule.spec.name, error });
      }
    }
  }
}

/** Names are unique within a file only. */
export function groupKey(file: string, name: string): string {
  return `${file};${name}`;
}

/** The first time of the group after `nowMs`. */
export function nextSlot(nowMs: number, intervalMs: number, key: string): number {
  const offsetMs = createHash('sha256').update(key).digest().readUIntBE(0, 6) % intervalMs;
  return Math.floor((nowMs - offsetMs) / intervalMs) * intervalMs + offsetMs + intervalMs;
}
