import { Labels } from '@sightline/model';
import { expect, onTestFinished, test } from 'vitest';
import { TestClock } from '../../lib/testing/test-clock.ts';
import { createLogger } from '../../telemetry/create-logger.ts';
import { createMetricsRegistry } from '../../telemetry/create-registry.ts';
import { exposed } from '../../telemetry/testing/exposed.ts';
import { createRuleQuery } from '../evaluate/instant-query.ts';
import type { RuleBatch, RuleQuery } from '../evaluate/ports.ts';
import { loadRuleFile } from '../rule-file/load.ts';
import type { RuleGroupSpec } from '../rule-file/types.ts';
import { TestStore } from '../unit-test/test-store.ts';
import { nextSlot } from './group-loop.ts';
import { RULE_DEFAULTS, RuleManager } from './manager.ts';
import type { AlertSink } from './notify.ts';

type Report = Parameters<AlertSink['receive']>[0][number];

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 1);
const SETTINGS = { evaluationIntervalMs: MINUTE, ruleQueryOffsetMs: 0, externalLabels: Labels.EMPTY };

function specs(...groups: string[]): readonly RuleGroupSpec[] {
  const text = `groups:\n${groups.map((group) => `  - ${group}\n`).join('')}`;
  const { groups: loaded, diagnostics } = loadRuleFile({ file: 'rules.yml', text });
  if (loaded === undefined) throw new Error(JSON.stringify(diagnostics));
  return loaded;
}

