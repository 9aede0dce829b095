/**
 * When alerting rules would have fired: their expressions over recorded data, window by window, through the state machine that
 * runs live. Knows no Alertmanager: it tells transitions in the order of time.
 */
import { formatExpr, type RangeSeries } from '@sightline/promql';
import { Labels } from '@sightline/model';
import type { QueryEngine } from '../../query/engine.ts';
import type { AlertingRule } from '../evaluate/alerting-rule.ts';
import { RuleError } from '../evaluate/errors.ts';
import { BacktestError } from './errors.ts';
import { type FiringInstance, FiringLog, type Transition } from './firing-log.ts';
import type { BacktestPlan, PlannedRule } from './plan.ts';
import { RecordedSeries } from './recorded-series.ts';
import { RuleRun, type RuleRunner } from './run-rule.ts';

export interface BacktestOptions {
  readonly plan: BacktestPlan;
  readonly startMs: number;
  readonly endMs: number;
  readonly engine: Pick<QueryEngine, 'range' | 'instant'>;
  readonly signal: AbortSignal;
  /** All that happened up to a time, in order. Awaited. */
  readonly onTransitions: (transitions: readonly Transition[], untilMs: number) => Promise<void>;
  /** @param share from 0 to 1 */
  readonly onProgress: (share: number) => void;
}

export interface RuleOutcome {
  readonly planned: PlannedRule;
  /** The longest firing first. */
  readonly instances: readonly FiringInstance[];
  readonly failedEvaluations: number;
  /** Of the first that failed; '' when none did. */
  readonly error: string;
}

/** Evaluations of the most frequent rule that are computed at once. */
const WINDOW_STEPS = 500;
/** Samples of recording rules held at once: 64 MB. */
const MAX_RECORDED_SAMPLES = 4_000_000;
const CLIENT = { address: '', userAgent: 'sightline backtest' };

/** One for each alerting rule of the plan. @throws BacktestError, AbortedError */
export async function runBacktest(options: BacktestOptions): Promise<RuleOutcome[]> {
  const { plan, startMs, endMs, onTransitions, onProgress } = options;
  const recorded = new RecordedSeries(plan.recordedNames);
  const runner = createRunner(options, recorded);
  const recordings = plan.recording.map((rule) => new RuleRun(rule, { ...runner, writer: recorded.writer }));
  const alerts = plan.alerting.map((rule, index) => ({ run: new RuleRun(rule, runner), log: new FiringLog(index) }));
  const windowMs =
    WINDOW_STEPS * Math.min(...[...plan.recording, ...plan.alerting].map(({ intervalMs }) => intervalMs));
  const parts = recordings.length + alerts.length;
  for (let fromMs = plan.fromMs; fromMs <= endMs; fromMs += windowMs) {
    const untilMs = Math.min(fromMs + windowMs, endMs + 1);
    let done = 0;
    const partDone = () => {
      done++;
      const reachedMs = fromMs + ((untilMs - fromMs) * done) / parts;
      onProgress((reachedMs - plan.fromMs) / (endMs + 1 - plan.fromMs));
    };
    for (const run of recordings) {
      await run.run(fromMs, untilMs, () => undefined);
      checkRecorded(recorded);
      partDone();
    }
    const transitions: Transition[] = [];
    for (const { run, log } of alerts) {
      const rule = run.planned.group.rules[run.planned.index] as AlertingRule;
      await run.run(fromMs, untilMs, (timeMs) => transitions.push(...log.observe(rule, timeMs)));
      partDone();
    }
    transitions.sort((a, b) => a.timeMs - b.timeMs);
    await onTransitions(transitions, untilMs - 1);
    recorded.dropUntil(untilMs - plan.keepMs - 1);
  }
  return alerts.map(({ run, log }) => ({
    planned: run.planned,
    instances: log.instances(startMs, endMs),
    failedEvaluations: run.failures,
    error: run.firstError,
  }));
}

/** What alerting rules write (ALERTS) is not kept. */
const NOWHERE = { write: () => undefined };

function createRunner({ engine, signal }: BacktestOptions, recorded: RecordedSeries): RuleRunner {
  const shared = {
    workClass: 'background',
    client: CLIENT,
    signal,
    over: recorded.over.bind(recorded),
  } as const;
  return {
    signal,
    writer: NOWHERE,
    range: async (expr, startMs, endMs, stepMs): Promise<readonly RangeSeries[]> => {
      const range = { startMs, endMs, stepMs };
      const answer = await engine.range({ ...shared, text: formatExpr(expr), range, useCache: false });
      answer.close();
      return answer.value.type === 'matrix' ? answer.value.series : [];
    },
    instant: async (text, timeMs) => {
      const { value, close } = await engine.instant({ ...shared, text, timeMs });
      close();
      if (value.type === 'vector') return value.samples;
      if (value.type === 'scalar') return [{ labels: Labels.EMPTY, timestampMs: timeMs, value: value.value }];
      throw new RuleError('rule_result_type', 'rule result is not a vector or scalar');
    },
  };
}

function checkRecorded(recorded: RecordedSeries): void {
  if (recorded.samples() <= MAX_RECORDED_SAMPLES) return;
  throw new BacktestError('backtest_limit', `recording rules give more than ${MAX_RECORDED_SAMPLES} samples at once`, {
    hint: 'leave recording rules out that run on the server already: their stored series are read',
  });
}
