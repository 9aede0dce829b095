/** Targets and series over time: staleness, reload, shutdown, slow stores. */

import { expect, test } from 'vitest';
import type { ScrapeConfig } from '../../../packages/server/src/config/prometheus/types.ts';
import { exposed } from '../../../packages/server/src/telemetry/testing/exposed.ts';
import {
  HTTP_DEFAULTS,
  prometheusConfig,
  relabelConfig,
  scrapeConfig,
  secret,
  staticGroup,
} from './support/configs.ts';
import { startManager, startTarget, until } from './support/harness.ts';
import type { MemoryWriter } from './support/memory-writer.ts';

/** Not shorter: a time-out is no longer than the interval, and a busy machine must not fail a scrape. */
const FAST = { scrapeIntervalMs: 400, scrapeTimeoutMs: 400 };
/** Where it matters how long something takes in intervals. */
const SLOW = { scrapeIntervalMs: 1_000, scrapeTimeoutMs: 1_000 };
const OWN = 'instance="i", job="test"';

function config(address: string, overrides: Partial<ScrapeConfig> = {}): ScrapeConfig {
  return scrapeConfig({ ...FAST, staticConfigs: [staticGroup([address], { instance: 'i' })], ...overrides });
}

async function scraped(writer: MemoryWriter, series = `a{${OWN}}`, count = 1): Promise<void> {
  const before = writer.samples(series).length;
  await until(() => writer.samples(series).length >= before + count);
}

test.each([
  ['an HTTP error', (): [number, string] => [500, '']],
  ['a bad line after good ones', (): [number, string] => [200, 'a 1\nb 2\n7&-\n']],
  ['a bad line before good ones', (): [number, string] => [200, '7&-\na 1\nb 2\n']],
])('%s makes every series stale once, until it is back', async (_, answer) => {
  const target = await startTarget('a 1\nb 2\n');
  const { apply, writer } = startManager();
  await apply(prometheusConfig(config(target.address)));
  await scraped(writer);
  const [status, body] = answer();
  target.respond((response) => response.writeHead(status, { 'content-type': 'text/plain' }).end(body));
  await until(() => writer.values(`up{${OWN}}`).filter((value) => value === 0).length >= 3);
  expect(writer.values(`a{${OWN}}`).filter((value) => value === 'stale')).toHaveLength(1);
  expect(writer.values(`b{${OWN}}`).at(-1)).toBe('stale');
  const failedAt = writer.samples(`up{${OWN}}`).find(({ value }) => value === 0)?.atMs;
  expect(writer.samples(`a{${OWN}}`).at(-1)?.atMs).toBe(failedAt);
  target.answer('a 3\nb 4\n');
  await until(() => writer.values(`b{${OWN}}`).at(-1) === 4);
  expect(writer.values(`up{${OWN}}`)).not.toContain('stale');
  expect(writer.values(`scrape_series_added{${OWN}}`).at(-1)).toBe(0);
});

test('series that come in another order, or with their labels in another order, do not become stale', async () => {
  const target = await startTarget('a 1\nb{x="1",y="2"} 2\nc 3\n');
  const { apply, writer } = startManager();
  await apply(prometheusConfig(config(target.address)));
  await scraped(writer);
  target.answer('c 3\nb{y="2",x="1"} 2\na 1\n');
  await scraped(writer, `a{${OWN}}`, 3);
  target.answer('b{x="1",y="2"} 2\nnew 1\na 1\nc 3\n');
  await scraped(writer, `a{${OWN}}`, 3);
  expect([`a{${OWN}}`, `b{${OWN}, x="1", y="2"}`, `c{${OWN}}`].flatMap((name) => writer.values(name))).not.toContain(
    'stale',
  );
});

test('a target that goes away ends two intervals later, with its synthetic series', async () => {
  const [first, second] = [await startTarget('a 1\n'), await startTarget('b 1\n')];
  const { apply, writer } = startManager();
  const job = (addresses: string[]) =>
    prometheusConfig(scrapeConfig({ ...SLOW, staticConfigs: [staticGroup(addresses)] }));
  await apply(job([first.address, second.address]));
  const gone = `instance="${first.address}", job="test"`;
  await scraped(writer, `a{${gone}}`, 2);
  const removedMs = Date.now();
  await apply(job([second.address]));
  await until(() => writer.values(`a{${gone}}`).includes('stale'));
  expect(Date.now() - removedMs).toBeGreaterThan(SLOW.scrapeIntervalMs * 1.1);
  for (const name of ['a', 'up', 'scrape_duration_seconds', 'scrape_samples_scraped', 'scrape_series_added']) {
    expect(writer.values(`${name}{${gone}}`).at(-1)).toBe('stale');
  }
  const [last, stale] = writer.samples(`a{${gone}}`).slice(-2);
  expect((stale?.atMs ?? 0) - (last?.atMs ?? 0)).toBeLessThan(SLOW.scrapeIntervalMs * 2.25);
  expect(writer.values(`b{instance="${second.address}", job="test"}`)).not.toContain('stale');
});

