/**
 * The real Prometheus and Sightline scrape the same targets through the same file_sd file while the targets change, fail and
 * go away. Then the stored samples of each series, equal neighbours taken as one, are compared: staleness markers included.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { prometheusConfig, type RelabelYaml, relabelConfig, scrapeConfig } from './support/configs.ts';
import { OPEN_METRICS, startManager, startTarget, type TestTarget, TEXT, until } from './support/harness.ts';

const has = (binary: string): boolean => spawnSync(binary, ['--version']).status === 0;
const isInstalled = has('prometheus') && has('promtool');

/** Also the time-out: long enough that a busy machine does not fail a scrape of one of the two. */
const INTERVAL_MS = 1500;
const JOBS = ['relabelled', 'honest'];
const SIDES = ['Prometheus/', 'Sightline/'];

const METRIC_RELABEL: RelabelYaml[] = [
  { source_labels: ['__name__'], regex: 'dropped.*', action: 'drop' },
  { source_labels: ['path'], regex: '/api/(v\\d)/.*', target_label: 'version' },
  { regex: 'noise', action: 'labeldrop' },
];

const BODY = [
  '# HELP a help text',
  '# TYPE a counter',
  'a{path="/api/v1/x",noise="1"} 1',
  'a{path="other",empty=""} 1e3',
  'dropped_one 5',
  'clash{job="exposed",instance="exposed",exported_job="taken"} 2',
  'escaped{x="a\\"b\\\\c\\nd",y="ÄÖ"} 3',
  'twice 1',
  'twice 1',
  'inf{x="+"} +Inf',
  'inf{x="-"} -Inf',
  'spaces   4',
  '',
].join('\n');

test.skipIf(!isInstalled)(
  'both store the same (needs the prometheus and promtool binaries)',
  { timeout: 120_000 },
  async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'sightline-sbs-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    const [changing, leaving, metrics] = [
      await startTarget(BODY),
      await startTarget('leaving 1\n'),
      await startTarget(),
    ];
    metrics.answer('# TYPE om counter\nom_total{x="1"} 1 # {trace_id="t"} 1\n# EOF\n', OPEN_METRICS);
    const sdFile = path.join(dir, 'targets.json');
    const target = (address: string, instance: string) => ({ targets: [address], labels: { instance } });
    const all = [target(changing.address, 'changing'), target(metrics.address, 'metrics')];
    await writeFile(sdFile, JSON.stringify([...all, target(leaving.address, 'leaving')]));

    const stopPrometheus = await startPrometheus(dir, sdFile);
    const { apply, writer, manager } = startManager();
    const shared = {
      scrapeIntervalMs: INTERVAL_MS,
      scrapeTimeoutMs: INTERVAL_MS,
      fileSdConfigs: [{ files: [sdFile], refreshIntervalMs: 60_000 }],
    };
    const metricRelabelConfigs = METRIC_RELABEL.map(relabelConfig);
    await apply(
      prometheusConfig(
        scrapeConfig({ ...shared, jobName: 'relabelled', metricRelabelConfigs }),
        scrapeConfig({ ...shared, jobName: 'honest', honorLabels: true }),
      ),
    );

    await Promise.all([changing, leaving, metrics].map(askedTwice));
    changing.answer(
      BODY.replace(/^twice.*\n/gm, '').replace('a{path="other",empty=""} 1e3', 'a{empty="",path="other"} 2e3\nadded 1'),
    );
    await askedTwice(changing);
    changing.respond((response) => response.writeHead(500).end());
    await askedTwice(changing);
    changing.answer(BODY);
    await askedTwice(changing);
    changing.answer(`broken{ 1\n${BODY}`);
    await askedTwice(changing);
    changing.answer('', TEXT);
    await askedTwice(changing);
    changing.answer(BODY);
    await writeFile(sdFile, JSON.stringify(all));
    await left(leaving);
    await Promise.all([changing, metrics].map(askedTwice));
    await manager.stop();
    await stopPrometheus();

    const theirs = collapse(dumpOf(path.join(dir, 'data')));
    const ours = collapse(
      writer
        .names()
        .flatMap((name) => writer.samples(name).map(({ atMs, value }) => [name, atMs, String(value)] as const)),
    );
    expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(theirs));
    expect(ours.get('leaving{instance="leaving", job="honest"}')).toEqual(['1', 'stale']);
    expect(ours.get('up{instance="changing", job="honest"}')).toEqual(['1', '0', '1', '0', '1']);
  },
);

