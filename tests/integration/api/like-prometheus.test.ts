/** The same requests to Sightline and to the real Prometheus, on the same history: the same status and the same JSON. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { has, temporaryFolder } from '../../support/programs.ts';
import { type RunningPrometheus, startPrometheus } from '../../support/prometheus.ts';
import { type InProcessServer, startInProcess } from '../app/in-process.ts';
import { END_SECONDS, importText, START_SECONDS, writeBlocks } from './history.ts';

const isHere = has('prometheus') && has('promtool');
const MIDDLE = START_SECONDS + 1_800 + 3;
const RANGE = `start=${START_SECONDS + 3}&end=${END_SECONDS - 4}`;

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Paths whose answers must be equal. */
const SAME: readonly string[] = [
  `query?query=requests_total&time=${MIDDLE}`,
  `query?query=rate(requests_total[5m])&time=${MIDDLE}`,
  `query?query=requests_total[1m]&time=${MIDDLE}`,
  `query?query=sum by (code) (requests_total)&time=${MIDDLE}`,
  `query?query=histogram_quantile(0.9, rate(latency_seconds_bucket[5m]))&time=${MIDDLE}`,
  `query?query=temperature > 0&time=${MIDDLE}`,
  `query?query=absent(nothing{a="b"})&time=${MIDDLE}`,
  `query?query=nothing&time=${MIDDLE}`,
  `query?query=1e-7&time=${MIDDLE}`,
  `query?query=vector(1e21)&time=${MIDDLE}`,
  `query?query=-0&time=${MIDDLE}`,
  `query?query=NaN&time=${MIDDLE}.123`,
  `query?query="text"&time=${MIDDLE}`,
  `query?query=odd[3m]&time=${MIDDLE}`,
  `query?query=sort_desc(requests_total)&time=${MIDDLE}`,
  `query?query=topk(2, requests_total)&time=${MIDDLE}`,
  `query?query=label_replace(requests_total, "x", "$1", "job", "(a.).*")&time=${MIDDLE}`,
  `query?query=requests_total offset 10m&time=${MIDDLE}`,
  `query?query=requests_total @ ${MIDDLE - 600}&time=${MIDDLE}`,
  `query?query=max_over_time(temperature[10m:1m])&time=${MIDDLE}`,
  `query?query=requests_total{job=~"a.*|d.*"}&time=${MIDDLE}`,
  `query?query=requests_total{job!~"a.*",code!=""}&time=${MIDDLE}`,
  `query_range?query=requests_total&${RANGE}&step=60`,
  `query_range?query=rate(requests_total[2m])&${RANGE}&step=1m`,
  `query_range?query=temperature&${RANGE}&step=17.5`,
  `query_range?query=sum(rate(requests_total[5m])) by (job)&${RANGE}&step=30s`,
  `query_range?query=odd&${RANGE}&step=15`,
  `query_range?query=time()&${RANGE}&step=600`,
  `query_range?query=nothing&${RANGE}&step=600`,
  `query_range?query=max_over_time(temperature[5m]) * 2 > 0&${RANGE}&step=100`,
  `series?match[]=requests_total&${RANGE}`,
  `series?match[]={__name__=~"latency.*"}&match[]=odd&${RANGE}`,
  `series?match[]=nothing&${RANGE}`,
  `series?match[]=requests_total&start=${END_SECONDS}&end=${START_SECONDS}`,
  `labels?start=${END_SECONDS}&end=${START_SECONDS}`,
  `label/job/values?start=${END_SECONDS}&end=${START_SECONDS}`,
  `labels?${RANGE}`,
  `labels?match[]=odd&${RANGE}`,
  `label/job/values?${RANGE}`,
  `label/__name__/values?${RANGE}`,
  `label/le/values?match[]=latency_seconds_bucket&${RANGE}`,
  `label/nothing/values?${RANGE}`,
  'format_query?query=sum(rate(x{a="b"}[5m]))by(c)',
  'format_query?query=a%2Bb*on(x)group_left(y)c',
  'rules',
  'alerts',
  'alertmanagers',
  'status/walreplay',
  'targets/metadata',
  'targets/metadata?limit=x',
  'targets/metadata?match_target=foo{',
  // Mistakes.
  'query?query=foo(&time=1',
  'query?query=&time=1',
  'query?query=sum(&time=1',
  'query?query=foo{a=1}&time=1',
  'query?query=rate(foo)&time=1',
  'query?query={a=~".*"}&time=1',
  'query?query=foo&time=x',
  'query?query=foo&timeout=x',
  'query?query=foo{a=~"("}&time=1',
  `query?query=requests_total * on(code) requests_total&time=${MIDDLE}`,
  `query?query=label_replace(requests_total, "job", "x", "job", ".*")&time=${MIDDLE}`,
  'query_range?query=foo&start=1&end=0&step=1',
  'query_range?query=foo&start=1&end=100000&step=1',
  'query_range?query=foo&start=1&end=2&step=0',
  'query_range?query=foo&start=1&end=2&step=-1',
  'query_range?query=foo&start=1&end=2',
  'query_range?query=foo&start=1&end=2&step=x',
  'query_range?query=foo&end=2&step=1',
  'query_range?query=foo&start=1&step=1',
  'query_range?query=foo&start=1&end=2&step=1e20',
  'series',
  'series?match[]={a=""}',
  'series?match[]=foo{',
  'series?match[]=foo&start=x',
  'labels?start=x',
  'labels?end=x',
  'labels?match[]={}',
  'labels?match[]=foo{',
  'label/a/values?match[]={x=""}',
  'metadata?limit=x',
  'rules?type=x',
  'format_query?query=foo(',
  'query_exemplars?query=foo&start=2&end=1',
  'query_exemplars?query=foo(&start=1&end=2',
  'query_exemplars?query=1&start=1&end=2',
  'nope',
];