test('a target that comes back in time goes on as if nothing had been', async () => {
  const target = await startTarget('a 1\n');
  const { apply, writer } = startManager();
  await apply(prometheusConfig(config(target.address, SLOW)));
  await scraped(writer);
  await apply(prometheusConfig(config(target.address, { ...SLOW, staticConfigs: [] })));
  await apply(prometheusConfig(config(target.address, SLOW)));
  await scraped(writer, `a{${OWN}}`, 3);
  expect(writer.values(`a{${OWN}}`)).not.toContain('stale');
  expect(writer.values(`scrape_series_added{${OWN}}`).slice(1)).toEqual(expect.not.arrayContaining([1]));
});

test('a reload with nothing changed leaves targets and connections alone', async () => {
  const ports = new Set<number | undefined>();
  const target = await startTarget();
  target.respond((response) => {
    ports.add(response.socket?.remotePort);
    response.writeHead(200, { 'content-type': 'text/plain' }).end('a 1\n');
  });
  const { apply, writer, manager } = startManager();
  await apply(prometheusConfig(config(target.address)));
  await scraped(writer, `a{${OWN}}`, 2);
  const calls = writer.seriesCalls;
  for (let i = 0; i < 3; i++) await apply(prometheusConfig(config(target.address)));
  expect(manager.targets().activeTargets[0]?.health).toBe('up');
  await scraped(writer, `a{${OWN}}`, 2);
  expect([ports.size, writer.seriesCalls]).toEqual([1, calls]);
});

test('a reload that changes credentials keeps what is known about series', async () => {
  const target = await startTarget('a 1\n');
  const { apply, writer } = startManager();
  const withPassword = (password: string) =>
    config(target.address, { http: { ...HTTP_DEFAULTS, basicAuth: { username: 'u', password: secret(password) } } });
  await apply(prometheusConfig(withPassword('one')));
  await scraped(writer, `a{${OWN}}`, 2);
  const calls = writer.seriesCalls;
  await apply(prometheusConfig(withPassword('two')));
  await scraped(writer, `a{${OWN}}`, 2);
  expect(target.requests.at(-1)?.headers.authorization).toBe(`Basic ${Buffer.from('u:two').toString('base64')}`);
  expect(writer.seriesCalls).toBe(calls);
});

test('a reload that changes metric relabeling ends the series that no longer come out', async () => {
  const target = await startTarget('a 1\nb 1\n');
  const { apply, writer } = startManager();
  await apply(prometheusConfig(config(target.address)));
  await scraped(writer);
  const metricRelabelConfigs = [relabelConfig({ source_labels: ['__name__'], regex: 'b', action: 'drop' })];
  await apply(prometheusConfig(config(target.address, { metricRelabelConfigs })));
  await until(() => writer.values(`b{${OWN}}`).at(-1) === 'stale');
  expect(writer.values(`a{${OWN}}`)).not.toContain('stale');
});

test('a changed interval replaces the target without a gap in its series', async () => {
  const target = await startTarget('a 1\n');
  const { apply, writer, manager } = startManager();
  await apply(prometheusConfig(config(target.address, SLOW)));
  await scraped(writer);
  await apply(prometheusConfig(config(target.address, { ...SLOW, scrapeIntervalMs: 1_100 })));
  expect(manager.targets().activeTargets.map(({ scrapeInterval }) => scrapeInterval)).toEqual(['1s100ms']);
  await scraped(writer, `a{${OWN}}`, 3);
  expect(writer.values(`a{${OWN}}`)).not.toContain('stale');
  expect(writer.values(`up{${OWN}}`)).not.toContain('stale');
});

test('a removed job ends its series, and a discarded preparation changes nothing', async () => {
  const target = await startTarget('a 1\n');
  const { apply, writer, manager } = startManager();
  await apply(prometheusConfig(config(target.address)));
  await scraped(writer);
  await (await manager.prepare(prometheusConfig(), [])).discard();
  expect(manager.targets().activeTargets).toHaveLength(1);
  await apply(prometheusConfig());
  expect(manager.targets().activeTargets).toEqual([]);
  await until(() => writer.values(`up{${OWN}}`).at(-1) === 'stale');
});

