/**
 * A rule group: its rules in order at one time, each seeing what the earlier ones wrote; staleness of series that vanish. It has
 * no clock: whoever owns one says when. Source: Prometheus rules/group.go.
 */
import type { Labels } from '@sightline/model';
import type { RuleGroupSpec, RuleSpec } from '../rule-file/types.ts';
import { type AlertingContext, AlertingRule } from './alerting-rule.ts';
import { RuleError } from './errors.ts';
import type { RuleQuery, RuleWriter } from './ports.ts';
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

  constructor(spec: RuleGroupSpec, options: RuleGroupOptions) {
    this.spec = spec;
    this.rules = spec.rules.map((rule) => createRule(rule, options));
    this.#queryOffsetMs = spec.queryOffsetMs ?? options.queryOffsetMs;
    this.#written = this.rules.map(() => NOTHING);
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

  /** Evaluates one rule; for callers that know that no rule reads what one behind it writes. */
  async evaluateRule(index: number, timeMs: number, io: RuleIo): Promise<RuleOutcome> {
    const rule = this.rules[index] as Rule;
    let samples = 0;
    try {
      const output = await rule.evaluate(timeMs, this.#queryOffsetMs, this.spec.limit, io.query);
      samples = output.series.length;
      await this.#write(index, output, timeMs - this.#queryOffsetMs, io.writer);
      return { rule, samples, error: undefined };
    } catch (error) {
      return { rule, samples, error: error instanceof Error ? error : new Error(String(error)) };
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

function createRule(spec: RuleSpec, context: AlertingContext): Rule {
  return spec.kind === 'recording' ? new RecordingRule(spec) : new AlertingRule(spec, context);
}
