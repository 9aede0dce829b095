import { Labels } from '@sightline/model';
import { describe, expect, test } from 'vitest';
import { QueryEngine } from '../../query/engine.ts';
import type { MetricReader } from '../../storage/metric-store.ts';
import { createMetricsRegistry } from '../../telemetry/create-registry.ts';
import { AlertingRule } from '../evaluate/alerting-rule.ts';
import { createRuleQuery } from '../evaluate/instant-query.ts';
import { RuleGroup } from '../evaluate/rule-group.ts';
import { groupKey, nextSlot } from '../live/group-loop.ts';
import { loadRuleFile } from '../rule-file/load.ts';
import type { RecordingRuleSpec, RuleGroupSpec } from '../rule-file/types.ts';
import { TestStore } from '../unit-test/test-store.ts';
import { FiringLog, type Transition } from './firing-log.ts';
import { planBacktest } from './plan.ts';
import { type RuleOutcome, runBacktest } from './run-backtest.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 1);
const HOURS = 12;
const END = START + HOURS * 60 * MINUTE;
const CONTEXT = { externalLabels: Labels.EMPTY, externalUrl: '' };
const LIMITS = { maxSamples: 1_000_000, maxSeries: 1_000 };
const never = new AbortController().signal;

function groupsOf(text: string): readonly RuleGroupSpec[] {
  const { groups, diagnostics } = loadRuleFile({ file: 'rules.yml', text });
  if (groups === undefined) throw new Error(JSON.stringify(diagnostics));
  return groups;
}

/** A sample each 15 s, from an hour before the start to the end; undefined where there is none. */
function load(store: TestStore, labels: Record<string, string>, valueAt: (minute: number) => number | undefined): void {
  const from = START - 60 * MINUTE;
  const count = (END - from) / 15_000 + 1;
  const values = Array.from({ length: count }, (_, i) => valueAt(-60 + i / 4));
  store.load(Labels.fromObject(labels), values, from, 15_000);
}

interface Run {
  readonly maxSamples?: number;
  readonly signal?: AbortSignal;
  readonly isStored?: (rule: RecordingRuleSpec) => boolean;
  readonly onTransitions?: (transitions: readonly Transition[]) => void;
  readonly onProgress?: (share: number) => void;
}

async function backtest(store: TestStore, groups: readonly RuleGroupSpec[], run: Run = {}): Promise<RuleOutcome[]> {
  store.nowMs = Number.POSITIVE_INFINITY;
  const select: MetricReader['select'] = (request) => store.select(request);
  const engine = new QueryEngine({
    reader: () => ({ select }) as unknown as MetricReader,
    settings: {
      lookbackMs: 300_000,
      timeoutMs: 60_000,
      maxConcurrency: 2,
      maxQueued: 1,
      maxPoints: 11_000,
      maxMemoryBytes: 1e9,
      maxTotalMemoryBytes: 1e9,
      cacheBytes: 0,
      ...LIMITS,
      maxSamples: run.maxSamples ?? LIMITS.maxSamples,
    },
    subqueryStepMs: () => MINUTE,
    changes: undefined,
    retentionMs: 0,
    registry: createMetricsRegistry(),
    now: () => END,
  });
  const plan = planBacktest({
    ...CONTEXT,
    groups,
    startMs: START,
    endMs: END,
    evaluationIntervalMs: MINUTE,
    ruleQueryOffsetMs: 0,
    lookbackMs: 300_000,
    isWanted: () => true,
    isStored: run.isStored ?? (() => false),
  });
  return runBacktest({
    plan,
    startMs: START,
    endMs: END,
    engine,
    signal: run.signal ?? never,
    onTransitions: async (transitions) => run.onTransitions?.(transitions),
    onProgress: run.onProgress ?? (() => undefined),
  });
}

/** What the rules give when they are evaluated as they are live: group by group, one time after the other. */
async function live(store: TestStore, groups: readonly RuleGroupSpec[]) {
  const loops = groups.map((spec) => {
    const group = new RuleGroup(spec, { ...CONTEXT, queryOffsetMs: 0 });
    const intervalMs = spec.intervalMs ?? MINUTE;
    return { group, intervalMs, nextMs: nextSlot(START - 30 * MINUTE, intervalMs, groupKey(spec.file, spec.name)) };
  });
  const logs = new Map<AlertingRule, FiringLog>();
  for (;;) {
    const [loop] = loops.toSorted((a, b) => a.nextMs - b.nextMs);
    if (loop === undefined || loop.nextMs > END) break;
    const timeMs = loop.nextMs;
    store.nowMs = timeMs;
    const query = createRuleQuery({ source: store, limits: LIMITS, signal: never });
    await loop.group.evaluate(timeMs, { query, writer: store });
    for (const rule of loop.group.rules) {
      if (!(rule instanceof AlertingRule)) continue;
      const log = logs.get(rule) ?? new FiringLog(0);
      logs.set(rule, log);
      log.observe(rule, timeMs);
    }
    loop.nextMs += loop.intervalMs;
  }
  return [...logs].map(([rule, log]) => ({ name: rule.spec.name, instances: log.instances(START, END) }));
}

