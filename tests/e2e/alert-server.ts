/** The real Sightline with rules that fire, silences, and receivers on loopback that keep what they are sent. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, temporaryFolder } from '../support/programs.ts';
import { api, QUIET, type RunningSightline, startSightline } from '../support/sightline.ts';

/** What a receiver was sent. `/refuse` answers 400. */
export interface Delivery {
  readonly path: string;
  readonly body: string;
}

export interface AlertFixture {
  readonly server: RunningSightline;
  readonly url: string;
  readonly deliveries: readonly Delivery[];
  stop(): Promise<void>;
}

const HOSTS = ['web-1', 'web-2'];
const both = (value: number): string =>
  HOSTS.map((host) => `label_replace(vector(${value}), "instance", "${host}", "", "")`).join(' or ');

/** Rules that need no data: two instances that fire, one that is pending, one that fails, one that is quiet. */
const RULES = `groups:
  - name: shop
    rules:
      - record: fixture:answer
        expr: vector(42)
      - alert: ServiceDown
        expr: ${both(3)}
        labels: {severity: critical, team: pay}
        annotations: {summary: '{{ $labels.instance }} is down'}
      - alert: DiskFills
        expr: vector(7) > 5
        for: 1h
        labels: {severity: warning, team: infra}
      - alert: Quiet
        expr: vector(0) > 1
        labels: {severity: info}
  - name: broken
    rules:
      - alert: Contradiction
        expr: (${both(1)}) * on () (${both(1)})
`;

const alertmanager = (hook: string): string => `route:
  receiver: everybody
  group_by: [alertname]
  group_wait: 0s
  routes:
    - matchers: ['team="pay"']
      receiver: pay
      routes:
        - matchers: ['severity="critical"']
          receiver: oncall
          repeat_interval: 30m
    - matchers: ['team="infra"']
      receiver: infra
receivers:
  - name: everybody
    webhook_configs: [{url: '${hook}/everybody'}]
  - name: pay
    webhook_configs: [{url: '${hook}/pay'}]
  - name: oncall
    webhook_configs: [{url: '${hook}/oncall'}, {url: '${hook}/refuse'}]
  - name: infra
    webhook_configs: [{url: '${hook}/infra'}]
  - name: spare
    webhook_configs: [{url: '${hook}/spare'}]
`;

const CONFIG = `${QUIET}alerting:
  default_rules: false
  escalations:
    - name: critical
      matchers: ['severity="critical"']
      steps: [{after: 15m, receiver: everybody}]
`;

async function readText(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

async function startHook(deliveries: Delivery[]): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    void readText(request).then((body) => {
      deliveries.push({ path: request.url ?? '', body });
      response.statusCode = request.url === '/refuse' ? 400 : 200;
      response.end(response.statusCode === 200 ? 'ok' : 'no such channel');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** @param moreRules text of another file of rules */
export async function startAlertFixture(moreRules = ''): Promise<AlertFixture> {
  const deliveries: Delivery[] = [];
  const hook = await startHook(deliveries);
  const folder = temporaryFolder();
  const close = async (): Promise<void> => {
    hook.server.closeAllConnections();
    await new Promise((resolve) => hook.server.close(resolve));
    folder.remove();
  };
  try {
    mkdirSync(join(folder.path, 'rules'));
    writeFileSync(join(folder.path, 'rules', 'shop.yml'), RULES);
    if (moreRules !== '') writeFileSync(join(folder.path, 'rules', 'more.yml'), moreRules);
    const routes = join(folder.path, 'alertmanager.yml');
    writeFileSync(routes, alertmanager(hook.url));
    const server = await startSightline({
      folder: folder.path,
      config: CONFIG,
      prometheus: 'global: {evaluation_interval: 1s}\nrule_files: [rules/*.yml]\n',
      args: ['--alertmanager', routes],
    });
    await eventually('the rules fire', async () => {
      const { alerts } = await api<{ alerts: readonly { state: string }[] }>(server.url, '/api/v1/alerts');
      return alerts.filter(({ state }) => state === 'firing').length >= HOSTS.length;
    });
    const stop = async (): Promise<void> => {
      await server.stop();
      await close();
    };
    return { server, url: server.url, deliveries, stop };
  } catch (error) {
    await close();
    throw error;
  }
}
