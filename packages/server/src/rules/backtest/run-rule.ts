/** One rule over a stretch of time: its expression as range queries, whose steps go through the rule one after another. */
import type { Expr, RangeSeries } from '@sightline/promql';
import type { RuleQuery, RuleWriter } from '../evaluate/ports.ts';
import { RangeSteps } from '../evaluate/range-steps.ts';
import { Turns } from '../evaluate/turns.ts';
import { BacktestError } from './errors.ts';
import type { PlannedRule } from './plan.ts';

export interface RuleRunner {
  /** @throws what the query engine throws; the signal's reason when the backtest is cancelled */
  range(expr: Expr, startMs: number, endMs: number, stepMs: number): Promise<readonly RangeSeries[]>;
  /** For queries in templates of labels. */
  instant: (text: string, timeMs: number) => ReturnType<RuleQuery>;
  readonly signal: AbortSignal;
  readonly writer: RuleWriter;
}

/** Shorter than those of rules that are evaluated live, which wait for one at each step of their way. */
const TURN_MS = 4;
/** Times at which the expression may fail: each of them costs queries to find. */
const MAX_FAILED_QUERIES = 50;

export class RuleRun {
  readonly planned: PlannedRule;
  readonly #runner: RuleRunner;
  #failedQueries = 0;
  failures = 0;
  firstError = '';

  constructor(planned: PlannedRule, runner: RuleRunner) {
    this.planned = planned;
    this.#runner = runner;
  }

  /**
   * Evaluates at each of the rule's times from `fromMs` up to before `untilMs`.
   * @param onEvaluated called after each evaluation that could have changed something
   * @throws BacktestError backtest_rule when the expression fails too often
   */
  async run(fromMs: number, untilMs: number, onEvaluated: (timeMs: number) => void): Promise<void> {
    const { intervalMs, fromMs: firstMs, isSplittable } = this.planned;
    const first = firstMs + Math.max(0, Math.ceil((fromMs - firstMs) / intervalMs)) * intervalMs;
    const count = Math.ceil((untilMs - first) / intervalMs);
    if (count <= 0) return;
    if (isSplittable) await this.#runPart(first, count, onEvaluated);
    else for (let i = 0; i < count; i++) await this.#runPart(first + i * intervalMs, 1, onEvaluated);
  }

  /** A part that fails, or is too large, is halved down to the evaluations that do. */
  async #runPart(firstMs: number, count: number, onEvaluated: (timeMs: number) => void): Promise<void> {
    const { signal } = this.#runner;
    const { intervalMs } = this.planned;
    let series: readonly RangeSeries[];
    try {
      series = await this.#read(firstMs, count);
    } catch (error) {
      signal.throwIfAborted();
      if (count === 1) {
        this.#failed(error);
        this.#checkFailedQueries(error);
        return;
      }
      const half = count >> 1;
      await this.#runPart(firstMs, half, onEvaluated);
      await this.#runPart(firstMs + half * intervalMs, count - half, onEvaluated);
      return;
    }
    await this.#evaluate(series, firstMs, count, onEvaluated);
  }

  #read(firstMs: number, count: number): Promise<readonly RangeSeries[]> {
    const { spec, intervalMs, queryOffsetMs } = this.planned;
    const startMs = firstMs - queryOffsetMs;
    return this.#runner.range(spec.expr, startMs, startMs + (count - 1) * intervalMs, intervalMs);
  }

  async #evaluate(
    series: readonly RangeSeries[],
    firstMs: number,
    count: number,
    onEvaluated: (timeMs: number) => void,
  ): Promise<void> {
    const { group, index, intervalMs, queryOffsetMs } = this.planned;
    const { writer, instant, signal } = this.#runner;
    const steps = new RangeSteps(series);
    const query: RuleQuery = async (expr, timeMs) =>
      typeof expr === 'string' ? instant(expr, timeMs) : steps.at(timeMs);
    const turns = new Turns(TURN_MS);
    for (let i = 0; i < count; i++) {
      if (turns.isOver()) await turns.next();
      const timeMs = firstMs + i * intervalMs;
      if (group.isIdle(index) && steps.isEmptyAt(timeMs - queryOffsetMs)) continue;
      const { error } = await group.evaluateRule(index, timeMs, { query, writer });
      signal.throwIfAborted();
      if (error !== undefined) this.#failed(error);
      onEvaluated(timeMs);
    }
  }

  #failed(error: unknown): void {
    this.failures++;
    this.firstError ||= error instanceof Error ? error.message : String(error);
  }

  #checkFailedQueries(error: unknown): void {
    if (++this.#failedQueries <= MAX_FAILED_QUERIES) return;
    const { name } = this.planned.spec;
    const message = `the expression of ${name} failed more than ${MAX_FAILED_QUERIES} times: ${this.firstError}`;
    throw new BacktestError('backtest_rule', message, {
      hint: 'run it as a query to see why',
      cause: error,
    });
  }
}
