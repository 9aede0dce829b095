import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Check, CheckOutcome } from '../check.ts';
import { cpu, disk, eventLoop, memory, registerSystemChecks } from './system.ts';

const answer = async (check: Check): Promise<CheckOutcome> =>
  (await check(new AbortController().signal)) as CheckOutcome;
const statuses = ['healthy', 'warning', 'critical'];

test.each([
  ['memory', memory],
  ['disk', disk],
] as const)('%s is judged by its share', async (_, make) => {
  const usual = await answer(make());
  expect(statuses).toContain(usual.status);
  expect(usual['usage_percent']).toBeGreaterThan(0);
  expect(usual['usage_percent']).toBeLessThanOrEqual(100);
  expect((await answer(make({ warningPercent: 0, criticalPercent: 101 }))).status).toBe('warning');
  expect((await answer(make({ criticalPercent: 0 }))).status).toBe('critical');
  expect((await answer(make({ warningPercent: 101, criticalPercent: 101 }))).status).toBe('healthy');
});

test('memory names heap and process', async () => {
  const { message, ...details } = await answer(memory());
  expect(message).toMatch(/^(heap|process) \d+ of \d+ MiB \([\d.]+ %\)$/);
  expect(details).toMatchObject({ heap_used_bytes: expect.any(Number), rss_bytes: expect.any(Number) });
});

test('disk: a folder that is not there fails, too little space is critical', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'health-disk-'));
  const found = await answer(disk({ path: folder, minFreeBytes: 2 ** 60, warningPercent: 101, criticalPercent: 101 }));
  expect(found.status).toBe('critical');
  await rm(folder, { recursive: true });
  await expect(answer(disk({ path: folder }))).rejects.toThrow(/ENOENT/);
});

test('cpu is measured since the last run', async () => {
  const check = cpu({ warningPercent: 0, criticalPercent: 1_000 });
  await answer(check);
  await sleep(5);
  const busy = await answer(check);
  expect(busy).toMatchObject({ status: 'warning', cores: expect.any(Number) });
  expect(busy['usage_percent']).toBeGreaterThanOrEqual(0);
});

test('eventLoop sees that the loop was blocked', async () => {
  const check = eventLoop({ warningMs: 30, criticalMs: 60_000 });
  expect(await answer(check)).toMatchObject({ status: 'healthy', lag_ms: 0 });
  await sleep(30);
  const until = performance.now() + 120;
  while (performance.now() < until) Math.sqrt(until);
  await sleep(30);
  const found = await answer(check);
  expect(found.status).toBe('warning');
  expect(found['lag_ms']).toBeGreaterThan(30);
  expect(found['utilization']).toBeGreaterThan(0);
});

test('the checks that every service has are not critical', () => {
  const registered: [string, unknown][] = [];
  registerSystemChecks((name, _, options) => registered.push([name, options.critical]));
  expect(registered).toEqual([
    ['memory', false],
    ['cpu', false],
    ['event_loop', false],
    ['disk', false],
  ]);
});
