/**
 * Runs one test: loads its series, evaluates the rule groups at every tick up to the last evaluation time, compares alerts and
 * expressions. Source of every rule here: Prometheus cmd/promtool/unittest.go.
 */
import { compareLabels, formatDuration, Labels, quote } from '@sightline/model';
import {
  type EvaluateOptions,
  type Expr,
  expandItem,
  parseExpr,
  parseMetric,
  parseSeriesItems,
  PromqlError,
} from '@sightline/promql';
import { AlertingRule } from '../evaluate/alerting-rule.ts';
import { RuleError } from '../evaluate/errors.ts';
import { createRuleQuery } from '../evaluate/instant-query.ts';
import type { RuleQuery } from '../evaluate/ports.ts';
import { type Rule, RuleGroup } from '../evaluate/rule-group.ts';
import type { RuleGroupSpec } from '../rule-file/types.ts';
import { compareAlerts } from './compare-alerts.ts';
import { runAhead } from './run-ahead.ts';
import { TestStore } from './test-store.ts';
import { type AlertText, goDuration, samplesText, type SampleText } from './text.ts';
import type { AlertTest, ExpectedSample, ExprTest, TestGroup } from './types.ts';

/** What all tests of a file share. */
export interface TestEnvironment {
  /** In the order in which they are evaluated. */
  readonly groups: readonly RuleGroupSpec[];
  /** Whether each rule may be evaluated over all ticks before the next one, see run-ahead.ts. */
  readonly mayRunAhead: boolean;
  readonly evaluationIntervalMs: number;
  readonly fuzzyCompare: boolean;
  /** Alerts that differ are shown line by line. */
  readonly showDiff: boolean;
  readonly enableExperimental: boolean;
  /** Trees of expressions by their text: tests repeat them. */
  readonly parsed: Map<string, Expr>;
  readonly signal: AbortSignal;
}

export interface TestGroupResult {
  /** In promtool's form; empty when all is as expected. */
  readonly failures: readonly string[];
  /** What lies in the store at the end. */
  readonly store: TestStore;
  readonly lastTickMs: number;
}

/** A test holds its data in memory: promtool allows 10,000 samples for a query, which real tests outgrow. */
const LIMITS = { maxSamples: 50_000_000, maxSeries: 1_000_000 };
/** Samples of all input series together. */
const MAX_INPUT_SAMPLES = 50_000_000;

export async function runTestGroup(test: TestGroup, environment: TestEnvironment): Promise<TestGroupResult> {
  let run = new TestRun(test, environment);
  let failures = environment.mayRunAhead ? await run.runAhead() : undefined;
  if (failures === undefined) {
    run = new TestRun(test, environment);
    failures = await run.run();
  }
  return { failures, store: run.store, lastTickMs: run.lastTickMs };
}

class TestRun {
  readonly store = new TestStore();
  readonly lastTickMs: number;
  readonly #test: TestGroup;
  readonly #environment: TestEnvironment;
  readonly #evaluation: EvaluateOptions;
  readonly #query: RuleQuery;
  readonly #groups: readonly RuleGroup[];
  readonly #failures: string[] = [];

