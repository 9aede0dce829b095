/** Running and finished queries, ending them, refreshed ranges, explain: over the real store. */
import { exposedBy } from '../../support/sightline.ts';
import { createConnection } from 'node:net';
import type { ExplainResult, QueriesStatus } from '@sightline/api-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type InProcessServer, startInProcess } from '../app/in-process.ts';

const STEP = 60;
const NOW = Math.floor(Date.now() / 60_000) * 60;
/** Every step of every part looks at each of its 3,000 samples anew: many seconds of work unless somebody ends it. */
const SLOW = 'sum(deriv(deriv(deriv(deriv(many[50m:1s])[50m:1s])[50m:1s])[50m:1s]))';
const SLOW_PATH = (text: string) =>
  `query_range?query=${encodeURIComponent(text)}&start=${NOW - 3_000}&end=${NOW}&step=1`;
let server: InProcessServer;

beforeAll(async () => {
  server = await startInProcess({ flags: { 'query-max-concurrency': '2', 'query-max-queued': '3' } });
  const lines: string[] = ['# TYPE requests_total counter'];
  for (let k = 0; k < 240; k++) {
    const ms = (NOW - 3_600 + k * 15) * 1_000;
    for (let i = 0; i < 20; i++) lines.push(`many{i="${i}",zone="${i % 3}"} ${(k * i) / 7} ${ms}`);
    for (let i = 0; i < 4; i++) lines.push(`requests_total{i="${i}"} ${k * (i + 1)} ${ms}`);
  }
  await write(lines);
});

afterAll(() => server?.end());

async function write(lines: readonly string[]): Promise<void> {
  const body = `${lines.join('\n')}\n`;
  const response = await fetch(`${server.url}/api/v1/import/prometheus`, { method: 'POST', body });
  expect(await response.text()).toBe('');
}

interface Answer {
  readonly status: string;
  readonly errorType?: string;
  readonly error?: string;
  readonly data?: { readonly result: unknown; readonly stats?: { readonly cache: { readonly cachedSteps: number } } };
}

async function ask(path: string, init: RequestInit = {}): Promise<{ code: number; answer: Answer; headers: Headers }> {
  const response = await fetch(`${server.url}/api/v1/${path}`, init);
  return { code: response.status, answer: (await response.json()) as Answer, headers: response.headers };
}

async function queries(params = ''): Promise<QueriesStatus> {
  const response = await fetch(`${server.url}/api/sightline/v1/queries${params}`);
  return (await response.json()) as QueriesStatus;
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let i = 0; i < 500; i++) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('it did not come about');
}

function activeOf(text: string) {
  return until(async () => (await queries()).active.items.find((query) => query.text === text));
}

function idle() {
  return until(async () => ((await queries()).active.total === 0 ? true : undefined));
}

