/** Both sides of an exchange of alerts: values that tests change, whoever is told, and the real Alertmanager. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answers, freePort, type Program, startProgram } from '../../support/programs.ts';

/** A scrape target whose text the test sets. */
export async function startTarget(text: string): Promise<{ address: string; set(text: string): void; close(): void }> {
  let current = text;
  const server = createServer((_, response) => response.setHeader('content-type', 'text/plain').end(current));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    set: (next) => {
      current = next;
    },
    close: () => void server.close(),
  };
}

export interface WebhookMessage {
  readonly status: string;
  readonly alerts: readonly {
    readonly status: string;
    readonly labels: Record<string, string>;
    readonly annotations: Record<string, string>;
    readonly startsAt: string;
    readonly endsAt: string;
    readonly generatorURL: string;
  }[];
}

/** A webhook receiver that keeps what it is sent. */
export async function startWebhook(): Promise<{ url: string; messages: readonly WebhookMessage[]; close(): void }> {
  const messages: WebhookMessage[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    messages.push(JSON.parse(Buffer.concat(chunks).toString()) as WebhookMessage);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, messages, close: () => void server.close() };
}

export const QUICK_ROUTE = 'route: {receiver: hook, group_by: [alertname], group_wait: 0s, group_interval: 1s}\n';

/** The real Alertmanager on a given port. */
export async function startAlertmanager(folder: string, port: number): Promise<{ url: string; program: Program }> {
  const file = join(folder, 'real-alertmanager.yml');
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, 'route: {receiver: nobody}\nreceivers: [{name: nobody}]\n');
  const clusterPort = await freePort();
  const program = startProgram('prometheus-alertmanager', [
    `--config.file=${file}`,
    `--storage.path=${join(folder, 'alertmanager-data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    `--cluster.listen-address=127.0.0.1:${clusterPort}`,
    '--cluster.advertise-address=127.0.0.1:1',
  ]);
  const url = `http://127.0.0.1:${port}`;
  await answers(`${url}/-/ready`, program);
  return { url, program };
}

export interface ListedAlert {
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
}

/** `GET /api/v2/alerts`, which is the same everywhere. */
export async function listedAlerts(url: string): Promise<ListedAlert[]> {
  const response = await fetch(`${url}/api/v2/alerts`);
  return (await response.json()) as ListedAlert[];
}
