/** Service discovery by file, HTTP and DNS: what is found, what changes, what failures leave alone. */

import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { DnsSdConfig, ScrapeConfig } from '../../../packages/server/src/config/prometheus/types.ts';
import type { DiscoveredGroup } from '../../../packages/server/src/metrics/discovery/discoverer.ts';
import {
  candidates,
  createDnsDiscoverer,
  parseSearchList,
} from '../../../packages/server/src/metrics/discovery/dns.ts';
import { createMetricsRegistry } from '../../../packages/server/src/telemetry/create-registry.ts';
import { exposed } from '../../../packages/server/src/telemetry/testing/exposed.ts';
import {
  HTTP_DEFAULTS,
  NO_LIMITS,
  prometheusConfig,
  relabelConfig,
  scrapeConfig,
  secret,
  staticGroup,
} from './support/configs.ts';
import { startDnsServer } from './support/dns-server.ts';
import { type Harness, memoryLogger, startManager, startTarget, until } from './support/harness.ts';

const IDLE = { scrapeIntervalMs: 3_600_000, scrapeTimeoutMs: 1000 };

async function folder(): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), 'sightline-sd-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

function addresses({ manager }: Harness): string[] {
  return manager
    .targets()
    .activeTargets.map(({ labels }) => labels['instance'] as string)
    .sort();
}

function run(overrides: Partial<ScrapeConfig>, harness = startManager()): Promise<Harness> {
  return harness.apply(prometheusConfig(scrapeConfig({ ...IDLE, ...overrides }))).then(() => harness);
}

async function settles(harness: Harness, expected: string[]): Promise<void> {
  await until(() => JSON.stringify(addresses(harness)) === JSON.stringify(expected));
}

describe('files', () => {
  test('JSON and YAML files matching a pattern are followed as they change', async () => {
    const dir = await folder();
    await writeFile(path.join(dir, 'a.json'), '[{"targets":["a:1","b:1"],"labels":{"env":"prod"}}]');
    const harness = await run({
      fileSdConfigs: [{ files: [`${dir}/*.json`, `${dir}/*.yml`], refreshIntervalMs: 300_000 }],
    });
    await settles(harness, ['a:1', 'b:1']);
    expect(harness.manager.targets().activeTargets[0]).toMatchObject({
      labels: { env: 'prod', instance: 'a:1', job: 'test' },
      discoveredLabels: { __meta_filepath: path.join(dir, 'a.json'), env: 'prod', __address__: 'a:1' },
    });
    await writeFile(path.join(dir, 'c.yml'), '- targets: [c:1]\n  labels:\n    version: 1.10\n');
    await settles(harness, ['a:1', 'b:1', 'c:1']);
    expect(harness.manager.targets().activeTargets[2]?.labels['version']).toBe('1.10');
    await writeFile(path.join(dir, 'new'), '[{"targets":["d:1"]}]');
    await rename(path.join(dir, 'new'), path.join(dir, 'a.json'));
    await settles(harness, ['c:1', 'd:1']);
    await rm(path.join(dir, 'c.yml'));
    await settles(harness, ['d:1']);
  });

  test.each([
    ['[{"targets":["a:1"', 'JSON'],
    ['[{"targets":["b:1"],"label":{}}]', 'unknown key "label"'],
    ['[{"targets":["b:1"],"labels":{"a":1}}]', 'the value of "a" must be text'],
    ['[{"targets":["b:1"],"labels":{"a-b":"1"}}]', '"a-b" is not a valid label name'],
    ['[{"targets":"b:1"}]', '"targets" must be a list'],
    ['{"targets":["b:1"]}', 'expected a list of target groups'],
    ['[null]', 'group 0: expected an object'],
  ])('a broken file keeps its last good targets: %s', async (text, message) => {
    const dir = await folder();
    const file = path.join(dir, 'a.json');
    await writeFile(file, '[{"targets":["a:1"]}]');
    const harness = await run({ fileSdConfigs: [{ files: [file], refreshIntervalMs: 300_000 }] });
    await settles(harness, ['a:1']);
    await writeFile(file, text);
    await until(() => harness.logs.some((line) => line.includes(JSON.stringify(message).slice(1, -1))));
    expect(addresses(harness)).toEqual(['a:1']);
    expect(await exposed(harness.registry)).toMatch(/sightline_discovery_failures_total{mechanism="file"} [1-9]/);
    await writeFile(file, '[{"targets":["c:1"]}]');
    await settles(harness, ['c:1']);
  });

  test('files that appear in a folder that did not exist are found at the next refresh', async () => {
    const dir = await folder();
    const harness = await run({ fileSdConfigs: [{ files: [`${dir}/later/*.json`], refreshIntervalMs: 200 }] });
    await mkdir(path.join(dir, 'later'));
    await writeFile(path.join(dir, 'later', 'a.json'), '[{"targets":["a:1"]}]');
    await settles(harness, ['a:1']);
  });
});

