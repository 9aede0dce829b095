/** Exemplars that came by remote write and by a scrape, asked for by expressions. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compressSync } from 'snappy';
import { Labels } from '@sightline/model';
import { encodeWriteRequestV1 } from '@sightline/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../../support/programs.ts';
import { type InProcessServer, startInProcess } from '../app/in-process.ts';

const NOW_MS = Math.floor(Date.now() / 1_000) * 1_000;
const TRACE = 'cafe0123';
let server: InProcessServer;
let target: Server;
let folder: ReturnType<typeof temporaryFolder>;

const EXPOSITION = [
  '# TYPE scraped histogram',
  `scraped_bucket{le="1"} 3 # {trace_id="${TRACE}"} 0.67 ${NOW_MS / 1_000}.25`,
  'scraped_bucket{le="+Inf"} 4',
  'scraped_count 4',
  'scraped_sum 5',
  '# EOF',
  '',
].join('\n');

beforeAll(async () => {
  target = createServer((_, response) => {
    response.setHeader('content-type', 'application/openmetrics-text; version=1.0.0');
    response.end(EXPOSITION);
  });
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  folder = temporaryFolder();
  const prometheusFile = join(folder.path, 'prometheus.yml');
  const { port } = target.address() as AddressInfo;
  writeFileSync(
    prometheusFile,
    `scrape_configs:\n  - job_name: t\n    scrape_interval: 1s\n    static_configs:\n      - targets: ['127.0.0.1:${port}']\n`,
  );
  server = await startInProcess({ prometheusFile });
  const exemplars = [-60_000, -30_000, 0].map((ms, i) => ({
    labels: Labels.fromObject({ trace_id: `t${i}` }),
    value: [1e-7, 0.5, Number.POSITIVE_INFINITY][i] as number,
    timestamp: NOW_MS + ms,
  }));
  const one = (name: string, own: typeof exemplars) => ({
    labels: Labels.fromObject({ __name__: name, job: 'api' }),
    timestampsMs: [NOW_MS],
    values: [1],
    exemplars: own,
  });
  const body = compressSync(encodeWriteRequestV1([one('a_bucket', exemplars), one('b_total', exemplars.slice(1, 2))]));
  const response = await fetch(`${server.url}/api/v1/write`, {
    method: 'POST',
    headers: { 'content-encoding': 'snappy', 'content-type': 'application/x-protobuf' },
    body: Uint8Array.from(body),
  });
  expect(await response.text()).toBe('');
});

afterAll(async () => {
  await server?.end();
  target?.close();
  folder?.remove();
});

interface ExemplarSeries {
  readonly seriesLabels: Record<string, string>;
  readonly exemplars: { readonly labels: Record<string, string>; readonly value: string; readonly timestamp: number }[];
}

async function ask(query: string, start = NOW_MS - 3_600_000, end = NOW_MS + 60_000): Promise<ExemplarSeries[]> {
  const params = new URLSearchParams({ query, start: String(start / 1_000), end: String(end / 1_000) });
  const response = await fetch(`${server.url}/api/v1/query_exemplars?${params}`);
  return ((await response.json()) as { data: ExemplarSeries[] }).data;
}

const brief = (series: readonly ExemplarSeries[]) =>
  series.map(({ seriesLabels, exemplars }) => [
    seriesLabels['__name__'],
    exemplars.map(({ labels }) => labels['trace_id']),
  ]);

test('every selector of an expression counts, whatever stands around it', async () => {
  const query = 'histogram_quantile(0.9, sum by (le) (rate(a_bucket[5m] offset 1h))) / on() b_total @ 100';
  expect(brief(await ask(query))).toEqual([
    ['a_bucket', ['t0', 't1', 't2']],
    ['b_total', ['t1']],
  ]);
  expect(brief(await ask('a_bucket + a_bucket{job="api"}'))).toEqual([['a_bucket', ['t0', 't1', 't2']]]);
  expect(await ask('a_bucket{job="other"}')).toEqual([]);
});

test('values and times are written as those of samples; bounds count in', async () => {
  expect(await ask('a_bucket', NOW_MS - 60_000, NOW_MS - 30_000)).toEqual([
    {
      seriesLabels: { __name__: 'a_bucket', job: 'api' },
      exemplars: [
        { labels: { trace_id: 't0' }, value: '1e-07', timestamp: NOW_MS / 1_000 - 60 },
        { labels: { trace_id: 't1' }, value: '0.5', timestamp: NOW_MS / 1_000 - 30 },
      ],
    },
  ]);
  expect((await ask('a_bucket', NOW_MS, NOW_MS))[0]?.exemplars[0]?.value).toBe('+Inf');
});

test('those of a scrape are found with the labels of their series', async () => {
  for (let i = 0; i < 100 && (await ask('scraped_bucket')).length === 0; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(await ask('rate(scraped_bucket[5m])')).toEqual([
    {
      seriesLabels: expect.objectContaining({ __name__: 'scraped_bucket', job: 't', le: '1.0' }) as Record<
        string,
        string
      >,
      exemplars: [{ labels: { trace_id: TRACE }, value: '0.67', timestamp: NOW_MS / 1_000 + 0.25 }],
    },
  ]);
});

test.each([
  ['query=sum(', 400, '1:5: parse error: unclosed left parenthesis'],
  ['query=a&start=10&end=5', 400, 'end timestamp must not be before start timestamp'],
  [
    'query=a&start=x',
    400,
    'invalid parameter "start": Invalid time value for \'start\': cannot parse "x" to a valid timestamp',
  ],
])('%s is %i', async (params, code, message) => {
  const response = await fetch(`${server.url}/api/v1/query_exemplars?${params}`);
  expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([code, message]);
});

test('an expression without a selector has none to give', async () => {
  const response = await fetch(`${server.url}/api/v1/query_exemplars?query=1`);
  expect([response.status, await response.text()]).toEqual([204, '']);
});
