/** Alerts of Sightline's rules reach the real Alertmanager that `alerting` in prometheus.yml names. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { eventually, freePort, has, temporaryFolder } from '../../support/programs.ts';
import { api, exposedBy } from '../../support/sightline.ts';
import { startInProcess } from '../app/in-process.ts';
import { type ListedAlert, listedAlerts, startAlertmanager, startTarget } from './support.ts';

const RULES = `
groups:
  - name: g
    interval: 1s
    rules:
      - alert: Up
        expr: on_value > 0
        labels: {replica: r1, severity: page}
        annotations: {summary: 'value {{ $value }}'}
      - alert: Quiet
        expr: on_value >= 0
        labels: {secret: "yes"}
`;

const NAMES = (alerts: readonly ListedAlert[]) => alerts.map(({ labels }) => labels['alertname']).sort();

async function metric(url: string, name: string): Promise<number> {
  const text = await exposedBy(url);
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

async function setUp(alerting: (port: number, folder: string) => string) {
  const folder = temporaryFolder();
  const target = await startTarget('on_value{a="b"} 1\n');
  const port = await freePort();
  const prometheusFile = join(folder.path, 'prometheus.yml');
  writeFileSync(join(folder.path, 'rules.yml'), RULES);
  const write = (section: string) =>
    writeFileSync(
      prometheusFile,
      `global: {external_labels: {cluster: c1}}
rule_files: [rules.yml]
scrape_configs: [{job_name: t, scrape_interval: 1s, static_configs: [{targets: ['${target.address}']}]}]
alerting:
${section}`,
    );
  write(alerting(port, folder.path));
  const sightline = await startInProcess({ prometheusFile });
  onTestFinished(async () => {
    await sightline.end();
    target.close();
    folder.remove();
  });
  return { sightline, target, port, folder: folder.path, write };
}

test.skipIf(!has('prometheus-alertmanager'))(
  'relabelled alerts and their resolution arrive; Alertmanagers come and go by file',
  async () => {
    const { sightline, target, port, folder, write } = await setUp((amPort, path) => {
      const found = [{ targets: [`127.0.0.1:${amPort}`, 'dropped:9093'], labels: {} }];
      writeFileSync(join(path, 'am.json'), JSON.stringify(found));
      return `  alert_relabel_configs:
    - {regex: replica, action: labeldrop}
  alertmanagers:
    - path_prefix: /pre
      file_sd_configs: [{files: [am.json]}]
      relabel_configs:
        - {source_labels: [__address__], regex: 'dropped.*', action: drop}
        - {source_labels: [__alerts_path__], regex: '/pre(.*)', target_label: __alerts_path__}
      alert_relabel_configs:
        - {source_labels: [secret], regex: 'yes', action: drop}
`;
    });
    const alertmanager = await startAlertmanager(join(folder, 'am'), port);
    onTestFinished(async () => void (await alertmanager.program.stop()));

    const alerts = await eventually('the alert', async () => {
      const listed = await listedAlerts(alertmanager.url);
      return listed.length > 0 && listed;
    });
    const instance = target.address;
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toMatchObject({
      labels: { a: 'b', alertname: 'Up', cluster: 'c1', instance, job: 't', severity: 'page' },
      annotations: { summary: 'value 1' },
    });
    expect(alerts[0]?.labels).not.toHaveProperty('replica');
    const lasts = Date.parse(alerts[0]?.endsAt ?? '') - Date.parse(alerts[0]?.startsAt ?? '');
    expect(lasts).toBeGreaterThanOrEqual(4 * 60_000);
    expect(alerts[0]?.generatorURL).toContain('/graph?g0.expr=on_value+%3E+0');

    // The Alertmanager in the process has the relabeling that is for all, not that of the other.
    const own = await listedAlerts(sightline.url);
    expect(NAMES(own)).toEqual(['Quiet', 'Up']);
    for (const { labels } of own) expect(labels).not.toHaveProperty('replica');

    expect(await api(sightline.url, '/api/v1/alertmanagers')).toEqual({
      activeAlertmanagers: [{ url: `http://127.0.0.1:${port}/api/v2/alerts` }],
      droppedAlertmanagers: [{ url: 'http://dropped:9093/pre/api/v2/alerts' }],
    });

    target.set('on_value{a="b"} 0\n');
    await eventually('the resolution', async () => (await listedAlerts(alertmanager.url)).length === 0);
    expect(await metric(sightline.url, 'sightline_external_alertmanager_sent_total')).toBeGreaterThanOrEqual(2);

    writeFileSync(join(folder, 'am.json'), '[]');
    await eventually('nobody is found', async () => {
      const { activeAlertmanagers } = await api<{ activeAlertmanagers: unknown[] }>(
        sightline.url,
        '/api/v1/alertmanagers',
      );
      return activeAlertmanagers.length === 0;
    });
    expect(await metric(sightline.url, 'sightline_external_alertmanagers_discovered')).toBe(0);

    write(`  alertmanagers: [{static_configs: [{targets: ['127.0.0.1:${port}']}]}]\n`);
    expect(await sightline.reload()).toMatchObject({ isOk: true });
    target.set('on_value{a="b"} 2\n');
    await eventually('the alert after the reload', async () => {
      const listed = await listedAlerts(alertmanager.url);
      return listed.some(({ labels }) => labels['alertname'] === 'Up' && labels['replica'] === 'r1');
    });
  },
  90_000,
);

test.skipIf(!has('prometheus-alertmanager'))(
  'an Alertmanager that was down hears of the alert when it is back, and the outage is counted and said once',
  async () => {
    const { sightline, folder, port } = await setUp(
      (amPort) => `  alertmanagers: [{timeout: 2s, static_configs: [{targets: ['127.0.0.1:${amPort}']}]}]\n`,
    );
    await eventually('alerts are given up', async () => {
      return (await metric(sightline.url, 'sightline_external_alertmanager_dropped_total')) >= 2;
    });
    const alertmanager = await startAlertmanager(join(folder, 'am'), port);
    onTestFinished(async () => void (await alertmanager.program.stop()));
    const began = Date.now();
    // Rules tell alerts again a minute after they last did.
    const alerts = await eventually(
      'the alerts',
      async () => {
        const listed = await listedAlerts(alertmanager.url);
        return listed.length === 2 && listed;
      },
      75,
    );
    expect(NAMES(alerts)).toEqual(['Quiet', 'Up']);
    for (const { startsAt } of alerts) expect(Date.parse(startsAt)).toBeLessThan(began);
    expect(sightline.log.filter((line) => line.includes('alerts were not sent'))).toHaveLength(1);
    await eventually('the end of the outage is said', async () =>
      sightline.log.some((line) => line.includes('takes alerts again')),
    );
    expect(await metric(sightline.url, 'sightline_external_alertmanager_errors_total')).toBe(
      await metric(sightline.url, 'sightline_external_alertmanager_dropped_total'),
    );
  },
  120_000,
);
