/** What tests of the way from a cause to a message share: the server with its files, switches that fire alerts, mails taken apart. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpRecorder } from '../../../packages/server/src/alerting/testing/http-recorder.ts';
import { eventually, temporaryFolder } from '../../support/programs.ts';
import { QUIET, type RunningSightline, startSightline } from '../../support/sightline.ts';

export interface AlertingFiles {
  /** Texts of prometheus.yml (its rule_files names rules.yml), rules.yml and alertmanager.yml. */
  readonly prometheus?: string;
  readonly rules: string;
  readonly alertmanager: string;
}

export interface AlertingServer {
  readonly folder: string;
  readonly running: () => RunningSightline;
  write(files: Partial<AlertingFiles>): void;
  reload(): Promise<void>;
  kill(): Promise<void>;
  start(): Promise<void>;
  end(): Promise<void>;
}

const DEFAULT_PROMETHEUS = 'global: {evaluation_interval: 1s}\nrule_files: [rules.yml]\n';

/** The built server on a folder that outlives it, so that it can be killed and started again. */
export async function startAlertingServer(files: AlertingFiles): Promise<AlertingServer> {
  const folder = temporaryFolder();
  const { path } = folder;
  let running: RunningSightline | undefined;
  let prometheus = DEFAULT_PROMETHEUS;
  const server: AlertingServer = {
    folder: path,
    running: () => {
      if (running === undefined) throw new Error('the server does not run');
      return running;
    },
    write: (changed) => {
      if (changed.prometheus !== undefined) {
        prometheus = changed.prometheus;
        writeFileSync(join(path, 'prometheus.yml'), prometheus);
      }
      if (changed.rules !== undefined) writeFileSync(join(path, 'rules.yml'), changed.rules);
      if (changed.alertmanager !== undefined) writeFileSync(join(path, 'alertmanager.yml'), changed.alertmanager);
    },
    reload: async () => {
      const response = await fetch(`${server.running().url}/-/reload`, { method: 'POST' });
      if (!response.ok) throw new Error(`reload: ${response.status} ${await response.text()}`);
    },
    kill: async () => {
      await running?.stop('SIGKILL');
      running = undefined;
    },
    start: async () => {
      const args = ['--alertmanager', join(path, 'alertmanager.yml')];
      running = await startSightline({ folder: path, config: QUIET, prometheus, args });
    },
    end: async () => {
      await running?.stop();
      folder.remove();
    },
  };
  server.write({ prometheus: DEFAULT_PROMETHEUS, ...files });
  await server.start();
  return server;
}

/** Sets `switch{name="..."}`: tests fire alerts by rules over it. */
export async function setSwitch({ url }: RunningSightline, name: string, value: number): Promise<void> {
  const body = `switch{name="${name}"} ${value} ${Date.now()}\n`;
  const response = await fetch(`${url}/api/v1/import/prometheus`, { method: 'POST', body });
  if (!response.ok) throw new Error(`import: ${response.status} ${await response.text()}`);
}

export interface WebhookMessage {
  readonly status: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly alerts: readonly {
    readonly status: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly startsAt: string;
  }[];
}

/** All messages so far. */
export function messages(recorder: HttpRecorder): WebhookMessage[] {
  return recorder.requests.map(({ body }) => JSON.parse(body) as WebhookMessage);
}

/** `name firing`, sorted. */
export function statesOf({ alerts }: WebhookMessage): string[] {
  return alerts.map(({ labels, status }) => `${labels['name'] ?? labels['alertname']} ${status}`).sort();
}

/** Waits for the `count`th message, then long enough for one too many to arrive. */
export async function settledMessages(
  recorder: HttpRecorder,
  count: number,
  quietMs: number,
): Promise<WebhookMessage[]> {
  await eventually(`message ${count}`, async () => recorder.requests.length >= count);
  await sleep(quietMs);
  return messages(recorder);
}

export interface AlertOfApi {
  readonly labels: Readonly<Record<string, string>>;
  readonly activeAt: string;
  readonly state: string;
}

export async function alertsOf({ url }: RunningSightline): Promise<readonly AlertOfApi[]> {
  const answer = (await (await fetch(`${url}/api/v1/alerts`)).json()) as { data: { alerts: AlertOfApi[] } };
  return answer.data.alerts;
}

/** Waits until the alert of this switch has been handed to the Alertmanager in the process. */
export async function received({ url }: RunningSightline, name: string): Promise<void> {
  await eventually(`${name} being received`, async () => {
    const alerts = (await (await fetch(`${url}/api/v2/alerts`)).json()) as { labels: Record<string, string> }[];
    return alerts.some(({ labels }) => labels['name'] === name);
  });
}

export interface MailPart {
  readonly type: string;
  readonly body: Buffer;
}

/** Subject and leaf parts of a mail, decoded. */
export function partsOfMail(source: string): { readonly subject: string; readonly parts: readonly MailPart[] } {
  const { headers } = split(source);
  return { subject: headerOf(headers, 'subject'), parts: leaves(source) };
}

function leaves(source: string): MailPart[] {
  const { headers, body } = split(source);
  const type = headerOf(headers, 'content-type');
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (boundary !== undefined) {
    return body
      .split(`--${boundary}`)
      .slice(1)
      .filter((part) => !part.startsWith('--'))
      .flatMap((part) => leaves(part.replace(/^\r\n/, '')));
  }
  const encoding = headerOf(headers, 'content-transfer-encoding').toLowerCase();
  return [{ type: type.split(';')[0] ?? '', body: decode(body, encoding) }];
}

function split(source: string): { headers: string; body: string } {
  const end = source.indexOf('\r\n\r\n');
  return { headers: source.slice(0, end).replace(/\r\n[ \t]+/g, ' '), body: source.slice(end + 4) };
}

function headerOf(headers: string, name: string): string {
  return new RegExp(`^${name}: (.*)$`, 'im').exec(headers)?.[1]?.trim() ?? '';
}

function decode(body: string, encoding: string): Buffer {
  if (encoding === 'base64') return Buffer.from(body, 'base64');
  if (encoding !== 'quoted-printable') return Buffer.from(body);
  const joined = body.replace(/=\r\n/g, '');
  const bytes = joined.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}