describe('a running query', () => {
  test('is listed and can be killed; the answer says by whom', async () => {
    const text = `${SLOW} + 1`;
    const asked = ask(SLOW_PATH(text), { headers: { 'user-agent': 'dashboard/1' } });
    const { id, kind, client } = await activeOf(text);
    expect([kind, client]).toEqual(['range', { address: '127.0.0.1', userAgent: 'dashboard/1' }]);
    const killed = await fetch(`${server.url}/api/sightline/v1/queries/${id}`, {
      method: 'DELETE',
      headers: { 'user-agent': 'admin/2' },
    });
    expect(await killed.json()).toEqual({ id });
    const { code, answer } = await asked;
    expect([code, answer.errorType, answer.error]).toEqual([
      499,
      'canceled',
      'query was killed by 127.0.0.1 (admin/2)',
    ]);
    await idle();
    expect((await queries()).recent.items[0]).toMatchObject({ id, outcome: 'killed', errorType: 'canceled' });
    expect((await queries()).memoryBytes).toBe(0);
    const again = await fetch(`${server.url}/api/sightline/v1/queries/${id}`, { method: 'DELETE' });
    expect(again.status).toBe(404);
  });

  test('cannot be killed by a page of another site', async () => {
    const response = await fetch(`${server.url}/api/sightline/v1/queries/x`, {
      method: 'DELETE',
      headers: { 'sec-fetch-site': 'cross-site' },
    });
    expect(response.status).toBe(403);
  });

  test('ends when its client goes', async () => {
    const text = `${SLOW} + 2`;
    const { port } = new URL(server.url);
    const socket = createConnection(Number(port), '127.0.0.1', () => {
      socket.write(`GET /api/v1/${SLOW_PATH(text)} HTTP/1.1\r\nhost: x\r\n\r\n`);
    });
    await activeOf(text);
    socket.destroy();
    await idle();
    expect((await queries()).recent.items[0]).toMatchObject({ text, outcome: 'canceled' });
  });

  test('ends when its time is up, and says which option is the limit', async () => {
    const { code, answer } = await ask(`${SLOW_PATH(SLOW)}&timeout=300ms`);
    expect([code, answer.errorType]).toEqual([503, 'timeout']);
    expect(answer.error).toMatch(/^query timed out in .*query\.timeout$/);
    await idle();
  });

  test('waits for a place, and is refused when too many wait', async () => {
    const all = Array.from({ length: 6 }, (_, i) => ask(SLOW_PATH(`${SLOW} + 1${i}`)));
    const refused = await Promise.race(all.map(async (asked) => ((await asked).code === 503 ? asked : never())));
    expect((await refused).answer.errorType).toBe('unavailable');
    expect((await refused).answer.error).toMatch(/query\.max_queued or query\.max_concurrency$/);
    expect((await refused).headers.get('retry-after')).toBe('1');
    const { active } = await queries();
    expect(active.items.filter(({ phase }) => phase === 'waiting')).toHaveLength(3);
    for (const { id } of active.items) {
      await fetch(`${server.url}/api/sightline/v1/queries/${id}`, { method: 'DELETE' });
    }
    await Promise.all(all);
    await idle();
  });
});

function never(): Promise<never> {
  return new Promise(() => undefined);
}

describe('the log of queries', () => {
  test('has what a query took, can be searched, sorted and paged', async () => {
    await ask(`query_range?query=many&start=${NOW - 1_800}&end=${NOW}&step=${STEP}`);
    await ask('query?query=many%20%2B%20on()%20many');
    await idle();
    const { recent } = await queries('?search=many&sort=samples');
    expect(recent.items.length).toBeGreaterThan(1);
    const samples = recent.items.map(({ samplesRead }) => samplesRead);
    expect(samples).toEqual([...samples].sort((a, b) => b - a));
    const range = recent.items.find(({ kind, text }) => kind === 'range' && text === 'many');
    expect(range).toMatchObject({ outcome: 'success', resultSeries: 20, resultSamples: 20 * 31, stepMs: 60_000 });
    expect(range?.bytesOut).toBeGreaterThan(10_000);
    const failed = recent.items.find(({ text }) => text === 'many + on() many');
    expect(failed).toMatchObject({ outcome: 'error', errorType: 'execution' });
    const page = await queries('?limit=1&offset=1&sort=started&order=asc');
    expect([page.recent.items.length, page.recent.total > 1]).toEqual([1, true]);
    expect(page.slowest.items).toHaveLength(1);
    expect((await fetch(`${server.url}/api/sightline/v1/queries?sort=x`)).status).toBe(400);
  });
});