  constructor(test: TestGroup, environment: TestEnvironment) {
    this.#test = test;
    this.#environment = environment;
    const { evaluationIntervalMs } = environment;
    const last = Math.max(0, ...[...test.alertTests, ...test.exprTests].map(({ evalTimeMs }) => evalTimeMs));
    this.lastTickMs = test.startMs + Math.floor(last / evaluationIntervalMs) * evaluationIntervalMs;
    this.#evaluation = {
      source: this.store,
      limits: LIMITS,
      signal: environment.signal,
      defaultSubqueryStepMs: evaluationIntervalMs,
      enableExperimental: environment.enableExperimental,
    };
    this.#query = createRuleQuery(this.#evaluation);
    const context = { externalLabels: test.externalLabels, externalUrl: test.externalUrl, queryOffsetMs: 0 };
    this.#groups = environment.groups.map((spec) => new RuleGroup(spec, context));
  }

  async run(): Promise<readonly string[]> {
    const problem = this.#loadSeries() ?? this.#missingAlertname();
    if (problem !== undefined) return [problem];
    if (!(await this.#evaluateTicks())) return this.#failures;
    return this.#checkExprs();
  }

  /** As `run`, with the rules one after another; undefined when a rule failed, which only `run` tells right. */
  async runAhead(): Promise<readonly string[] | undefined> {
    const problem = this.#loadSeries() ?? this.#missingAlertname();
    if (problem !== undefined) return [problem];
    const due = this.#alertTestsByTick();
    const firing = new Map<AlertTest, AlertText[]>();
    try {
      const isDone = await runAhead({
        groups: this.#groups,
        store: this.store,
        evaluation: this.#evaluation,
        firstTickMs: this.#test.startMs,
        lastTickMs: this.lastTickMs,
        stepMs: this.#environment.evaluationIntervalMs,
        onAlerts: (rule, tick) => {
          for (const test of due.get(tick) ?? []) {
            if (test.alertname === rule.spec.name)
              firing.set(test, [...(firing.get(test) ?? []), ...firingAlerts(rule)]);
          }
        },
      });
      if (!isDone) return undefined;
    } catch (error) {
      if (error instanceof PromqlError) return undefined;
      throw error;
    }
    const ticks = [...due.keys()].sort((a, b) => a - b);
    for (const test of ticks.flatMap((tick) => due.get(tick) ?? [])) this.#checkAlerts(test, firing.get(test) ?? []);
    return this.#checkExprs();
  }

  async #checkExprs(): Promise<readonly string[]> {
    this.store.nowMs = this.lastTickMs;
    for (const exprTest of this.#test.exprTests) await this.#checkExpr(exprTest);
    return this.#failures;
  }

  /** Only what the last tick can see is made: a series may be written down for years. */
  #loadSeries(): string | undefined {
    const { inputSeries, intervalMs, startMs } = this.#test;
    const most = Math.floor((this.lastTickMs - startMs) / intervalMs) + 1;
    let total = 0;
    for (const { series, values, position } of inputSeries) {
      try {
        refuseLines(values);
        const [metric, samples] = series.trim() === '' ? splitLine(values) : [series, values];
        const into: (number | 'stale' | undefined)[] = [];
        for (const item of parseSeriesItems(samples)) {
          const room = Math.min(most, into.length + MAX_INPUT_SAMPLES - total);
          expandItem(item, into, room);
          if (into.length === room && room < most)
            return `the input series hold more than ${MAX_INPUT_SAMPLES} samples`;
        }
        total += into.length;
        this.store.load(parseMetric(metric), into, startMs, intervalMs);
      } catch (error) {
        if (!(error instanceof PromqlError)) throw error;
        const hint = error.hint === undefined ? '' : ` (${error.hint})`;
        return `    line ${position.line}: series ${quote(series)}, values ${quote(clip(values))}, err: ${error.message}${hint}`;
      }
    }
    return undefined;
  }

  #missingAlertname(): string | undefined {
    const test = this.#test.alertTests.find(({ alertname }) => alertname === '');
    if (test === undefined) return undefined;
    const where = this.#test.name === '' ? '' : ` (in TestGroup ${this.#test.name})`;
    const at = formatDuration(test.evalTimeMs);
    return `an item under alert_rule_test misses required attribute alertname at eval_time ${at}${where}`;
  }

  /** Tests of alerts by the tick they look at; in it earlier times first, tests of one time as they stand in the file. */
  #alertTestsByTick(): Map<number, AlertTest[]> {
    const { evaluationIntervalMs } = this.#environment;
    const byTick = new Map<number, AlertTest[]>();
    for (const test of this.#test.alertTests) {
      const tick = this.#test.startMs + Math.floor(test.evalTimeMs / evaluationIntervalMs) * evaluationIntervalMs;
      const tests = byTick.get(tick);
      if (tests === undefined) byTick.set(tick, [test]);
      else tests.push(test);
    }
    for (const tests of byTick.values()) tests.sort((a, b) => a.evalTimeMs - b.evalTimeMs);
    return byTick;
  }

  /** False when a rule failed: what follows has no meaning then. */
  async #evaluateTicks(): Promise<boolean> {
    const due = this.#alertTestsByTick();
    const hasRules = this.#groups.some(({ rules }) => rules.length > 0);
    const { evaluationIntervalMs } = this.#environment;
    for (let tick = this.#test.startMs; tick <= this.lastTickMs; tick += evaluationIntervalMs) {
      this.store.nowMs = tick;
      if (hasRules && !(await this.#evaluateGroups(tick))) return false;
      for (const test of due.get(tick) ?? []) {
        const got = this.#groups.flatMap(({ rules }) =>
          rules.flatMap((rule) => (isAlert(rule, test) ? firingAlerts(rule) : [])),
        );
        this.#checkAlerts(test, got);
      }
    }
    return true;
  }

  async #evaluateGroups(tick: number): Promise<boolean> {
    let isFine = true;
    for (const group of this.#groups) {
      for (const { rule, error } of await group.evaluate(tick, { query: this.#query, writer: this.store })) {
        if (error === undefined) continue;
        if (!(error instanceof PromqlError || error instanceof RuleError)) throw error;
        isFine = false;
        this.#failures.push(`    rule: ${rule.spec.name}, time: ${goDuration(tick)}, err: ${error.message}`);
      }
    }
    return isFine;
  }

  #checkAlerts(test: AlertTest, got: readonly AlertText[]): void {
    const difference = compareAlerts(test.expected, got, this.#environment.showDiff);
    if (difference === undefined) return;
    const name = this.#test.name === '' ? '' : `    name: ${this.#test.name},\n`;
    const at = formatDuration(test.evalTimeMs);
    this.#failures.push(`${name}    alertname: ${test.alertname}, time: ${at}, \n${difference}`);
  }

  async #checkExpr({ expr, evalTimeMs, expected }: ExprTest): Promise<void> {
    const head = `    expr: ${quote(expr)}, time: ${formatDuration(evalTimeMs)},`;
    let got: SampleText[];
    let wanted: SampleText[];
    try {
      got = [...(await this.#query(this.#parse(expr), this.#test.startMs + evalTimeMs))];
      wanted = expected.map(expectedSample);
    } catch (error) {
      if (!(error instanceof PromqlError || error instanceof RuleError)) throw error;
      this.#failures.push(`${head} err: ${error.message}`);
      return;
    }
    got.sort((a, b) => compareLabels(a.labels, b.labels));
    wanted.sort((a, b) => compareLabels(a.labels, b.labels));
    const { fuzzyCompare } = this.#environment;
    const isEqual =
      got.length === wanted.length &&
      got.every(({ labels, value }, index) => {
        const other = wanted[index] as SampleText;
        return labels.equals(other.labels) && (value === other.value || (fuzzyCompare && isNext(value, other.value)));
      });
    if (!isEqual) this.#failures.push(`${head}\n        exp: ${samplesText(wanted)}\n        got: ${samplesText(got)}`);
  }

  /** @throws PromqlError */
  #parse(text: string): Expr {
    const { parsed, enableExperimental } = this.#environment;
    let expr = parsed.get(text);
    if (expr === undefined) {
      expr = parseExpr(text, { enableExperimental });
      parsed.set(text, expr);
    }
    return expr;
  }
}