describe('http', () => {
  test('a list from a URL is refreshed, and failures keep the last one', async () => {
    const server = await startTarget();
    const json = { 'content-type': 'application/json; charset=utf-8' };
    server.answer('[{"targets":["a:1"],"labels":{"x":"y"}}]', json);
    const url = `http://${server.address}/sd`;
    const http = { ...HTTP_DEFAULTS, basicAuth: { username: 'u', password: secret('p') } };
    const harness = await run({ httpSdConfigs: [{ url, refreshIntervalMs: 200, http }] });
    await settles(harness, ['a:1']);
    expect(harness.manager.targets().activeTargets[0]?.discoveredLabels).toMatchObject({ __meta_url: url, x: 'y' });
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: 'Basic dTpw',
      accept: 'application/json',
      'x-prometheus-refresh-interval-seconds': '0.2',
    });
    const failures = async () => Number(/mechanism="http"} (\d+)/.exec(await exposed(harness.registry))?.[1]);
    for (const break_ of [
      () => server.answer('[{"targets":["b:1"]}]', { 'content-type': 'text/plain' }),
      () => server.answer('[{"targets":["b:1"', json),
      () => server.respond((response) => response.writeHead(500).end()),
      () => server.respond(() => undefined),
    ]) {
      const before = await failures();
      break_();
      await until(async () => (await failures()) > before);
      expect(addresses(harness)).toEqual(['a:1']);
    }
    server.answer('[{"targets":["c:1"]}]', json);
    await settles(harness, ['c:1']);
    server.answer('[]', json);
    await settles(harness, []);
  });
});

describe('dns', () => {
  async function discover(config: Partial<DnsSdConfig>, search = { domains: [] as string[], ndots: 1 }) {
    const server = await startDnsServer();
    const logs: string[] = [];
    const failures = createMetricsRegistry().counter({ name: 'failures_total', help: 'Failures.' });
    const full: DnsSdConfig = { names: ['svc.test'], type: 'A', port: 9100, refreshIntervalMs: 100, ...config };
    const options = { failures, logger: memoryLogger(logs), servers: [server.address], search };
    const discoverer = createDnsDiscoverer(full, options);
    let groups: readonly DiscoveredGroup[] | undefined;
    onTestFinished(() => discoverer.stop());
    const start = async () => {
      discoverer.start((found) => {
        groups = found;
      });
      await until(() => groups !== undefined);
    };
    const targets = () => (groups ?? []).flatMap((group) => group.targets.map((labels) => labels.toObject()));
    return { server, logs, failures, start, targets };
  }

  test.each<[DnsSdConfig['type'], Parameters<Map<string, never>['set']>[1] | object, Record<string, string>]>([
    ['A', { type: 'A', value: '10.0.0.1' }, { __address__: '10.0.0.1:9100' }],
    ['AAAA', { type: 'AAAA', value: '20010db8000000000000000000000001' }, { __address__: '[2001:db8::1]:9100' }],
    [
      'SRV',
      { type: 'SRV', value: 'node1.test', port: 8080 },
      {
        __address__: 'node1.test:8080',
        __meta_dns_srv_record_target: 'node1.test.',
        __meta_dns_srv_record_port: '8080',
      },
    ],
    [
      'MX',
      { type: 'MX', value: 'mail.test', priority: 5 },
      { __address__: 'mail.test:9100', __meta_dns_mx_record_target: 'mail.test.' },
    ],
    [
      'NS',
      { type: 'NS', value: 'ns1.test' },
      { __address__: 'ns1.test:9100', __meta_dns_ns_record_target: 'ns1.test.' },
    ],
  ])('%s records become targets', async (type, record, labels) => {
    const { server, start, targets } = await discover({ type });
    server.zone.set('svc.test', [record as never]);
    await start();
    expect(targets()).toEqual([{ __meta_dns_name: 'svc.test', ...labels }]);
  });

  test('a server that fails keeps the targets, a name that is gone loses them', async () => {
    const { server, start, targets, failures, logs } = await discover({});
    server.zone.set('svc.test', [{ type: 'A', value: '10.0.0.1' }]);
    await start();
    server.isBroken = true;
    await until(() => failures.value > 0);
    expect(targets()).toHaveLength(1);
    expect(logs.join('\n')).toContain('could not resolve \\"svc.test\\"');
    server.isBroken = false;
    server.zone.set('svc.test', [{ type: 'A', value: '10.0.0.2' }]);
    await until(() => targets()[0]?.['__address__'] === '10.0.0.2:9100');
    server.zone.delete('svc.test');
    await until(() => targets().length === 0);
  });

  test('short names go through the search list', async () => {
    const { server, start, targets } = await discover(
      { names: ['svc'] },
      { domains: ['one.test', 'two.test'], ndots: 1 },
    );
    server.zone.set('svc.two.test', [{ type: 'A', value: '10.0.0.1' }]);
    await start();
    expect(targets()).toEqual([{ __address__: '10.0.0.1:9100', __meta_dns_name: 'svc' }]);
    expect(server.asked.slice(0, 2)).toEqual(['svc.one.test', 'svc.two.test']);
  });

  test('resolv.conf decides the order of candidates', () => {
    const search = parseSearchList('nameserver 10.0.0.1\nsearch a.test b.test.\noptions timeout:1 ndots:2\n');
    expect(search).toEqual({ domains: ['a.test', 'b.test'], ndots: 2 });
    expect(candidates('x.y', search)).toEqual(['x.y.a.test', 'x.y.b.test', 'x.y']);
    expect(candidates('x.y.z', search)).toEqual(['x.y.z', 'x.y.z.a.test', 'x.y.z.b.test']);
    expect(candidates('x.', search)).toEqual(['x']);
  });
});