describe('a refreshed range query', () => {
  const path = (query: string, shift: number, more = '') =>
    `query_range?query=${encodeURIComponent(query)}&start=${NOW - 3_000 + shift * STEP}&end=${NOW + shift * STEP}` +
    `&step=${STEP}&stats=all${more}`;

  test.each([
    'sum by (zone) (rate(many[5m]))',
    'many',
    'topk(3, many)',
    'avg(many) / on() group_left() stddev(many)',
    'quantile(3, many)',
  ])('%s has the same answer as one that is computed anew, late samples included', async (query) => {
    const compare = async (shift: number) => {
      const cached = await ask(path(query, shift));
      const whole = await ask(path(query, shift, '&nocache=1'));
      expect(whole.answer.data?.stats?.cache.cachedSteps).toBe(0);
      const { stats, ...data } = cached.answer.data as NonNullable<Answer['data']>;
      const { stats: _, ...wholeData } = whole.answer.data as NonNullable<Answer['data']>;
      expect({ ...cached.answer, data }).toEqual({ ...whole.answer, data: wholeData });
      return stats?.cache.cachedSteps ?? 0;
    };
    await compare(0);
    const zone = query.length;
    for (let shift = 1; shift < 4; shift++) {
      await write([`many{i="${shift}",zone="new${zone}"} ${shift} ${(NOW + shift * STEP - 20) * 1_000}`]);
      expect(await compare(shift)).toBeGreaterThan(45);
      expect(await compare(shift)).toBe(51);
    }
    await write([`many{i="late",zone="late${zone}"} 1000 ${(NOW - 1_000) * 1_000 + zone}`]);
    const cachedSteps = await compare(3);
    expect(cachedSteps).toBeGreaterThan(20);
    expect(cachedSteps).toBeLessThan(40);
  });

  test('is computed anew when the client says no-cache', async () => {
    await ask(path('count(many)', 0));
    const fresh = await ask(path('count(many)', 0), { headers: { 'cache-control': 'no-cache' } });
    expect(fresh.answer.data?.stats?.cache.cachedSteps).toBe(0);
    expect((await ask(path('count(many)', 0))).answer.data?.stats?.cache.cachedSteps).toBe(51);
    expect((await queries()).cache.hits).toBeGreaterThan(0);
    const metrics = await exposedBy(server.url);
    expect(metrics).toMatch(/^sightline_query_cache_requests_total\{result="hit"\} [1-9]/m);
  });
});

test('large answers that are sent at once are whole', async () => {
  const text = async (i: number, encoding: string) => {
    const path = `query_range?query=many*${i}&start=${NOW - 3_000}&end=${NOW}&step=1&nocache=1`;
    const response = await fetch(`${server.url}/api/v1/${path}`, { headers: { 'accept-encoding': encoding } });
    return response.text();
  };
  const all = [1, 2, 3, 4];
  const plain = await Promise.all(all.map((i) => text(i, 'identity')));
  const packed = await Promise.all(all.map((i) => text(i, 'gzip')));
  for (const [i, answer] of plain.entries()) {
    expect(answer.length).toBeGreaterThan(1_000_000);
    expect(answer === packed[i]).toBe(true);
    expect(() => JSON.parse(answer) as unknown).not.toThrow();
  }
});

describe('explain', () => {
  test('has a tree with figures, selectors with what they matched, and findings', async () => {
    const query = 'sum by (i) (rate(requests_total[20s])) / rat';
    const body = new URLSearchParams({ query, start: String(NOW - 1_800), end: String(NOW), step: '60' });
    const response = await fetch(`${server.url}/api/sightline/v1/explain`, { method: 'POST', body });
    const result = (await response.json()) as ExplainResult;
    expect(response.status).toBe(200);
    expect([result.kind, result.tree.kind, result.tree.label]).toEqual(['range', 'binary', '… / …']);
    const [sum] = result.tree.children;
    expect([sum?.label, query.slice(sum?.span.start, sum?.span.end)]).toEqual([
      'sum by (i) (…)',
      'sum by (i) (rate(requests_total[20s]))',
    ]);
    const rate = sum?.children[0];
    expect(rate).toMatchObject({ label: 'rate(…)', figures: { seriesIn: 4 } });
    expect(rate?.children[0]?.selector).toMatchObject({
      matchers: ['__name__="requests_total"'],
      series: 4,
      examples: [{ __name__: 'requests_total', i: '0' }, {}, {}, {}],
    });
    expect(result.findings.map(({ code }) => code)).toContain('unknown-metric');
    expect(result.totals.seriesRead).toBe(4);
    await idle();
    expect((await queries()).recent.items[0]).toMatchObject({ kind: 'explain', outcome: 'success' });
  });

  test('of a text with a mistake is the mistake', async () => {
    const response = await fetch(`${server.url}/api/sightline/v1/explain?query=sum(`);
    expect([response.status, ((await response.json()) as Answer).error]).toEqual([
      400,
      'invalid parameter "query": 1:5: parse error: unclosed left parenthesis',
    ]);
  });
});