function isAlert(rule: Rule, { alertname }: AlertTest): rule is AlertingRule {
  return rule instanceof AlertingRule && rule.spec.name === alertname;
}

function firingAlerts(rule: AlertingRule): AlertText[] {
  return rule
    .activeAlerts()
    .filter(({ state }) => state === 'firing')
    .map(({ labels, annotations }) => ({ labels: [...labels], annotations }));
}

function expectedSample({ labels, value, histogram }: ExpectedSample): SampleText {
  let parsed = Labels.EMPTY;
  try {
    parsed = parseMetric(labels);
  } catch (error) {
    if (!(error instanceof PromqlError)) throw error;
    throw new PromqlError('parse_error', `labels ${quote(labels)}: ${error.message}`, { cause: error });
  }
  if (histogram === '') return { labels: parsed, value };
  throw new PromqlError('execution', `labels ${quote(labels)}: native histograms are not supported`);
}

const bits = new BigInt64Array(1);
const float = new Float64Array(bits.buffer);

/** Whether two numbers are neighbours: there is no float between them. */
function isNext(a: number, b: number): boolean {
  return Math.abs(Number(orderOf(a) - orderOf(b))) === 1;
}

/** Numbers in the order of the floats, one apart. Both zeros are 0. */
function orderOf(value: number): bigint {
  float[0] = value;
  const raw = bits[0] as bigint;
  return raw < 0n ? -(raw & 0x7fffffffffffffffn) : raw;
}

/** promtool writes each series on a line of a script, so values on further lines are not read as values. */
function refuseLines(values: string): void {
  if (!values.trim().includes('\n')) return;
  throw new PromqlError('parse_error', 'the values of a series stand on one line', {
    hint: 'write `>-` instead of `|` to fold the lines into one',
  });
}

/** promtool reads both from that line: without a series, the values begin with one. */
function splitLine(line: string): [series: string, values: string] {
  const match = /^\s*([^\s{]*(?:\{[^}]*\})?)(.*)$/.exec(line);
  return [match?.[1] ?? '', match?.[2] ?? ''];
}

function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
