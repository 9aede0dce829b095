/**
 * What receivers get: the real Alertmanager and Sightline read the same alertmanager.yml and tell the same recorders of the same
 * alerts. Texts are given in the file, since those that are built in are Sightline's own.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Labels } from '@sightline/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Alert, createAlert } from '../../../packages/server/src/alerting/alert.ts';
import { loadAlertmanagerConfig } from '../../../packages/server/src/alerting/config/load.ts';
import { createReceivers } from '../../../packages/server/src/alerting/receivers/create-receivers.ts';
import { createTemplates } from '../../../packages/server/src/alerting/templates/create-templates.ts';
import { HttpRecorder, type RecordedRequest } from '../../../packages/server/src/alerting/testing/http-recorder.ts';
import { type RecordedMail, SmtpRecorder } from '../../../packages/server/src/alerting/testing/smtp-recorder.ts';
import {
  answers,
  eventually,
  freePort,
  has,
  type Program,
  startProgram,
  temporaryFolder,
} from '../../support/programs.ts';

const EXTERNAL_URL = 'http://alerts.example.org';
const MESSAGES = 8;
const isHere = has('prometheus-alertmanager');

function configFor({ url }: HttpRecorder, { port }: SmtpRecorder): string {
  return `
global:
  smtp_smarthost: 127.0.0.1:${port}
  smtp_from: Alerts <alerts@example.org>
  smtp_require_tls: false
  smtp_hello: client.example.org
route: {receiver: team.a, group_by: [alertname], group_wait: 2s, group_interval: 1s, repeat_interval: 1h}
receivers:
- name: team.a
  webhook_configs:
  - {url: '${url}/webhook'}
  - {url: '${url}/webhook-one', max_alerts: 1}
  slack_configs:
  - api_url: ${url}/slack
    send_resolved: true
    channel: '#{{ .GroupLabels.alertname }}'
    username: bot
    title: '{{ .Status }} {{ .CommonLabels.SortedPairs.Values | join " " }}'
    title_link: '{{ .ExternalURL }}/x'
    text: '{{ range .Alerts }}{{ .Labels.instance }} <{{ .Annotations.summary }}> {{ .StartsAt }} {{ end }}'
    fallback: '{{ .Receiver }}'
    footer: f
    short_fields: true
    fields: [{title: Job, value: '{{ .CommonLabels.job }}'}, {title: T, value: V, short: false}]
    actions: [{type: button, text: Go, url: '{{ .ExternalURL }}'}, {type: button, text: Ack, name: ack, value: v, confirm: {text: Sure}}]
  pagerduty_configs:
  - routing_key: '{{ .CommonLabels.job }}-key'
    url: ${url}/pagerduty
    client: c
    client_url: '{{ .ExternalURL }}'
    description: '{{ .GroupLabels.alertname }}'
    severity: '{{ .CommonLabels.severity }}'
    class: class
    details: {firing: '{{ len .Alerts.Firing }}', resolved: '{{ len .Alerts.Resolved }}', more: '{{ .CommonAnnotations.Values }}'}
    links: [{href: 'http://l', text: '{{ .Status }}'}, {href: '', text: none}]
    images: [{src: 'http://i', alt: a}]
  opsgenie_configs:
  - api_key: '{{ .CommonLabels.job }}-key'
    api_url: ${url}/opsgenie/
    message: '{{ .GroupLabels.alertname }}'
    description: '{{ .CommonAnnotations.SortedPairs.Values | join " " }}'
    source: '{{ .ExternalURL }}'
    details: {extra: '{{ .Status }}'}
    responders: [{name: 'ops', type: team}, {username: '{{ .CommonLabels.none }}', type: '{{ .CommonLabels.none }}'}, {name: 'a,b', type: teams}]
    tags: 'x,{{ .CommonLabels.job }}'
    priority: P2
    note: n
  telegram_configs:
  - {api_url: '${url}/telegram', bot_token: '1:x', chat_id: -42, parse_mode: Markdown, message: '*{{ .Status }}* {{ .CommonLabels.job }}'}
  discord_configs:
  - {webhook_url: '${url}/discord', title: '{{ .GroupLabels.alertname }}', message: '{{ .CommonAnnotations.team }} {{ .Status }}'}
  email_configs:
  - to: 'one@example.org, Two <two@example.org>'
    send_resolved: true
    html: '<b>{{ .Status }}</b> {{ .CommonAnnotations.team }}'
    text: 'Grüße: {{ .Status }} {{ range .Alerts }}{{ .Labels.instance }} {{ end }}'
    headers: {Subject: 'über {{ .GroupLabels.alertname }}', X-Team: '{{ .Receiver }}'}
`;
}

interface Recorders {
  readonly http: HttpRecorder;
  readonly smtp: SmtpRecorder;
}

async function recorders(): Promise<Recorders> {
  const http = await HttpRecorder.start();
  http.answer(({ path: at }) => {
    if (at === '/slack') return { body: 'ok' };
    const result = { message_id: 1, chat: { id: -42 } };
    return { status: at.startsWith('/telegram') ? 200 : 202, body: JSON.stringify({ ok: true, result }) };
  });
  return { http, smtp: await SmtpRecorder.start() };
}

interface Told {
  readonly requests: Record<string, unknown>;
  readonly mail: Record<string, unknown>;
}

const AUTHORIZATIONS = ['/opsgenie/v2/alerts'];

/** By method and path; where the recorder listens is of no interest. */
function toldOf(requests: readonly RecordedRequest[], mail: RecordedMail | undefined): Told {
  const entries = requests.map(({ method, path: at, headers, body }): [string, unknown] => {
    const authorization = AUTHORIZATIONS.some((prefix) => at.startsWith(prefix)) ? headers.authorization : undefined;
    return [`${method} ${at}`, { type: headers['content-type'], authorization, json: comparable(at, body) }];
  });
  return { requests: Object.fromEntries(entries), mail: mail === undefined ? {} : comparableMail(mail) };
}