describe('targets of a job', () => {
  test('equal targets are one, dropped ones are kept up to the limit, invalid ones are counted', async () => {
    const harness = await run({
      staticConfigs: [staticGroup(['a:1', 'a:1', 'drop1:1', 'drop2:1', 'drop3:1', 'bad/path:1'])],
      relabelConfigs: [relabelConfig({ source_labels: ['__address__'], regex: 'drop.*', action: 'drop' })],
      limits: { ...NO_LIMITS, keepDroppedTargets: 2 },
    });
    const { activeTargets, droppedTargets, droppedTargetCounts } = harness.manager.targets();
    expect(activeTargets.map(({ scrapeUrl }) => scrapeUrl)).toEqual(['http://a:1/metrics']);
    expect(droppedTargets.map(({ discoveredLabels }) => discoveredLabels['__address__'])).toEqual([
      'drop1:1',
      'drop2:1',
    ]);
    expect(droppedTargetCounts).toEqual({ test: 3 });
    expect(harness.logs.join('\n')).toContain('is not a valid hostname');
    expect(await exposed(harness.registry)).toMatch(/sightline_scrape_invalid_targets_total [1-9]/);
    expect(await exposed(harness.registry)).toContain('sightline_scrape_targets{state="dropped"} 3');
  });

  test('relabeling sets interval, time-out, scheme, path and parameters of a target', async () => {
    const set = (target_label: string, replacement: string) => relabelConfig({ target_label, replacement });
    const harness = await run({
      staticConfigs: [staticGroup(['a:1'])],
      relabelConfigs: [
        set('__scrape_interval__', '45s'),
        set('__scrape_timeout__', '7s'),
        set('__scheme__', 'https'),
        set('__metrics_path__', 'deep/p?th'),
        set('__param_q', 'a&b'),
        set('instance', 'named'),
      ],
    });
    expect(harness.manager.targets().activeTargets).toMatchObject([
      {
        scrapeUrl: 'https://a:1/deep/p%3Fth?q=a%26b',
        scrapeInterval: '45s',
        scrapeTimeout: '7s',
        labels: { instance: 'named', job: 'test' },
        health: 'unknown',
        lastScrape: '0001-01-01T00:00:00Z',
      },
    ]);
  });

  test.each([
    [
      { target_label: '__scrape_timeout__', replacement: '2h' },
      'scrape timeout cannot be greater than scrape interval (\\"2h\\" > \\"1h\\")',
    ],
    [
      { target_label: '__scrape_interval__', replacement: 'soon' },
      'error parsing scrape interval: not a valid duration string: \\"soon\\"',
    ],
    [{ target_label: '__scrape_interval__', replacement: '0s' }, 'scrape interval cannot be 0'],
    [{ target_label: '__address__', replacement: '' }, 'no address'],
  ])('relabeling to something that cannot be scraped is refused: %j', async (rule, message) => {
    const harness = await run({ staticConfigs: [staticGroup(['a:1'])], relabelConfigs: [relabelConfig(rule)] });
    expect(harness.manager.targets().activeTargets).toEqual([]);
    expect(harness.logs.join('\n')).toContain(message);
  });

  test('a reload keeps the targets of a changed discovery until it has answered', async () => {
    const server = await startTarget();
    const json = { 'content-type': 'application/json' };
    server.answer('[{"targets":["a:1"]}]', json);
    const sd = (refreshIntervalMs: number) => [
      { url: `http://${server.address}/sd`, refreshIntervalMs, http: HTTP_DEFAULTS },
    ];
    const harness = await run({ httpSdConfigs: sd(60_000) });
    await settles(harness, ['a:1']);
    let release: () => void = () => undefined;
    server.respond((response) => {
      release = () => response.writeHead(200, json).end('[{"targets":["b:1"]}]');
    });
    const asked = server.requests.length;
    await run({ httpSdConfigs: sd(30_000) }, harness);
    await until(() => server.requests.length > asked);
    expect(addresses(harness)).toEqual(['a:1']);
    release();
    await settles(harness, ['b:1']);
  });
});