test('stopping waits for writes and marks nothing stale', async () => {
  const target = await startTarget('a 1\n');
  const { apply, writer, manager } = startManager();
  await apply(prometheusConfig(config(target.address)));
  await scraped(writer);
  let isWriting = false;
  writer.beforeWrite = async () => {
    isWriting = true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  };
  await until(() => isWriting);
  const before = writer.writes;
  await manager.stop();
  expect(writer.writes).toBeGreaterThan(before);
  const after = writer.writes;
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(writer.writes).toBe(after);
  expect([...writer.values(`a{${OWN}}`), ...writer.values(`up{${OWN}}`)]).not.toContain('stale');
});

test('a target that is being asked when the server stops is not reported as down', async () => {
  const target = await startTarget('a 1\n');
  const { apply, writer, manager } = startManager();
  await apply(prometheusConfig(config(target.address)));
  await scraped(writer);
  const asked = target.requests.length;
  target.respond(() => undefined);
  await until(() => target.requests.length > asked);
  await manager.stop();
  expect(writer.values(`up{${OWN}}`)).not.toContain(0);
});

test('a store that hangs delays nothing and piles up ten seconds at most; left out scrapes are counted', async () => {
  const target = await startTarget('a 1\n');
  const { apply, writer, registry } = startManager();
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let waiting = 0;
  writer.beforeWrite = () => {
    waiting++;
    return released;
  };
  const missed = async (): Promise<number> =>
    Number(/^sightline_scrape_missed_total (\d+)$/m.exec(await exposed(registry))?.[1] ?? 0);
  await apply(prometheusConfig(config(target.address, { scrapeIntervalMs: 250, scrapeTimeoutMs: 250 })));
  // A busy machine leaves scrapes out before, and counts those as well.
  await until(() => waiting === 40);
  const before = await missed();
  await until(async () => (await missed()) >= before + 2);
  expect(waiting).toBe(40);
  release();
});

test('a store that fails is counted and logged, and scraping goes on', async () => {
  const target = await startTarget('a 1\n');
  const { apply, writer, registry, logs, manager } = startManager();
  writer.beforeWrite = async () => {
    throw new Error('disk full');
  };
  await apply(prometheusConfig(config(target.address)));
  await until(async () => /sightline_scrape_write_failures_total [2-9]/.test(await exposed(registry)));
  expect(logs.join('\n')).toContain('disk full');
  expect(manager.targets().activeTargets[0]?.health).toBe('up');
});

test('collectors in the process are targets like any other', async () => {
  const { apply, writer, manager } = startManager();
  let fails = false;
  const collect = async (): Promise<Buffer> => {
    if (fails) throw new Error('no /proc here');
    return Buffer.from('load 1\n');
  };
  const internal = { job: 'node', instance: 'me', labels: { dc: 'x' }, intervalMs: 200, name: 'host', collect };
  await apply(prometheusConfig(), [internal]);
  const labels = 'dc="x", instance="me", job="node"';
  await until(() => writer.values(`load{${labels}}`).length >= 2);
  expect(manager.targets().activeTargets).toMatchObject([
    {
      scrapePool: 'node',
      scrapeUrl: 'internal://host',
      health: 'up',
      labels: { dc: 'x', instance: 'me', job: 'node' },
    },
  ]);
  fails = true;
  await until(() => writer.values(`load{${labels}}`).at(-1) === 'stale');
  expect(manager.targets().activeTargets[0]?.lastError).toBe('no /proc here');
  expect(manager.pools()).toMatchObject([{ pool: 'node', targets: [{ url: 'internal://host' }] }]);
});

test('scrapes keep to a grid of their interval: delays do not add up', async () => {
  const target = await startTarget('a 1\n');
  const { apply, writer } = startManager();
  await apply(prometheusConfig(config(target.address)));
  await scraped(writer, `a{${OWN}}`, 12);
  const times = writer.samples(`a{${OWN}}`).map(({ atMs }) => atMs);
  const onGridOf = (first: number): number =>
    times.filter((time) => Math.abs(time - first - Math.round((time - first) / 400) * 400) < 50).length;
  // The machine may hold the process up now and then, at the first scrape too, but not at most of them.
  expect(Math.max(...times.map(onGridOf))).toBeGreaterThan(times.length / 2);
});