function comparable(at: string, body: string): unknown {
  const json = JSON.parse(body) as Record<string, unknown>;
  if (!at.startsWith('/telegram')) return json;
  // Alertmanager's client sends every parameter as text, and what is not asked for as "false".
  const texts = Object.entries(json).map(([name, value]) => [name, String(value)]);
  return Object.fromEntries(texts.filter(([, value]) => value !== 'false'));
}

function comparableMail({ from, to, helo, source }: RecordedMail): Record<string, unknown> {
  const end = source.indexOf('\r\n\r\n');
  const headers = source
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const header = (name: string) => headers.find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}: `));
  const boundary = /boundary="?([^";]+)"?/.exec(header('content-type') ?? '')?.[1] ?? '';
  const parts = source
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const at = part.indexOf('\r\n\r\n');
      const [head, body] = [part.slice(0, at).toLowerCase(), part.slice(at).trim()];
      const type = /content-type: ([^\r\n]*)/.exec(head)?.[1];
      const encoding = /content-transfer-encoding: ([^\r\n]*)/.exec(head)?.[1];
      return { type, encoding, body };
    });
  const names = ['From', 'To', 'Subject', 'X-Team', 'MIME-Version'];
  // Charset and encoding of an encoded word may be in any case (RFC 2047).
  const compared = names.map((name) => header(name)?.replace(/=\?[\w-]+\?q\?/gi, (start) => start.toLowerCase()));
  return { from, to, helo, headers: compared, parts, kind: header('content-type')?.split(';')[0] };
}

/** Younger than group_wait when it is first reported: of older alerts Alertmanager sends at once what it has. */
let startMs = 0;

function alertOf(instance: string, endsAtMs: number): Alert {
  return createAlert({
    labels: Labels.fromObject({ alertname: 'Slow', job: 'api', severity: 'warning', instance }),
    annotations: Labels.fromObject({ summary: `${instance} is "slow" & <late>`, team: 'a<b' }),
    startsAtMs: startMs + (instance === 'b' ? 250 : 0),
    endsAtMs,
    updatedAtMs: startMs,
    isTimeout: false,
    generatorUrl: 'http://prometheus/graph?g0.expr=a%3Eb&g0.tab=1',
  });
}

function stages(nowMs: number): readonly (readonly Alert[])[] {
  return [
    [alertOf('a', nowMs + 600_000), alertOf('b', nowMs + 600_000)],
    [alertOf('a', startMs + 500), alertOf('b', startMs + 750)],
  ];
}

async function postAlerts(url: string, alerts: readonly Alert[]): Promise<void> {
  const body = alerts.map(({ labels, annotations, startsAtMs, endsAtMs, generatorUrl }) => ({
    labels,
    annotations,
    startsAt: new Date(startsAtMs).toISOString(),
    endsAt: new Date(endsAtMs).toISOString(),
    generatorURL: generatorUrl,
  }));
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`${url}/api/v2/alerts`, init);
  expect(response.status).toBe(200);
}

/** Each stage's messages of the real Alertmanager. */
async function askAlertmanager(folder: string, { http, smtp }: Recorders): Promise<Told[]> {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'alertmanager.yml');
  writeFileSync(file, configFor(http, smtp));
  const url = `http://127.0.0.1:${await freePort()}`;
  const program: Program = startProgram('prometheus-alertmanager', [
    `--config.file=${file}`,
    `--storage.path=${path.join(folder, 'data')}`,
    `--web.listen-address=${url.slice('http://'.length)}`,
    `--web.external-url=${EXTERNAL_URL}`,
    '--cluster.listen-address=',
  ]);
  try {
    await answers(`${url}/-/ready`, program);
    const told: Told[] = [];
    startMs = Math.floor(Date.now() / 1000) * 1000;
    for (const alerts of stages(Date.now())) {
      await postAlerts(url, alerts);
      await eventually('all receivers hearing', async () => http.requests.length + smtp.mails.length === MESSAGES);
      told.push(toldOf(http.take(), smtp.mails.splice(0)[0]));
    }
    return told;
  } finally {
    await program.stop();
  }
}

