/** A process that exits, a latency that rises, an error rate that jumps: each reaches people by mail and webhook, and so does its end. */
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HttpRecorder } from '../../../packages/server/src/alerting/testing/http-recorder.ts';
import { SmtpRecorder } from '../../../packages/server/src/alerting/testing/smtp-recorder.ts';
import { answers, eventually, freePort, type Program, startProgram } from '../../support/programs.ts';
import { scalarOf } from '../../support/sightline.ts';
import { type AlertingServer, messages, partsOfMail, startAlertingServer } from './support.ts';

const RULES = `groups:
  - name: demo
    rules:
      - alert: WorkerGone
        expr: up{job="worker"} == 0
        for: 1s
        labels: {severity: critical}
        annotations: {summary: 'The worker on {{ $labels.instance }} does not answer'}
      - alert: LatencyHigh
        expr: histogram_quantile(0.95, sum by (le, job) (rate(demo_request_duration_seconds_bucket{job="shop"}[6s]))) > 0.5
        for: 1s
        labels: {severity: warning}
        annotations: {summary: '95% of the answers of {{ $labels.job }} take up to {{ $value | humanizeDuration }}'}
      - alert: ErrorRateHigh
        expr: |
          sum by (job) (rate(demo_requests_total{job="shop", code="500"}[6s]))
            / sum by (job) (rate(demo_requests_total{job="shop"}[6s])) > 0.1
        for: 1s
        labels: {severity: critical}
        annotations: {summary: '{{ $value | humanizePercentage }} of the answers of {{ $labels.job }} are errors'}
`;

interface Demo {
  readonly program: Program;
  readonly url: string;
}

let http: HttpRecorder;
let smtp: SmtpRecorder;
let server: AlertingServer;
let shop: Demo;
let worker: Demo;

async function startDemo(port: number): Promise<Demo> {
  const program = startProgram(process.execPath, [join(import.meta.dirname, 'demo-service.mjs'), String(port)]);
  const url = `http://127.0.0.1:${port}`;
  await answers(`${url}/metrics`, program);
  return { program, url };
}

beforeEach(async () => {
  http = await HttpRecorder.start();
  smtp = await SmtpRecorder.start();
  [shop, worker] = await Promise.all([startDemo(await freePort()), startDemo(await freePort())]);
  const target = ({ url }: Demo) => url.replace('http://', '');
  server = await startAlertingServer({
    prometheus: `global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [rules.yml]
scrape_configs:
  - {job_name: shop, static_configs: [{targets: ['${target(shop)}']}]}
  - {job_name: worker, static_configs: [{targets: ['${target(worker)}']}]}
`,
    rules: RULES,
    alertmanager: `global: {smtp_smarthost: '127.0.0.1:${smtp.port}', smtp_from: sightline@example.org, smtp_require_tls: false}
route: {receiver: team, group_by: [alertname], group_wait: 1s, group_interval: 2s, repeat_interval: 1h}
receivers:
  - name: team
    email_configs: [{to: team@example.org, send_resolved: true}]
    webhook_configs: [{url: '${http.url}/hook'}]
`,
  });
  await eventually('both jobs being scraped', async () => {
    const { url } = server.running();
    return (await scalarOf(url, 'count(rate(demo_requests_total[6s]) > 0)')) === 2;
  });
});

afterEach(async () => {
  await server?.end();
  await Promise.all([shop?.program.stop(), worker?.program.stop('SIGKILL'), http?.close(), smtp?.close()]);
});

interface Times {
  readonly webhookMs: number;
  readonly mailMs: number;
}

/** Milliseconds from now until both messages about the alert are here. */
async function told(alertname: string, status: 'firing' | 'resolved'): Promise<Times> {
  const causeMs = performance.now();
  const subject = `[${status === 'firing' ? 'FIRING:1' : 'RESOLVED'}] ${alertname}`;
  const [webhookMs, mailMs] = await Promise.all([
    eventually(`a webhook: ${alertname} ${status}`, async () => {
      const isIt = messages(http).some((one) => one.status === status && one.groupLabels['alertname'] === alertname);
      return isIt && performance.now() - causeMs;
    }),
    eventually(`a mail: ${subject}`, async () => {
      const isIt = smtp.mails.some(({ source }) => partsOfMail(source).subject.startsWith(subject));
      return isIt && performance.now() - causeMs;
    }),
  ]);
  return { webhookMs, mailMs };
}

function mailAbout(subject: string) {
  const mail = smtp.mails.map(({ source }) => partsOfMail(source)).find((one) => one.subject.startsWith(subject));
  if (mail === undefined) throw new Error(`no mail ${subject}`);
  const part = (type: string) => mail.parts.find((one) => one.type === type)?.body;
  return { html: part('text/html')?.toString() ?? '', picture: part('image/png') };
}

const CAUSES = [
  {
    alertname: 'WorkerGone',
    summary: 'does not answer',
    cause: async () => void (await worker.program.stop('SIGKILL')),
    mend: async () => {
      worker = await startDemo(Number(new URL(worker.url).port));
    },
  },
  {
    alertname: 'LatencyHigh',
    summary: '95% of the answers of shop take up to',
    cause: async () => void (await fetch(`${shop.url}/behave?latency=0.9`)),
    mend: async () => void (await fetch(`${shop.url}/behave?latency=0.03`)),
  },
  {
    alertname: 'ErrorRateHigh',
    summary: 'of the answers of shop are errors',
    cause: async () => void (await fetch(`${shop.url}/behave?errors=0.5`)),
    mend: async () => void (await fetch(`${shop.url}/behave?errors=0`)),
  },
];

test('from cause to mail and webhook, with the graph, and to the end of it', { timeout: 90_000 }, async () => {
  await Promise.all(
    CAUSES.map(async ({ alertname, summary, cause, mend }) => {
      await cause();
      const fired = await told(alertname, 'firing');
      const { html, picture } = mailAbout(`[FIRING:1] ${alertname}`);
      expect(html).toContain(summary);
      // The signature of PNG, then the header with width and height.
      expect(picture?.subarray(1, 4).toString()).toBe('PNG');
      expect(picture?.readUInt32BE(16)).toBeGreaterThan(200);
      await mend();
      const over = await told(alertname, 'resolved');
      const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
      console.info(
        `${alertname}: cause to webhook ${seconds(fired.webhookMs)}, to mail ${seconds(fired.mailMs)};` +
          ` mended to webhook ${seconds(over.webhookMs)}, to mail ${seconds(over.mailMs)}`,
      );
    }),
  );
  const perAlert = messages(http).map(({ groupLabels, status }) => `${groupLabels['alertname']} ${status}`);
  expect(perAlert.sort()).toEqual(
    CAUSES.flatMap(({ alertname }) => [`${alertname} firing`, `${alertname} resolved`]).sort(),
  );
  expect(smtp.mails).toHaveLength(perAlert.length);
});
