/**
 * A rule group: its rules in order at one time, each seeing what the earlier ones wrote; staleness of series that vanish. It has
 * no clock: whoever owns one says when. Source: Prometheus rules/group.go.
 */
import type { Labels } from '@sightline/model';
import type { RuleGroupSpec, RuleSpec } from '../rule-file/types.ts';
import { type AlertingContext, AlertingRule } from './alerting-rule.ts';
import { RuleError } from './errors.ts';
import type { RuleQuery, RuleWriter } from './ports.ts';
import { areRead } from './reads.ts';
import { RecordingRule } from './recording-rule.ts';
import type { RuleOutput } from './rule.ts';

export type Rule = RecordingRule | AlertingRule;

export interface RuleGroupOptions extends AlertingContext {
  /** For groups that say none. */
  readonly queryOffsetMs: number;
}

export interface RuleIo {
  readonly query: RuleQuery;
  readonly writer: RuleWriter;
}

/** What one rule did in one evaluation. */
export interface RuleOutcome {
  readonly rule: Rule;
  /** Samples that the rule gave. */
  readonly samples: number;
  /** False when the expression or a template failed; a rule whose samples could not be written has an error too. */
  readonly isEvaluated: boolean;
  readonly error: Error | undefined;
}

/** The series that a rule wrote last, by their keys. */
type Written = ReadonlyMap<string, Labels>;

const NOTHING: Written = new Map();

export class RuleGroup {
  readonly spec: RuleGroupSpec;
  readonly rules: readonly Rule[];
  readonly #queryOffsetMs: number;
  readonly #written: Written[];
  /** By rule: whether one behind it may read what it writes. */
  readonly #areRead: readonly boolean[];
  /** Series of rules that are no longer there. */
  #orphans: Labels[] = [];

  constructor(spec: RuleGroupSpec, options: RuleGroupOptions) {
    this.spec = spec;
    this.rules = spec.rules.map((rule) => createRule(rule, options));
    this.#queryOffsetMs = spec.queryOffsetMs ?? options.queryOffsetMs;
    this.#written = this.rules.map(() => NOTHING);
    this.#areRead = areRead(spec.rules);
  }

  /** Evaluates every rule once at `timeMs`. A rule that fails gives nothing and does not stop the others. */
  async evaluate(timeMs: number, io: RuleIo): Promise<RuleOutcome[]> {
    const outcomes: RuleOutcome[] = [];
    for (const index of this.rules.keys()) outcomes.push(await this.evaluateRule(index, timeMs, io));
    return outcomes;
  }

  /** True when the rule has neither an alert nor a series that could vanish: an empty result changes nothing. */
  isIdle(index: number): boolean {
    const rule = this.rules[index] as Rule;
    return this.#written[index] === NOTHING && !(rule instanceof AlertingRule && rule.hasAlerts);
  }

  /**
   * Takes over alerts and written series of the same group before a reload. Rules are the same when name and labels are; of
   * several such, the first is the first. Series of rules that are gone are orphans. Gives the place that each rule had before.
   */
  adoptState(from: RuleGroup): (number | undefined)[] {
    const places = new Map<string, number[]>();
    for (const [index, { spec }] of from.rules.entries()) {
      const identity = identityOf(spec);
      const same = places.get(identity);
      if (same === undefined) places.set(identity, [index]);
      else same.push(index);
    }
    const taken = this.rules.map(({ spec }) => places.get(identityOf(spec))?.shift());
    for (const [index, rule] of this.rules.entries()) {
      const place = taken[index];
      if (place === undefined) continue;
      this.#written[index] = from.#written[place] as Written;
      const before = from.rules[place];
      if (rule instanceof AlertingRule && before instanceof AlertingRule) {
        rule.adoptAlerts(before);
        rule.isRestored = before.isRestored;
      }
    }
    this.#orphans = [...from.#orphans];
    for (const place of [...places.values()].flat()) this.#orphans.push(...(from.#written[place] as Written).values());
    return taken;
  }

  /** Makes every series an orphan: the group is removed. */
  abandon(): void {
    for (const [index, written] of this.#written.entries()) {
      this.#orphans.push(...written.values());
      this.#written[index] = NOTHING;
    }
  }

  /** Ends the orphans with staleness markers. When that fails they stay, for the next time. */
  async endOrphans(timeMs: number, writer: RuleWriter): Promise<void> {
    const vanished = this.#orphans;
    if (vanished.length === 0) return;
    await writer.write({ timeMs: timeMs - this.#queryOffsetMs, series: [], values: [], vanished });
    this.#orphans = [];
  }

  /** Evaluates one rule; for callers that know that no rule reads what one behind it writes. */
  async evaluateRule(index: number, timeMs: number, io: RuleIo): Promise<RuleOutcome> {
    return (await this.startRule(index, timeMs, io)).outcome;
  }

  /**
   * Resolves when the next rule may begin: at once after the evaluation when no later rule reads what this one gave, so that what
   * the rules give is stored together. The outcome follows when it is stored.
   */
  async startRule(index: number, timeMs: number, io: RuleIo): Promise<{ readonly outcome: Promise<RuleOutcome> }> {
    let next: () => void = () => undefined;
    const isEvaluated = new Promise<void>((resolve) => {
      next = resolve;
    });
    const outcome = this.#evaluateRule(index, timeMs, io, next);
    await (this.#areRead[index] === true ? outcome : Promise.race([isEvaluated, outcome]));
    return { outcome };
  }

  async #evaluateRule(index: number, timeMs: number, io: RuleIo, onEvaluated: () => void): Promise<RuleOutcome> {
    const rule = this.rules[index] as Rule;
    let samples = 0;
    let isEvaluated = false;
    try {
      const output = await rule.evaluate(timeMs, this.#queryOffsetMs, this.spec.limit, io.query);
      samples = output.series.length;
      isEvaluated = true;
      const written = this.#write(index, output, timeMs - this.#queryOffsetMs, io.writer);
      onEvaluated();
      await written;
      return { rule, samples, isEvaluated, error: undefined };
    } catch (error) {
      return { rule, samples, isEvaluated, error: error instanceof Error ? error : new Error(String(error)) };
    }
  }

  async #write(index: number, output: RuleOutput, timeMs: number, writer: RuleWriter): Promise<void> {
    const before = this.#written[index] as Written;
    const written = new Map<string, Labels>();
    for (const labels of output.series) written.set(labels.key, labels);
    const vanished: Labels[] = [];
    for (const [key, labels] of before) if (!written.has(key)) vanished.push(labels);
    if (output.series.length === 0 && vanished.length === 0) return;
    const result = await writer.write({ timeMs, ...output, vanished });
    for (const refused of result?.refused ?? []) written.delete((output.series[refused] as Labels).key);
    this.#written[index] = written.size === 0 ? NOTHING : written;
    if (result !== undefined) throw new RuleError('rule_write', result.reason);
  }
}

function identityOf({ name, labels }: RuleSpec): string {
  return JSON.stringify([name, labels]);
}

function createRule(spec: RuleSpec, context: AlertingContext): Rule {
  return spec.kind === 'recording' ? new RecordingRule(spec) : new AlertingRule(spec, context);
}
