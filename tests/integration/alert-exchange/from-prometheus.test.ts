/** The real Prometheus has Sightline as its Alertmanager: what it tells reaches Sightline's receivers, resolutions included. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { eventually, has, temporaryFolder } from '../../support/programs.ts';
import { startPrometheus } from '../../support/prometheus.ts';
import { api } from '../../support/sightline.ts';
import { startInProcess } from '../app/in-process.ts';
import { listedAlerts, QUICK_ROUTE, startTarget, startWebhook } from './support.ts';

const RULES = `
groups:
  - name: g
    interval: 1s
    rules:
      - alert: Broken
        expr: broken == 1
        for: 2s
        labels: {severity: page}
        annotations: {summary: '{{ $labels.part }} is broken'}
`;

test.skipIf(!has('prometheus'))(
  'a real Prometheus delivers alerts and their resolution',
  async () => {
    const folder = temporaryFolder();
    const target = await startTarget('broken{part="pump"} 1\nbroken{part="fan"} 1\n');
    const hook = await startWebhook();
    const alertmanagerFile = join(folder.path, 'alertmanager.yml');
    writeFileSync(
      alertmanagerFile,
      `${QUICK_ROUTE}receivers: [{name: hook, webhook_configs: [{url: '${hook.url}', send_resolved: true}]}]\n`,
    );
    const sightline = await startInProcess({ alertmanagerFile });
    writeFileSync(join(folder.path, 'rules.yml'), RULES);
    const { host } = new URL(sightline.url);
    const prometheus = await startPrometheus(
      folder.path,
      `global: {external_labels: {region: eu}}
rule_files: [rules.yml]
scrape_configs: [{job_name: t, scrape_interval: 1s, static_configs: [{targets: ['${target.address}']}]}]
alerting: {alertmanagers: [{static_configs: [{targets: ['${host}']}]}]}
`,
    );
    onTestFinished(async () => {
      await prometheus.program.stop();
      await sightline.end();
      hook.close();
      target.close();
      folder.remove();
    });

    const first = await eventually('both alerts', async () =>
      hook.messages.find(({ alerts }) => alerts.length === 2 && alerts.every(({ status }) => status === 'firing')),
    );
    const pump = first.alerts.find(({ labels }) => labels['part'] === 'pump');
    expect(pump).toMatchObject({
      labels: { alertname: 'Broken', instance: target.address, job: 't', part: 'pump', region: 'eu', severity: 'page' },
      annotations: { summary: 'pump is broken' },
      endsAt: '0001-01-01T00:00:00Z',
    });
    const listed = await listedAlerts(sightline.url);
    expect(listed.map(({ labels }) => labels['part']).sort()).toEqual(['fan', 'pump']);
    type Told = { alerts: { labels: Record<string, string>; activeAt: string }[] };
    const told = await api<Told>(prometheus.url, '/api/v1/alerts');
    const since = told.alerts.find(({ labels }) => labels['part'] === 'pump')?.activeAt ?? '';
    expect(Date.parse(pump?.startsAt ?? '') - Date.parse(since)).toBeGreaterThanOrEqual(2_000);
    expect(pump?.generatorURL).toMatch(/\/graph\?g0\.expr=broken/);

    target.set('broken{part="pump"} 0\nbroken{part="fan"} 1\n');
    const partly = await eventually('the resolution of one', async () =>
      hook.messages.find(({ alerts }) => alerts.some(({ status }) => status === 'resolved')),
    );
    expect(partly.alerts.map(({ labels, status }) => [labels['part'], status]).sort()).toEqual([
      ['fan', 'firing'],
      ['pump', 'resolved'],
    ]);
    target.set('broken{part="pump"} 0\nbroken{part="fan"} 0\n');
    const last = await eventually('the resolution of all', async () =>
      hook.messages.find(({ status }) => status === 'resolved'),
    );
    expect(last.alerts.every(({ endsAt, startsAt }) => endsAt > startsAt)).toBe(true);
    expect(await listedAlerts(sightline.url)).toEqual([]);
  },
  90_000,
);
