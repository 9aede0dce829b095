/** Sending to Alertmanagers over HTTP: batches, bounds, failures, what a reload changes. */

import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Labels } from '@sightline/model';
import { expect, onTestFinished, test } from 'vitest';
import { loadPrometheusConfig } from '../../config/index.ts';
import type { AlertingSection } from '../../config/prometheus/types.ts';
import type { AlertReport } from '../../rules/live/notify.ts';
import { createLogger } from '../../telemetry/create-logger.ts';
import { createMetricsRegistry } from '../../telemetry/create-registry.ts';
import { exposed } from '../../telemetry/testing/exposed.ts';
import { ExternalAlertmanagers } from './external-alertmanagers.ts';

interface Taken {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly alerts: readonly { readonly labels: Record<string, string> }[];
}

async function startReceiver() {
  const taken: Taken[] = [];
  const control = { status: 200, hold: Promise.resolve() };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const alerts = JSON.parse(Buffer.concat(chunks).toString()) as Taken['alerts'];
    taken.push({ path: request.url ?? '', headers: request.headers, alerts });
    await control.hold;
    response.writeHead(control.status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { taken, control, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function section(alertmanagers: string, more = ''): AlertingSection {
  const text = `alerting:\n  alertmanagers: ${alertmanagers}\n${more}`;
  const { config, diagnostics } = loadPrometheusConfig({ file: 'prometheus.yml', text });
  if (config === undefined) throw new Error(JSON.stringify(diagnostics));
  return config.alerting;
}

function setUp() {
  const registry = createMetricsRegistry();
  const log: string[] = [];
  const logger = createLogger({ level: 'info', format: 'text', write: (line) => void log.push(line) });
  const external = new ExternalAlertmanagers({ registry, logger, version: '1.2.3' });
  onTestFinished(() => external.close(100));
  const use = async (config: AlertingSection) => (await external.prepare(config)).commit();
  const metric = async (name: string): Promise<number | undefined> => {
    const line = (await exposed(registry))
      .split('\n')
      .find((each) => each.startsWith(`sightline_external_alertmanager_${name}{`));
    return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')));
  };
  return { external, use, metric, log };
}

function reports(count: number, from = 0): AlertReport[] {
  return Array.from({ length: count }, (_, i) => ({
    labels: Labels.fromObject({ alertname: 'A', n: String(from + i) }),
    annotations: Labels.fromObject({ text: 'x' }),
    startsAtMs: Date.UTC(2026, 0, 1),
    endsAtMs: Date.UTC(2026, 0, 1, 0, 4),
    generatorUrl: 'http://sightline/graph',
  }));
}

const until = (condition: () => boolean | Promise<boolean>) => expect.poll(condition, { timeout: 5_000 }).toBe(true);

test('alerts go in batches, with the path and the credentials of the configuration', async () => {
  const { external, use, metric } = setUp();
  const { taken, address } = await startReceiver();
  const http = `path_prefix: am/, basic_auth: {username: u, password: p}, http_headers: {X-Team: {values: [core]}}`;
  await use(section(`[{${http}, static_configs: [{targets: ['${address}']}]}]`));
  external.send(reports(150));
  await until(async () => (await metric('sent_total')) === 150);
  expect(taken.map(({ alerts }) => alerts.length)).toEqual([64, 64, 22]);
  expect(taken[0]?.path).toBe('/am/api/v2/alerts');
  expect(taken[0]?.headers).toMatchObject({
    authorization: `Basic ${Buffer.from('u:p').toString('base64')}`,
    'content-type': 'application/json',
    'user-agent': 'Sightline/1.2.3',
    'x-team': 'core',
  });
  expect(taken[0]?.alerts[0]).toEqual({
    annotations: { text: 'x' },
    endsAt: '2026-01-01T00:04:00.000Z',
    startsAt: '2026-01-01T00:00:00.000Z',
    generatorURL: 'http://sightline/graph',
    labels: { alertname: 'A', n: '0' },
  });
  expect(await metric('queue_length')).toBe(0);
});

test('a full queue gives up its oldest alerts, and counts them', async () => {
  const { external, use, metric, log } = setUp();
  const { taken, control, address } = await startReceiver();
  let release = () => {};
  control.hold = new Promise((resolve) => {
    release = resolve;
  });
  await use(section(`[{static_configs: [{targets: ['${address}']}]}]`));
  external.send(reports(1));
  await until(() => taken.length === 1);
  external.send(reports(9_999, 1));
  external.send(reports(6, 10_000));
  expect([await metric('dropped_total'), await metric('queue_length')]).toEqual([5, 10_000]);
  expect(log.filter((line) => line.includes('more than 10000 alerts are waiting'))).toHaveLength(1);
  release();
  await until(async () => (await metric('sent_total')) === 10_001);
  expect(taken[1]?.alerts[0]?.labels['n']).toBe('6');
  expect(taken.at(-1)?.alerts.at(-1)?.labels['n']).toBe('10005');
});

test('a refused batch is given up; what comes later is sent', async () => {
  const { external, use, metric, log } = setUp();
  const { control, address } = await startReceiver();
  await use(section(`[{static_configs: [{targets: ['${address}']}]}]`));
  control.status = 500;
  external.send(reports(2));
  await until(async () => (await metric('errors_total')) === 2);
  external.send(reports(3));
  await until(async () => (await metric('errors_total')) === 5);
  control.status = 200;
  external.send(reports(1));
  await until(async () => (await metric('sent_total')) === 1);
  expect(await metric('dropped_total')).toBe(5);
  expect(log.filter((line) => line.includes('alerts were not sent'))).toHaveLength(1);
  expect(log.at(-1)).toMatch(/takes alerts again.*lost=5/);
});

test('one that does not answer in time does not keep alerts from the others', async () => {
  const { external, use } = setUp();
  const slow = await startReceiver();
  const quick = await startReceiver();
  slow.control.hold = new Promise(() => undefined);
  const sd = (address: string) => `static_configs: [{targets: ['${address}']}]`;
  await use(section(`[{timeout: 50ms, ${sd(slow.address)}}, {${sd(quick.address)}}]`));
  external.send(reports(65));
  await until(() => quick.taken.length === 2 && slow.taken.length === 2);
});

test('a reload keeps what did not change, sends what waits for those that go, and relabels for all', async () => {
  const { external, use, metric } = setUp();
  const stays = await startReceiver();
  const goes = await startReceiver();
  const sd = ({ address }: { address: string }) => `{static_configs: [{targets: ['${address}']}]}`;
  await use(section(`[${sd(stays)}, ${sd(goes)}]`));
  expect(external.active()).toEqual([stays, goes].map(({ address }) => `http://${address}/api/v2/alerts`));
  external.send(reports(70));
  const rule =
    '  alert_relabel_configs: [{source_labels: [n], regex: "[13]", action: drop}, {regex: n, action: labeldrop}]';
  await use(section(`[${sd(stays)}]`, rule));
  expect(external.active()).toEqual([`http://${stays.address}/api/v2/alerts`]);
  await until(() => goes.taken.length === 2);
  await until(async () => (await metric('sent_total')) === 70);
  const relabelled = external.relabel(reports(4));
  expect(relabelled.map(({ labels }) => labels.toObject())).toEqual([{ alertname: 'A' }, { alertname: 'A' }]);
});

test('labels of targets make the URL; those that relabeling drops are listed as they were', async () => {
  const { external, use } = setUp();
  await use(
    section(`
    - scheme: https
      path_prefix: /x/
      static_configs:
        - targets: ['a:1', 'b:2', 'a:1']
        - targets: ['c:3']
          labels: {__scheme__: http, __alerts_path__: '/own path'}
      relabel_configs:
        - {source_labels: [__address__], regex: 'b:.*', action: drop}`),
  );
  expect(external.active()).toEqual(['https://a:1/x/api/v2/alerts', 'http://c:3/own%20path']);
  expect(external.dropped()).toEqual(['https://b:2/x/api/v2/alerts']);
});

test('a certificate that cannot be read refuses the configuration', async () => {
  const { external } = setUp();
  const config = section(`[{tls_config: {ca_file: /nowhere/ca.pem}, static_configs: [{targets: ['a:1']}]}]`);
  await expect(external.prepare(config)).rejects.toThrow('cannot read ca_file of tls_config');
});
