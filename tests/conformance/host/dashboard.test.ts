/** How much of the dashboard "Node Exporter Full" the host collector feeds. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LINUX_MODULES } from '../../../packages/server/src/metrics/host/modules.ts';
import { fixtureHost } from '../../../packages/server/src/metrics/host/testing/fixture-host.ts';
import { DASHBOARD_HOST } from './dashboard-host.ts';
import { DASHBOARD_METRICS, NOT_COLLECTED } from './dashboard-metrics.ts';
import { metricsOf, readExposition } from './exposition.ts';

const page = readFileSync(new URL('../../../docs/reference/host-metrics.md', import.meta.url), 'utf8');
const all = LINUX_MODULES.map((module) => module.name);

test('every metric of the dashboard is there, but for those with a reason', async () => {
  const body = await fixtureHost(DASHBOARD_HOST).body(...all);
  const provided = metricsOf(readExposition(Buffer.from(body)));
  const missing = DASHBOARD_METRICS.filter((metric) => !provided.has(metric));
  const excused = DASHBOARD_METRICS.filter((metric) => NOT_COLLECTED.some((entry) => entry.metric.test(metric)));
  expect(missing).toEqual(excused);
  expect(new Set(DASHBOARD_METRICS).size).toBe(DASHBOARD_METRICS.length);
  const coverage = `${DASHBOARD_METRICS.length - missing.length} of the ${DASHBOARD_METRICS.length} metrics`;
  expect(/\d+ of the \d+ metrics/.exec(page)?.[0]).toBe(coverage);
});

test('metrics that the dashboard reads come from collectors that run unless switched off, but for two', async () => {
  const standard = LINUX_MODULES.filter((module) => module.offByDefault !== true).map((module) => module.name);
  const body = await fixtureHost(DASHBOARD_HOST).body(...standard);
  const provided = metricsOf(readExposition(Buffer.from(body)));
  const missing = DASHBOARD_METRICS.filter(
    (metric) => !provided.has(metric) && !NOT_COLLECTED.some((entry) => entry.metric.test(metric)),
  );
  expect(missing).toEqual(['node_interrupts_total', 'node_tcp_connection_states']);
});

test('the documentation describes every collector, and which are off by default', () => {
  const section = /## Collectors\n(.*?)\n## /s.exec(page)?.[1] ?? '';
  const rows = [...section.matchAll(/^\| `(\w+)`( \(off\))? \|/gm)].map(([, name, off]) => `${name}${off ?? ''}`);
  expect(rows).toEqual(LINUX_MODULES.map((module) => `${module.name}${module.offByDefault === true ? ' (off)' : ''}`));
});
