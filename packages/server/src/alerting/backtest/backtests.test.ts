import type { BacktestStatus } from '@sightline/api-types';
import { Labels } from '@sightline/model';
import { expect, onTestFinished, test } from 'vitest';
import { QueryEngine } from '../../query/engine.ts';
import { loadRuleFile } from '../../rules/rule-file/load.ts';
import { TestStore } from '../../rules/unit-test/test-store.ts';
import type { MetricReader } from '../../storage/metric-store.ts';
import { createLogger } from '../../telemetry/create-logger.ts';
import { createMetricsRegistry } from '../../telemetry/create-registry.ts';
import { loadAlertmanagerConfig } from '../config/load.ts';
import { Backtests, type BacktestTask } from './backtests.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 5);
const END = START + 24 * 60 * MINUTE;

const ALERTMANAGER = `
route:
  receiver: everybody
  group_by: [alertname]
  group_wait: 1m
  group_interval: 5m
  repeat_interval: 3h
  routes:
    - {receiver: oncall, matchers: [severity="critical"], continue: true}
    - {receiver: chat, matchers: [cluster="test"], group_by: ['...'], mute_time_intervals: [noon]}
receivers:
  - {name: everybody, webhook_configs: [{url: 'http://localhost/'}]}
  - {name: oncall, webhook_configs: [{url: 'http://localhost/', send_resolved: false}]}
  - {name: chat, webhook_configs: [{url: 'http://localhost/'}]}
inhibit_rules:
  - {source_matchers: [alertname="SiteDown"], target_matchers: [alertname="HostDown"], equal: [cluster]}
time_intervals: [{name: noon, time_intervals: [{times: [{start_time: '12:00', end_time: '13:00'}]}]}]
`;

function rulesOf(text: string) {
  const { groups, diagnostics } = loadRuleFile({ file: 'rules.yml', text });
  if (groups === undefined) throw new Error(JSON.stringify(diagnostics));
  return groups;
}

/** `at`: hours of the day; the metric is 0 within them and 1 otherwise. */
function load(store: TestStore, labels: Record<string, string>, ...at: readonly (readonly [number, number])[]): void {
  const values = Array.from({ length: 24 * 60 + 1 }, (_, minute) =>
    at.some(([from, to]) => minute >= from * 60 && minute < to * 60) ? 0 : 1,
  );
  store.load(Labels.fromObject(labels), values, START, MINUTE);
}

function setUp(store: TestStore, externalLabels = Labels.EMPTY) {
  store.nowMs = Number.POSITIVE_INFINITY;
  const { config, diagnostics } = loadAlertmanagerConfig({ file: 'alertmanager.yml', text: ALERTMANAGER });
  if (config === undefined) throw new Error(JSON.stringify(diagnostics));
  let release = () => {};
  const hold = { isOn: false };
  const select: MetricReader['select'] = async (request, _limits, signal) => {
    if (hold.isOn) {
      await new Promise<void>((resolve, reject) => {
        release = resolve;
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      });
    }
    return store.select(request);
  };
  const engine = new QueryEngine({
    reader: () => ({ select }) as unknown as MetricReader,
    settings: {
      lookbackMs: 300_000,
      timeoutMs: 60_000,
      maxConcurrency: 2,
      maxQueued: 1,
      maxSamples: 1e6,
      maxSeries: 1e3,
      maxPoints: 11_000,
      maxMemoryBytes: 1e9,
      maxTotalMemoryBytes: 1e9,
      cacheBytes: 0,
    },
    subqueryStepMs: () => MINUTE,
    changes: undefined,
    retentionMs: 0,
    registry: createMetricsRegistry(),
    now: Date.now,
  });
  const running = rulesOf(
    'groups: [{name: running, rules: [{alert: HostDown, expr: host == 0}, {alert: Other, expr: other > 1}]}]',
  );
  const backtests = new Backtests({
    engine,
    externalUrl: '',
    logger: createLogger({ level: 'error', format: 'text', write: () => undefined }),
    settings: () => ({
      groups: running,
      evaluationIntervalMs: MINUTE,
      ruleQueryOffsetMs: 0,
      externalLabels,
      alertmanager: config,
    }),
    nowMs: () => END,
  });
  onTestFinished(() => backtests.close());
  const start = (task: Partial<BacktestTask> & { yaml?: string }) =>
    backtests.start({
      groups: task.yaml === undefined ? undefined : rulesOf(task.yaml),
      only: undefined,
      startMs: START,
      endMs: END,
      ...task,
    });
  const finished = async (id: string): Promise<BacktestStatus> => {
    for (;;) {
      const status = backtests.get(id);
      if (status !== undefined && status.state !== 'running') return status;
      await new Promise(setImmediate);
    }
  };
  const run = async (task: Parameters<typeof start>[0]) => finished((await start(task)).id);
  return { backtests, start, run, finished, hold, release: () => release() };
}

const oneRule = (rule: string) => `groups: [{name: g, rules: [${rule}]}]`;