/** Waits until every job of both sides has the answer that is set now. The first that come may have been asked before. */
async function askedTwice({ requests }: TestTarget): Promise<void> {
  const from = requests.length;
  const count = (side: string): number =>
    requests.slice(from).filter(({ headers }) => headers['user-agent']?.startsWith(side)).length;
  // Both jobs of a side ask equally often.
  await until(() => SIDES.every((side) => count(side) > 2 * JOBS.length));
}

/** Waits until nobody asks any more, and as long as it takes after that to mark its series as ended. */
async function left({ requests }: TestTarget): Promise<void> {
  for (let asked = -1; asked !== requests.length; ) {
    asked = requests.length;
    // Prometheus 2 passes a change of file_sd on every five seconds.
    await sleep(5_000 + 3 * INTERVAL_MS);
  }
}

async function startPrometheus(dir: string, sdFile: string): Promise<() => Promise<void>> {
  const job = {
    scrape_interval: `${INTERVAL_MS}ms`,
    scrape_timeout: `${INTERVAL_MS}ms`,
    file_sd_configs: [{ files: [sdFile] }],
  };
  const config = {
    scrape_configs: [
      { ...job, job_name: 'relabelled', metric_relabel_configs: METRIC_RELABEL },
      { ...job, job_name: 'honest', honor_labels: true },
    ],
  };
  await writeFile(path.join(dir, 'prometheus.yml'), JSON.stringify(config));
  const port = await freePort();
  const args = [
    `--config.file=${dir}/prometheus.yml`,
    `--storage.tsdb.path=${dir}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const child = spawn('prometheus', args, { stdio: 'ignore' });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
  };
  onTestFinished(() => void child.kill('SIGKILL'));
  for (let attempt = 0; attempt < 100; attempt++) {
    const answer = await fetch(`http://127.0.0.1:${port}/-/ready`).catch(() => undefined);
    if (answer?.ok) return stop;
    await sleep(100);
  }
  throw new Error('Prometheus did not start');
}

type Row = readonly [series: string, atMs: number, value: string];

/** What promtool prints for each sample: `{__name__="a", x="y"} 1 1700000000000`. No target exposes NaN. */
function dumpOf(dir: string): Row[] {
  const text = execFileSync('promtool', ['tsdb', 'dump', dir], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return text.split('\n').flatMap((line): Row[] => {
    const match = /^\{__name__="([^"]+)"(?:, )?(.*)\} (\S+) (\d+)$/.exec(line);
    if (match === null) return [];
    const [, name = '', labels = '', value = '', at = ''] = match;
    const number =
      value === 'NaN'
        ? 'stale'
        : String(value.endsWith('Inf') ? `${value.startsWith('-') ? '-' : ''}Infinity` : Number(value));
    return [[`${name}{${labels}}`, Number(at), number]];
  });
}

/** Values in time order without repetitions. Durations differ from scrape to scrape, so only the end is kept. */
function collapse(rows: readonly Row[]): Map<string, string[]> {
  const out = new Map<string, string[]>();
  for (const [series, , value] of [...rows].sort((a, b) => a[1] - b[1])) {
    const values = out.get(series) ?? [];
    const shown = series.startsWith('scrape_duration_seconds') && value !== 'stale' ? 'some' : value;
    if (values.at(-1) !== shown) values.push(shown);
    out.set(series, values);
  }
  return out;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