/** Lets promises that need no timer run to their end. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise(setImmediate);
}

function setUp(store = new TestStore(), startMs = START) {
  const clock = new TestClock(startMs);
  const batches: RuleBatch[] = [];
  const reports: (Report & { atMs: number })[] = [];
  const hooks = { beforeQuery: (_text: string): Promise<void> | undefined => undefined };
  const source = {
    source: store,
    limits: { maxSamples: 10_000, maxSeries: 100 },
    signal: new AbortController().signal,
  };
  const query: RuleQuery = async (expr, timeMs) => {
    store.nowMs = clock.now();
    await hooks.beforeQuery(JSON.stringify(expr));
    return createRuleQuery(source)(expr, timeMs);
  };
  const registry = createMetricsRegistry();
  const manager = new RuleManager({
    ...RULE_DEFAULTS,
    clock,
    registry,
    logger: createLogger({ level: 'error', format: 'text', write: () => undefined }),
    externalUrl: 'http://sightline',
    io: {
      query,
      writer: {
        write(batch) {
          batches.push(batch);
          return store.write(batch);
        },
      },
    },
    lookback: (text, timeMs, lookbackMs) => createRuleQuery({ ...source, lookbackMs })(text, timeMs),
    sink: { receive: (all) => void reports.push(...all.map((report) => ({ ...report, atMs: clock.now() }))) },
  });
  onTestFinished(() => manager.close());
  const load = (name: string, values: (number | undefined)[]) =>
    store.load(Labels.fromObject({ __name__: name }), values, startMs, MINUTE);
  const advance = (minutes: number) => clock.advance(minutes * MINUTE, settle);
  return { clock, manager, batches, reports, hooks, registry, load, advance, store };
}

test('times of a group are its interval apart, and groups spread over the interval', () => {
  const offsets = Array.from({ length: 200 }, (_, i) => nextSlot(START, MINUTE, `rules.yml;g${i}`) - START);
  expect(Math.min(...offsets)).toBeGreaterThan(0);
  expect(Math.max(...offsets)).toBeLessThanOrEqual(MINUTE);
  for (const third of [0, 1, 2]) {
    expect(offsets.filter((offset) => Math.floor(offset / 20_001) === third).length).toBeGreaterThan(40);
  }
  const first = nextSlot(START, MINUTE, 'a');
  expect(nextSlot(first, MINUTE, 'a')).toBe(first + MINUTE);
  expect(nextSlot(first - 1, MINUTE, 'a')).toBe(first);
});

test('rules run in order at the times of the group, and the outcome is kept', async () => {
  const { manager, batches, load, advance } = setUp();
  load('x', [1, 2, 3, 4]);
  await manager.update(specs('{name: g, rules: [{record: a, expr: x * 2}, {record: b, expr: a + 1}]}'), SETTINGS);
  const slot = nextSlot(START, MINUTE, 'rules.yml;g');
  await advance(2);
  expect(batches.map(({ timeMs, series }) => [timeMs, String(series[0])])).toEqual([
    [slot, 'a'],
    [slot, 'b'],
    [slot + MINUTE, 'a'],
    [slot + MINUTE, 'b'],
  ]);
  const [status] = manager.groups();
  expect(status).toMatchObject({ lastEvaluationMs: slot + MINUTE, lastSamples: 2, missed: 0, intervalMs: MINUTE });
  expect(status?.rules[1]?.history.map(({ timeMs, samples, error }) => [timeMs, samples, error])).toEqual([
    [slot, 1, undefined],
    [slot + MINUTE, 1, undefined],
  ]);
});

test('times that come during an evaluation are left out and counted', async () => {
  const { manager, batches, hooks, load, advance, registry } = setUp();
  load('x', [1, 2, 3, 4, 5, 6]);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  hooks.beforeQuery = () => held;
  await manager.update(specs('{name: g, rules: [{record: a, expr: x}]}'), SETTINGS);
  await advance(3);
  expect(manager.groups()[0]?.missed).toBe(2);
  release();
  await settle();
  await advance(1);
  const slot = nextSlot(START, MINUTE, 'rules.yml;g');
  expect(batches.map(({ timeMs }) => timeMs)).toEqual([slot, slot + 3 * MINUTE]);
  expect(await exposed(registry)).toContain('sightline_rule_group_iterations_missed_total{rule_group="rules.yml;g"} 2');
});

const ALERT = '{alert: A, expr: x > 0, for: 3m}';

test('a reload keeps what is pending, and ends the series of rules that are gone', async () => {
  const { manager, batches, load, advance } = setUp();
  load('x', [1, 1, 1, 1, 1, 1, 1, 1]);
  await manager.update([], SETTINGS);
  await manager.update(specs(`{name: g, rules: [{record: gone, expr: x}, ${ALERT}]}`), SETTINGS);
  const slot = nextSlot(START, MINUTE, 'rules.yml;g');
  await advance(2);
  await manager.update(specs(`{name: g, rules: [{record: new, expr: x}, ${ALERT}]}`), SETTINGS);
  await advance(1);
  expect(batches.flatMap(({ timeMs, vanished }) => vanished.map((labels) => [timeMs, String(labels)]))).toEqual([
    [slot + 2 * MINUTE, 'gone'],
  ]);
  await advance(1);
  const alert = batches.flatMap(({ series }) => series.map(String)).filter((text) => text.includes('firing'));
  expect(alert).toHaveLength(1);
});

test('a group that did not change goes on as it is', async () => {
  const { manager, load, advance } = setUp();
  load('x', [1, 1, 1]);
  await manager.update(specs(`{name: g, rules: [${ALERT}]}`), SETTINGS);
  const before = manager.groups()[0]?.rules[0]?.rule;
  await manager.update(specs('{name: other, rules: []}', `{name: g, rules: [${ALERT}]}`), SETTINGS);
  expect(manager.groups().map(({ name }) => name)).toEqual(['g', 'other']);
  expect(manager.groups()[0]?.rules[0]?.rule).toBe(before);
  await advance(1);
  expect(manager.groups()[0]?.rules[0]?.history).toHaveLength(1);
});

test('series of a removed group end at its end, told two intervals later', async () => {
  const { manager, batches, load, advance, clock, registry } = setUp();
  load('x', [1, 1, 1, 1, 1, 1]);
  await manager.update(specs('{name: g, rules: [{record: a, expr: x}]}'), SETTINGS);
  await advance(1);
  const endMs = clock.now();
  await manager.update([], SETTINGS);
  await advance(1.9);
  expect(batches).toHaveLength(1);
  await advance(0.2);
  expect(batches.slice(1).map(({ timeMs, vanished }) => [timeMs, vanished.map(String)])).toEqual([[endMs, ['a']]]);
  expect(await exposed(registry)).not.toContain('rules.yml;g');
});

test('firing alerts are told again after the resend delay, resolved ones at once and for a quarter of an hour', async () => {
  const { manager, reports, load, advance } = setUp();
  load('x', [1, 1, 1, 1, ...Array.from({ length: 30 }, () => 0)]);
  await manager.update([], SETTINGS);
  const externalLabels = Labels.fromObject({ alertname: 'B', region: 'eu' });
  await manager.update(specs('{name: g, interval: 30s, rules: [{alert: A, expr: x > 0, annotations: {s: hi}}]}'), {
    ...SETTINGS,
    externalLabels,
  });
  await advance(30);
  const first = reports[0] as Report & { atMs: number };
  expect(first).toMatchObject({
    startsAtMs: first.atMs,
    endsAtMs: first.atMs + 4 * MINUTE,
    generatorUrl: 'http://sightline/graph?g0.expr=x+%3E+0&g0.tab=1',
  });
  expect([String(first.labels), String(first.annotations)]).toEqual(['{alertname="A", region="eu"}', '{s="hi"}']);
  // More than the delay has to pass: with half a minute that is the third evaluation.
  expect((reports[1]?.atMs ?? 0) - first.atMs).toBe(1.5 * MINUTE);
  const resolved = reports.filter(({ atMs, endsAtMs }) => endsAtMs <= atMs);
  expect(resolved[0]?.endsAtMs).toBe(resolved[0]?.atMs);
  const lastMs = resolved.at(-1)?.atMs ?? 0;
  expect(lastMs - (resolved[0]?.endsAtMs ?? 0)).toBeGreaterThan(12 * MINUTE);
  expect(lastMs - (resolved[0]?.endsAtMs ?? 0)).toBeLessThanOrEqual(15.5 * MINUTE);
});

test('a restart goes on with `for` where it was, without the time away', async () => {
  const store = new TestStore();
  const rules = specs('{name: g, rules: [{alert: A, expr: x > 0, for: 30m, labels: {team: web}}]}');
  const before = setUp(store);
  before.load(
    'x',
    Array.from({ length: 200 }, () => 1),
  );
  await before.manager.update(rules, SETTINGS);
  await before.advance(12);
  await before.manager.close();
  const awayMs = 20 * MINUTE;
  const { manager, advance } = setUp(store, before.clock.now() + awayMs);
  await manager.update(rules, SETTINGS);
  await advance(2);
  const rule = manager.groups()[0]?.rules[0]?.rule;
  const alerts = rule !== undefined && 'alerts' in rule ? rule.alerts() : [];
  const firstMs = nextSlot(START, MINUTE, 'rules.yml;g');
  // Away from the last sample, twelve minutes after the start, to the second evaluation. The series tells whole seconds.
  expect(alerts.map(({ activeAtMs }) => activeAtMs - firstMs)).toEqual([awayMs + 2 * MINUTE - (firstMs % 1000)]);
});