test('counts firings and messages, as grouping, repetition and send_resolved make them', async () => {
  const store = new TestStore();
  load(store, { __name__: 'host', host: 'a' }, [2, 3], [10, 11]);
  load(store, { __name__: 'host', host: 'b' }, [2.5, 6.5]);
  const { run } = setUp(store);
  const { state, error, rules, notifications } = await run({
    yaml: oneRule('{alert: HostDown, expr: host == 0, labels: {severity: critical}}'),
  });
  expect([state, error]).toEqual(['done', null]);
  expect(rules).toHaveLength(1);
  const { firedCount, firingMs, longestMs, instances, instanceCount } = rules[0] ?? {};
  expect({ firedCount, firingMs, longestMs, instanceCount }).toEqual({
    firedCount: 3,
    firingMs: 6 * 60 * MINUTE,
    longestMs: 4 * 60 * MINUTE,
    instanceCount: 2,
  });
  expect(instances?.map(({ labels, spans }) => [labels['host'], spans.length])).toEqual([
    ['b', 1],
    ['a', 2],
  ]);
  // a fires, b joins, one repetition in the three hours that b is alone; a fires again. Resolved ones are not sent.
  expect(notifications).toEqual([{ receiver: 'oncall', count: 4 }]);
  expect(rules[0]?.notifications).toEqual(notifications);
});

test('inhibition, time intervals and external labels take part', async () => {
  const store = new TestStore();
  load(store, { __name__: 'site' }, [1, 9]);
  load(store, { __name__: 'host', host: 'a' }, [2, 3]);
  load(store, { __name__: 'host', host: 'b' }, [12.1, 12.5], [14, 15]);
  const yaml = oneRule('{alert: SiteDown, expr: site == 0}, {alert: HostDown, expr: host == 0}');
  const { rules, notifications } = await setUp(store, Labels.fromObject({ cluster: 'test' })).run({ yaml });
  const [site, host] = rules;
  // SiteDown: first, two repetitions in eight hours, resolved. HostDown: a is inhibited, b's first time lies at noon.
  expect(site?.notifications).toEqual([{ receiver: 'chat', count: 4 }]);
  expect(host?.notifications).toEqual([{ receiver: 'chat', count: 2 }]);
  expect(host?.firedCount).toBe(3);
  expect(notifications).toEqual([{ receiver: 'chat', count: 6 }]);
});

test('a message about alerts of several rules counts for each, and once in all', async () => {
  const store = new TestStore();
  load(store, { __name__: 'host' }, [2, 3]);
  const yaml = oneRule(
    '{alert: Down, expr: host == 0, labels: {severity: warning}}, {alert: Down, expr: host == 0, labels: {severity: info}}',
  );
  const { rules, notifications } = await setUp(store).run({ yaml });
  expect(rules.map((rule) => rule.notifications)).toEqual([
    [{ receiver: 'everybody', count: 2 }],
    [{ receiver: 'everybody', count: 2 }],
  ]);
  expect(notifications).toEqual([{ receiver: 'everybody', count: 2 }]);
});

test('one rule that runs here can be tested by its name', async () => {
  const store = new TestStore();
  load(store, { __name__: 'host' }, [2, 3]);
  const { run, start } = setUp(store);
  const { rules } = await run({ only: { file: 'rules.yml', group: 'running', name: 'HostDown' } });
  expect(rules.map(({ group, name, firedCount }) => [group, name, firedCount])).toEqual([['running', 'HostDown', 1]]);
  await expect(start({ only: { file: 'rules.yml', group: 'running', name: 'No' } })).rejects.toThrow(
    'there is no alerting rule to test',
  );
});

test('what is too much, or no range, is refused before it begins', async () => {
  const { start } = setUp(new TestStore());
  const yaml = oneRule('{alert: A, expr: host == 0}');
  await expect(start({ yaml, startMs: START - 365 * 86_400_000 * 20 })).rejects.toThrow(
    'that is 10.5 million evaluations; at most 10.0 million are run',
  );
  await expect(start({ yaml, startMs: END })).rejects.toThrow('the end is not after the start');
  await expect(start({ yaml: oneRule('{record: a, expr: host}') })).rejects.toThrow('there is no alerting rule');
});

test('two run at once; one that is cancelled makes room, and says so', async () => {
  const store = new TestStore();
  load(store, { __name__: 'host' }, [2, 3]);
  const { start, backtests, hold, finished } = setUp(store);
  hold.isOn = true;
  const yaml = oneRule('{alert: A, expr: host == 0}');
  const first = await start({ yaml });
  await start({ yaml });
  await expect(start({ yaml })).rejects.toMatchObject({ code: 'backtest_busy' });
  expect(await backtests.remove(first.id)).toMatchObject({ state: 'canceled', error: null, rules: [] });
  hold.isOn = false;
  const third = await start({ yaml });
  expect((await finished(third.id)).state).toBe('done');
  expect(await backtests.remove(third.id)).toMatchObject({ state: 'done' });
  expect(backtests.get(third.id)).toBeUndefined();
  expect(await backtests.remove('x')).toBeUndefined();
});

test('the results of the last twenty are kept', async () => {
  const { run, backtests } = setUp(new TestStore());
  const ids: string[] = [];
  for (let i = 0; i < 22; i++) ids.push((await run({ yaml: oneRule('{alert: A, expr: host == 0}') })).id);
  expect(ids.map((id) => backtests.get(id) !== undefined)).toEqual([false, false, ...Array(20).fill(true)]);
});

test('a rule that never works fails the backtest with its error', async () => {
  const store = new TestStore();
  for (const i of ['1', '2']) load(store, { __name__: 'host', i }, [0, 24]);
  const { run } = setUp(store);
  const { state, error, rules } = await run({ yaml: oneRule('{alert: A, expr: host == on () host}') });
  expect([state, rules]).toEqual(['failed', []]);
  expect(error).toContain('the expression of A failed more than 50 times');
});
