/** What bounds a request to the query API, and the parameters that Prometheus 3 has and 2.42 has not. */
import { exposedBy } from '../../support/sightline.ts';
import { createConnection } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type InProcessServer, startInProcess } from '../app/in-process.ts';

const NOW = Math.floor(Date.now() / 1_000);
let server: InProcessServer;

beforeAll(async () => {
  server = await startInProcess({ flags: { 'query-max-samples': '20000', 'query-max-concurrency': '2' } });
  const lines: string[] = [];
  for (let i = 0; i < 50; i++) {
    for (let k = 0; k < 100; k++) lines.push(`many{i="${i}",zone="${i % 3}"} ${k} ${(NOW - 1_600 + k * 15) * 1_000}`);
  }
  lines.push(`{"http.requests","http.status"="200"} 1 ${(NOW - 60) * 1_000}`);
  const response = await fetch(`${server.url}/api/v1/import/prometheus`, {
    method: 'POST',
    body: `${lines.join('\n')}\n`,
  });
  expect(await response.text()).toBe('');
});

afterAll(() => server?.end());

interface Answer {
  readonly status: string;
  readonly errorType?: string;
  readonly error?: string;
  readonly warnings?: readonly string[];
  readonly data?: { readonly result: readonly unknown[]; readonly stats?: unknown } & readonly unknown[];
}

async function ask(path: string, init: RequestInit = {}): Promise<{ code: number; answer: Answer }> {
  const response = await fetch(`${server.url}/api/v1/${path}`, init);
  return { code: response.status, answer: (await response.json()) as Answer };
}

describe('limit', () => {
  test.each([
    [`query?query=many&time=${NOW - 120}&limit=7`, 7],
    [`query_range?query=many&start=${NOW - 900}&end=${NOW - 300}&step=60&limit=7`, 7],
  ])('cuts %s and says so', async (path, count) => {
    const { answer } = await ask(path);
    expect(answer.data?.result).toHaveLength(count);
    expect(answer.warnings).toEqual(['results truncated due to limit']);
  });

  test.each(['series?match[]=many&limit=7', 'label/i/values?limit=7', 'labels?limit=2'])('cuts %s', async (path) => {
    const { answer } = await ask(path);
    expect(answer.data?.length).toBe(path.startsWith('labels') ? 2 : 7);
    expect(answer.warnings).toEqual(['results truncated due to limit']);
  });

  test('that is not reached warns of nothing', async () => {
    const { answer } = await ask('label/i/values?limit=50');
    expect([answer.data?.length, answer.warnings]).toEqual([50, undefined]);
  });
});

describe('names that are not of the old alphabet', () => {
  test('are found by their escaped form', async () => {
    expect((await ask('label/U__http_2e_status/values')).answer.data).toEqual(['200']);
    expect((await ask('label/http.status/values')).answer.data).toEqual(['200']);
  });

  test('are queried in quotes', async () => {
    const query = encodeURIComponent('{"http.requests", "http.status"="200"}');
    expect((await ask(`query?query=${query}&time=${NOW}`)).answer.data?.result).toHaveLength(1);
  });
});

describe('a query', () => {
  test('over more samples than allowed is 422 and names the limit', async () => {
    const { code, answer } = await ask(`query_range?query=rate(many[10m])&start=${NOW - 1_500}&end=${NOW}&step=1`);
    expect([code, answer.errorType]).toEqual([422, 'execution']);
    expect(answer.error).toMatch(/too many samples/);
  });

  test('out of time is 503 with the error type timeout', async () => {
    const { code, answer } = await ask(
      `query_range?query=quantile_over_time(0.5,many{i="1"}[50m:1s])&start=${NOW - 3_000}&end=${NOW}&step=1&timeout=0.001`,
    );
    expect([code, answer.errorType]).toEqual([503, 'timeout']);
  });

  test('with stats has the figures of Prometheus', async () => {
    const { answer } = await ask(`query?query=many&time=${NOW - 300}&stats=all`);
    expect(answer.data?.stats).toMatchObject({ timings: { evalTotalTime: expect.any(Number) as number } });
  });

  test('takes a look-back of its own', async () => {
    const count = async (lookback: string) =>
      (await ask(`query?query=many&time=${NOW}&lookback_delta=${lookback}`)).answer.data?.result.length;
    expect([await count('1m'), await count('10m')]).toEqual([0, 50]);
    expect((await ask('query?query=many&lookback_delta=x')).answer.error).toBe(
      'error parsing lookback delta duration: cannot parse "x" to a valid duration',
    );
  });

  test.each(['9999999999999999', '-9999999999999999', '1e300', '253402300800'])(
    'at time %s finds nothing',
    async (time) => {
      const { code, answer } = await ask(`query?query=many&time=${time}`);
      expect([code, answer.data?.result]).toEqual([200, []]);
    },
  );

  test('whose client has gone gives its place to the next', async () => {
    const { port } = new URL(server.url);
    const slow = encodeURIComponent(`sum(count_over_time(many[25m:1s]))`);
    for (let i = 0; i < 6; i++) {
      const socket = createConnection(Number(port), '127.0.0.1', () => {
        socket.write(`GET /api/v1/query?query=${slow} HTTP/1.1\r\nhost: x\r\n\r\n`);
        setTimeout(() => socket.destroy(), 20);
      });
      socket.on('error', () => undefined);
    }
    const results = await Promise.all(Array.from({ length: 5 }, () => ask(`query?query=sum(many)&time=${NOW - 300}`)));
    for (const { code } of results) expect(code).toBe(200);
    const text = await exposedBy(server.url);
    expect(text).toMatch(/^sightline_query_waiting 0$/m);
  });
});

test('bodies of writes and forms are bounded', async () => {
  const form = new URLSearchParams({ query: 'x'.repeat(5_000_000) });
  expect((await ask('query', { method: 'POST', body: form })).code).toBe(413);
});
