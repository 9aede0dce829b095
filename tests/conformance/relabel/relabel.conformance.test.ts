/**
 * Relabeling against the real Prometheus: generated rules over generated targets, compared through /api/v1/targets. Cases
 * in which 2.42 and 3.x differ on purpose (UTF-8 names, keepequal/dropequal, which 2.42 has but checks more strictly) are
 * in the unit test.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Labels } from '@sightline/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileRelabel } from '../../../packages/server/src/metrics/relabel/relabel.ts';
import { findTargets } from '../../../packages/server/src/metrics/scrape/sync-targets.ts';
import { type RelabelYaml, relabelConfig, scrapeConfig } from '../../integration/scrape/support/configs.ts';

const hasPrometheus = spawnSync('prometheus', ['--version']).status === 0;

interface Job {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly rules: readonly RelabelYaml[];
}

/** Deterministic, so that a failure can be looked at again. */
function randomSource(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const NAMES = ['a', 'b', 'env', '__meta_x', '__meta_y_z', 'instance', 'job', '__tmp', 'none'];
const VALUES = ['', 'prod', 'PROD-1', 'a;b', 'x:9090', 'ÄÖÜß', 'aaa', '10.0.0.1', 'Prod Two', '$1', 'é'];
const PATTERNS = [
  '(.*)',
  'prod',
  'prod|aaa',
  '(.+)-(\\d)',
  '.*',
  '.+',
  '(.*):(\\d+)',
  'x.*',
  '.*b',
  '(?i)prod.*',
  '([^;]*);(.*)',
  '(?P<host>[^:]+):.*',
  '',
  '__meta_(.+)',
  '[ab]',
  'a+',
];
const REPLACEMENTS = ['$1', '', 'fixed', '${1}_x', '$1_x', '$2-$1', '${host}', '$0', '$$', 'a$3b', '$1$1'];
const TARGETS = ['a', 'out', 'instance', '__tmp', 'x_${1}', 'job', '__address__', 'env'];
// Never one name for two labels: which of them wins depends on their order, which 3.x changed.
const MAP_REPLACEMENTS = ['$1', 'm_$1', '${1}_m'];

function randomRule(pick: (below: number) => number): RelabelYaml {
  const from = <T>(list: readonly T[]): T => list[pick(list.length)] as T;
  const source_labels = Array.from({ length: pick(3) + 1 }, () => from(NAMES));
  const separator = from([';', '', '-', '::']);
  switch (pick(12)) {
    case 0:
      return {
        action: 'keep',
        source_labels,
        separator,
        regex: from(['.*', '.*prod.*', '(?i).*p.*', PATTERNS[pick(16)] as string]),
      };
    case 1:
      return { action: 'drop', source_labels, separator, regex: from(PATTERNS.slice(1, 4)) };
    case 2:
      return {
        action: 'hashmod',
        source_labels,
        separator,
        modulus: from([1, 7, 1000, 4_294_967_295]),
        target_label: from(['h', 'a']),
      };
    case 3:
      return {
        action: 'labelmap',
        regex: from(['__meta_(.+)', '(a|b)', 'e(.*)', '(.+)_z', '([ab])(.*)']),
        replacement: from(MAP_REPLACEMENTS),
      };
    case 4:
      return { action: 'labeldrop', regex: from(['a|env', '__meta_.*', 'b', 'n.*']) };
    case 5:
      return { action: 'labelkeep', regex: '__.*|job|instance|a|out|h' };
    case 6:
      return { action: 'lowercase', source_labels, separator, target_label: from(['a', 'low']) };
    case 7:
      return { action: 'uppercase', source_labels, separator, target_label: from(['b', 'up']) };
    default:
      return {
        action: 'replace',
        source_labels,
        separator,
        regex: from(PATTERNS),
        target_label: from(TARGETS),
        replacement: from(REPLACEMENTS),
      };
  }
}

function generateJobs(count: number): Job[] {
  const pick = randomSource(20_261_121);
  return Array.from({ length: count }, (_, index) => {
    const labels: Record<string, string> = {};
    for (const name of ['a', 'b', 'env', '__meta_x', '__meta_y_z']) {
      const value = VALUES[pick(VALUES.length)] as string;
      if (value !== '') labels[name] = value;
    }
    return { name: `job${index}`, labels, rules: Array.from({ length: pick(4) + 1 }, () => randomRule(pick)) };
  });
}

interface ApiTarget {
  readonly labels: Record<string, string>;
  readonly discoveredLabels: Record<string, string>;
  readonly scrapeUrl: string;
  readonly scrapePool: string;
}

describe.skipIf(!hasPrometheus)('relabeling as Prometheus does it (needs the prometheus binary)', () => {
  const jobs = generateJobs(400);
  let active: ReadonlyMap<string, ApiTarget>;
  let droppedCount = 0;
  let stop: () => Promise<void> = async () => undefined;

  beforeAll(async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'sightline-relabel-'));
    const config = {
      global: { scrape_interval: '1h', scrape_timeout: '1s' },
      scrape_configs: jobs.map((job) => ({
        job_name: job.name,
        static_configs: [{ targets: ['127.0.0.1:1'], labels: job.labels }],
        relabel_configs: job.rules,
      })),
    };
    await writeFile(path.join(dir, 'prometheus.yml'), JSON.stringify(config));
    const port = await freePort();
    const child = spawn(
      'prometheus',
      [
        `--config.file=${dir}/prometheus.yml`,
        `--storage.tsdb.path=${dir}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--enable-feature=no-default-scrape-port',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk;
    });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    stop = async () => {
      child.kill('SIGKILL');
      await exited;
      await rm(dir, { recursive: true, force: true });
    };
    const data = await waitForTargets(`http://127.0.0.1:${port}/api/v1/targets`, () => log);
    active = new Map(data.activeTargets.map((target) => [target.scrapePool, target]));
    droppedCount = data.droppedTargets.length;
  }, 60_000);

  afterAll(() => stop());

  test('four hundred generated jobs give the same targets', () => {
    const differences: unknown[] = [];
    for (const job of jobs) {
      const config = scrapeConfig({
        jobName: job.name,
        scrapeIntervalMs: 3_600_000,
        relabelConfigs: job.rules.map(relabelConfig),
        metricNameValidationScheme: 'legacy',
      });
      const group = {
        source: '0',
        targets: [Labels.fromObject({ __address__: '127.0.0.1:1' })],
        labels: Labels.fromObject(job.labels),
      };
      const found = findTargets([group], config, compileRelabel(config.relabelConfigs, { nameScheme: 'legacy' }));
      const ours = [...found.active.values()][0];
      const theirs = active.get(job.name);
      // 2.42 corrupts the labels of dropped targets while relabeling them, so dropped and refused cannot be told apart.
      const a = ours === undefined ? 'not scraped' : { ...ours.publicLabels.toObject(), url: ours.url };
      const b = theirs === undefined ? 'not scraped' : { ...theirs.labels, url: theirs.scrapeUrl };
      try {
        expect(a).toEqual(b);
      } catch {
        differences.push({ job, sightline: a, prometheus: b });
      }
    }
    expect(differences).toEqual([]);
    expect(active.size).toBeGreaterThan(150);
    expect(droppedCount).toBeGreaterThan(20);
  });
});

/** What Prometheus shows once it has not changed for a second and a half. */
async function waitForTargets(url: string, log: () => string) {
  type Answer = { data: { activeTargets: ApiTarget[]; droppedTargets: ApiTarget[] } };
  let stable = 0;
  let before = 0;
  for (let attempt = 0; attempt < 200; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    const answer = await fetch(url).catch(() => undefined);
    if (answer === undefined || !answer.ok) continue;
    const { data } = (await answer.json()) as Answer;
    const count = data.activeTargets.length + data.droppedTargets.length;
    stable = count > 0 && count === before ? stable + 1 : 0;
    before = count;
    if (stable === 5) return data;
  }
  throw new Error(`Prometheus did not show its targets:\n${log().slice(-2000)}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