const RULES = `
groups:
  - name: alerts
    interval: 30s
    rules:
      - {alert: Down, expr: up == 0, for: 3m, labels: {severity: critical}}
      - {alert: Flapping, expr: 'changes(up[15m]) > 1', keep_firing_for: 10m}
      - {alert: Missing, expr: absent(heartbeat), for: 1m}
      - {alert: Loud, expr: noise > 0.5, labels: {level: '{{ if gt $value 0.8 }}high{{ else }}low{{ end }}'}}
      - {alert: ReadsOther, expr: 'job:errors:rate5m > 0.2', for: 2m}
      - {alert: Trend, expr: 'avg_over_time(job:errors:rate5m[20m]) > job:errors:rate5m offset 10m', for: 5m}
  - name: limited
    limit: 2
    query_offset: 1m
    rules:
      - {alert: TooMany, expr: noise > 0.3}
  - name: recordings
    rules:
      - {record: 'job:errors:rate5m', expr: 'sum by (job) (instance:errors:rate5m)'}
      - {record: 'instance:errors:rate5m', expr: 'rate(errors_total[5m])', labels: {kind: test}}
`;

/** The recording rules in the order in which one reads the other: live, one that stands first reads the value before. */
const ORDERED = RULES.replace(/( +- \{record: 'job.*\n)( +- \{record: 'inst.*\n)/, '$2$1');

/** Numbers that look random and are the same in each run. */
function wave(minute: number, seed: number): number {
  const x = Math.sin((minute + 7.3 * seed) * 12.9898) * 43_758.5453;
  return x - Math.floor(x);
}

function recordedData(): TestStore {
  const store = new TestStore();
  for (let i = 0; i < 4; i++) {
    const instance = `host${i}`;
    const isDown = (minute: number) => (minute + 40 * i) % 97 < 11 * i || wave(Math.floor(minute), i) < 0.02;
    load(store, { __name__: 'up', instance, job: 'node' }, (minute) => (isDown(minute) ? 0 : 1));
    load(store, { __name__: 'noise', instance }, (minute) => wave(Math.floor(minute / 7), i + 10));
    let total = 0;
    load(store, { __name__: 'errors_total', instance, job: `job${i % 2}` }, (minute) => {
      // Resets, and an instance that is away for a while.
      if (Math.floor(minute) % 200 === 0) total = 0;
      total += (Math.floor(minute / 45) + i) % 3;
      return i === 3 && minute > 300 && minute < 420 ? undefined : total;
    });
  }
  load(store, { __name__: 'heartbeat' }, (minute) => (minute > 100 && minute < 220 ? undefined : 1));
  return store;
}

const spansOf = (instances: RuleOutcome['instances']) =>
  Object.fromEntries(
    instances
      .map(
        ({ labels, spans }) =>
          [labels.toString(), spans.map(({ fromMs, toMs }) => [fromMs - START, toMs - START])] as const,
      )
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

describe('a backtest over recorded data', () => {
  test('fires when live evaluation, step by step, fires', async () => {
    const groups = groupsOf(ORDERED);
    const tested = await backtest(recordedData(), groups);
    const lived = await live(recordedData(), groups);
    expect(tested.map(({ planned, instances }) => [planned.spec.name, spansOf(instances)])).toEqual(
      lived.map(({ name, instances }) => [name, spansOf(instances)]),
    );
    // The comparison is worth something only when things fire.
    expect(tested.filter(({ instances }) => instances.length > 0).map(({ planned }) => planned.spec.name)).toEqual(
      tested.map(({ planned }) => planned.spec.name),
    );
    // More alerts than the limit of the group allows, at some times.
    expect(tested.filter(({ failedEvaluations }) => failedEvaluations > 0).map(({ error }) => error)).toEqual([
      expect.stringContaining('exceeded limit of 2'),
    ]);
  });

  test('gives the same in small pieces, when a query would hold too many samples', async () => {
    const groups = groupsOf(ORDERED);
    const whole = await backtest(recordedData(), groups);
    const pieces = await backtest(recordedData(), groups, { maxSamples: 900 });
    expect(pieces.map(({ instances }) => spansOf(instances))).toEqual(whole.map(({ instances }) => spansOf(instances)));
  });

  test('is in the state at its start that earlier data put it in', async () => {
    const store = new TestStore();
    load(store, { __name__: 'up', instance: 'a' }, () => 0);
    const [rule] = await backtest(
      store,
      groupsOf('groups: [{name: g, rules: [{alert: Down, expr: up == 0, for: 50m}]}]'),
    );
    expect(rule?.instances.map(({ spans }) => spans.length)).toEqual([1]);
    const [span] = rule?.instances[0]?.spans ?? [];
    expect(span).toEqual({ fromMs: START, toMs: END });
  });

  test('fires as a unit test of the rule says', async () => {
    const store = new TestStore();
    load(store, { __name__: 'up', instance: 'a' }, (minute) => (minute >= 60 && minute < 75 ? 0 : 1));
    const [rule] = await backtest(
      store,
      groupsOf('groups: [{name: g, rules: [{alert: Down, expr: up == 0, for: 5m, keep_firing_for: 3m}]}]'),
    );
    const [span] = rule?.instances[0]?.spans ?? [];
    // Down from 60 to 75: the first evaluation that sees it is less than a minute later, the slots of a group being its own.
    const slotMs = (rule?.planned.fromMs ?? 0) % MINUTE;
    const firstMs = START + 60 * MINUTE + slotMs;
    expect(span?.fromMs).toBe(firstMs + 5 * MINUTE);
    expect(span?.toMs).toBe(START + 75 * MINUTE + slotMs + 3 * MINUTE);
    expect(rule?.instances[0]?.labels.toObject()).toEqual({ alertname: 'Down', instance: 'a' });
  });

  test('computes recorded series that are not stored, and reads those that are', async () => {
    const groups = groupsOf(`
groups:
  - name: g
    rules:
      - {record: 'up:sum', expr: sum(up)}
      - {alert: AllDown, expr: 'up:sum == 0'}`);
    const store = new TestStore();
    load(store, { __name__: 'up', instance: 'a' }, () => 0);
    // What an earlier definition recorded.
    load(store, { __name__: 'up:sum' }, () => 1);
    const [computed] = await backtest(store, groups);
    expect(computed?.instances).toHaveLength(1);
    const [read] = await backtest(store, groups, { isStored: () => true });
    expect(read?.instances).toEqual([]);
  });

  test('tells transitions in order, and its progress', async () => {
    const transitions: Transition[] = [];
    const progress: number[] = [];
    await backtest(recordedData(), groupsOf(ORDERED), {
      onTransitions: (some) => void transitions.push(...some),
      onProgress: (share) => void progress.push(share),
    });
    expect(transitions.length).toBeGreaterThan(20);
    expect(transitions).toEqual(transitions.toSorted((a, b) => a.timeMs - b.timeMs));
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(progress.at(-1)).toBe(1);
  });
});

describe('a rule that cannot be evaluated', () => {
  const FAILING = 'groups: [{name: g, rules: [{alert: Bad, expr: a * on (job) b > 0}]}]';

  test('sometimes, is told with the number of failures; the rest counts', async () => {
    const store = new TestStore();
    load(store, { __name__: 'a', job: 'x' }, () => 1);
    load(store, { __name__: 'b', job: 'x', i: '1' }, () => 1);
    // Within these minutes two series match one.
    load(store, { __name__: 'b', job: 'x', i: '2' }, (minute) => (minute >= 100 && minute < 110 ? 1 : undefined));
    const [rule] = await backtest(store, groupsOf(FAILING));
    expect(rule?.failedEvaluations).toBeGreaterThanOrEqual(10);
    expect(rule?.failedEvaluations).toBeLessThanOrEqual(15);
    expect(rule?.error).toContain('duplicate series');
    expect(rule?.instances[0]?.spans).toHaveLength(1);
  });

  test('ever, ends the backtest', async () => {
    const store = new TestStore();
    load(store, { __name__: 'a', job: 'x' }, () => 1);
    for (const i of ['1', '2']) load(store, { __name__: 'b', job: 'x', i }, () => 1);
    await expect(backtest(store, groupsOf(FAILING))).rejects.toThrow('the expression of Bad failed more than 50 times');
  });

  test('a recording rule that reads itself is refused', async () => {
    const groups = groupsOf(`
groups:
  - name: g
    rules:
      - {record: total, expr: 'total offset 1m + 1'}
      - {alert: High, expr: total > 5}`);
    await expect(backtest(new TestStore(), groups)).rejects.toThrow('the recording rule total reads its own series');
  });
});

test('a cancelled backtest ends at once', async () => {
  const abort = new AbortController();
  const onProgress = () => abort.abort(new Error('enough'));
  await expect(backtest(recordedData(), groupsOf(ORDERED), { signal: abort.signal, onProgress })).rejects.toThrow(
    'enough',
  );
});

test('others have their turns while it runs', async () => {
  const store = new TestStore();
  for (let i = 0; i < 200; i++)
    load(store, { __name__: 'load', i: String(i) }, (minute) => wave(Math.floor(minute / 30), i));
  let turns = 0;
  const abort = new AbortController();
  const count = () => {
    turns++;
    if (!abort.signal.aborted) setImmediate(count);
  };
  setImmediate(count);
  const [rule] = await backtest(
    store,
    groupsOf('groups: [{name: g, interval: 30s, rules: [{alert: A, expr: load > 0.5}]}]'),
  );
  abort.abort();
  expect(rule?.instances).toHaveLength(200);
  // 288,000 evaluations of an instance: without turns there would be one for each read.
  expect(turns).toBeGreaterThan(30);
});