async function askSightline({ http, smtp }: Recorders): Promise<Told[]> {
  const { config, diagnostics } = loadAlertmanagerConfig({ file: 'alertmanager.yml', text: configFor(http, smtp) });
  if (config === undefined) throw new Error(JSON.stringify(diagnostics));
  const failures: unknown[] = [];
  const environment = { templates: createTemplates([]), externalUrl: EXTERNAL_URL, version: '0' };
  const receivers = createReceivers(config.receivers, {
    ...environment,
    onIncomplete: (each) => failures.push(each),
  });
  const told: Told[] = [];
  const nowMs = Date.now();
  for (const alerts of stages(nowMs)) {
    for (const integration of receivers.byName.get('team.a')?.integrations ?? []) {
      const groupLabels = Labels.fromObject({ alertname: 'Slow' });
      const notification = { groupKey: '{}:{alertname="Slow"}', groupLabels, receiver: 'team.a', alerts, nowMs };
      await integration.send(notification, new AbortController().signal);
    }
    told.push(toldOf(http.take(), smtp.mails.splice(0)[0]));
  }
  await receivers.close();
  expect(failures).toEqual([]);
  return told;
}

describe.skipIf(!isHere)('payloads (need the prometheus-alertmanager binary)', () => {
  const folder = temporaryFolder();
  const opened: Recorders[] = [];
  let theirs: Told[] = [];
  let ours: Told[] = [];

  beforeAll(async () => {
    opened.push(await recorders(), await recorders());
    theirs = await askAlertmanager(folder.path, opened[0] as Recorders);
    ours = await askSightline(opened[1] as Recorders);
  });
  afterAll(async () => {
    folder.remove();
    for (const { http, smtp } of opened) await Promise.all([http.close(), smtp.close()]);
  });

  test.each([
    [0, 'firing'],
    [1, 'resolved'],
  ])('stage %i: %s', (stage) => {
    expect(Object.keys(ours[stage]?.requests ?? {}).sort()).toEqual(Object.keys(theirs[stage]?.requests ?? {}).sort());
    expect(ours[stage]?.requests).toEqual(theirs[stage]?.requests);
  });

  test.each([0, 1])('the mail of stage %i', (stage) => {
    expect(ours[stage]?.mail).toEqual(theirs[stage]?.mail);
  });
});