/** Where the form changes (1e-6, 1e21), what has many digits, the ends of what a float can hold. */
const NUMBERS: readonly string[] = [
  ...['0', '-0', '1', '-1', '0.1', '0.30000000000000004', '1 / 3', '-2 / 3', '100 / 7', '123456.789', '1e5', '2 ^ 53'],
  ...['1e-5', '1.5e-6', '1e-6', '9.999999e-7', '-1e-7', '1.25e-10', '1e-100', '2.2250738585072014e-308', '5e-324'],
  ...['1e15', '123456789012345680', '1e17', '1.2e20', '999999999999999900000', '1e21', '-1.5e21', '1e100'],
  ...['1.7976931348623157e308', 'Inf', '-Inf', 'NaN', '4503599627370496.5', '9007199254740993', '0.000123456789'],
];
const TIMES: readonly string[] = [
  '0',
  '1',
  '1.5',
  '0.001',
  '1700000000.123',
  '1700000000.1',
  '1700000000.999',
  '-1.25',
];

describe.skipIf(!isHere)('answers like the real Prometheus (needs prometheus and promtool)', () => {
  const folder = temporaryFolder();
  let sightline: InProcessServer;
  let prometheus: RunningPrometheus;

  beforeAll(async () => {
    writeBlocks(folder.path);
    [prometheus, sightline] = await Promise.all([
      startPrometheus(folder.path, 'global: { scrape_interval: 15s }\n'),
      startInProcess(),
    ]);
    const response = await fetch(`${sightline.url}/api/v1/import/prometheus`, { method: 'POST', body: importText() });
    expect(response.status).toBe(204);
  });

  afterAll(async () => {
    await Promise.all([sightline?.end(), prometheus?.program.stop()]);
    folder.remove();
  });

  async function ask(base: string, path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(`${base}/api/v1/${path}`, init);
    // Prometheus 3, which Sightline follows, lets a dot match a line break; 2.42 shows the pattern without that flag.
    const text = (await response.text()).replace('^(?s:', '^(?:');
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    return { status: response.status, body: isJson ? sorted(JSON.parse(text)) : text.trim() };
  }

  test('numbers and times are written with the same digits', async () => {
    const written = async (base: string, query: string, time: string) => {
      const form = new URLSearchParams({ query, time });
      const text = await (await fetch(`${base}/api/v1/query`, { method: 'POST', body: form })).text();
      return /"value":(\[[^\]]*\])/.exec(text)?.[1] ?? /"result":(\[[^\]]*\])/.exec(text)?.[1] ?? text;
    };
    const different: string[] = [];
    const compare = async (query: string, time: string) => {
      const [own, real] = await Promise.all([
        written(sightline.url, query, time),
        written(prometheus.url, query, time),
      ]);
      if (own !== real) different.push(`${query} at ${time}: ${own}, not ${real}`);
    };
    for (const number of NUMBERS) {
      await compare(`vector(${number})`, String(MIDDLE));
      await compare(number, String(MIDDLE));
    }
    for (const time of TIMES) await compare('vector(time())', time);
    expect(different).toEqual([]);
  });

  test.each(SAME)('%s', async (path) => {
    const [own, real] = await Promise.all([ask(sightline.url, path), ask(prometheus.url, path)]);
    expect(own).toEqual(real);
  });

  test('takes long parameters in a form', async () => {
    const init = { method: 'POST', body: new URLSearchParams({ query: 'sum(requests_total)', time: String(MIDDLE) }) };
    const [own, real] = await Promise.all([ask(sightline.url, 'query', init), ask(prometheus.url, 'query', init)]);
    expect(own.status).toBe(200);
    expect(own).toEqual(real);
  });

  test('numbers have the same text', async () => {
    const path = `query?query=odd&time=${MIDDLE}.5`;
    const text = async (base: string) => (await fetch(`${base}/api/v1/${path}`)).text();
    expect(await text(sightline.url)).toBe(await text(prometheus.url));
  });
});

/** Vectors come in no particular order unless sorted by the query: those of a sort are kept as they are. */
function sorted(answer: { data?: { resultType?: string; result?: unknown[] } }): unknown {
  const { data } = answer;
  if (data?.resultType !== 'vector' || data.result === undefined) return answer;
  const key = (item: unknown) => JSON.stringify((item as { metric: unknown }).metric);
  return { ...answer, data: { ...data, result: [...data.result].sort((a, b) => (key(a) < key(b) ? -1 : 1)) } };
}
