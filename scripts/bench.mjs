/**
 * `npm run bench`: measures Sightline against the Prometheus and VictoriaMetrics of this machine in one run, or with `--only sdk`
 * the SDK against other telemetry libraries, and writes bench/RESULTS.md. `npm run bench -- --help` lists the options.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt, ensureInstalled, fail, requireNode } from './prepare.mjs';

const OPTIONS = {
  help: { type: 'boolean', default: false },
  targets: { type: 'string', default: '100' },
  'series-per-target': { type: 'string', default: '1000' },
  interval: { type: 'string', default: '15' },
  minutes: { type: 'string', default: '10' },
  series: { type: 'string', default: '1000' },
  hours: { type: 'string', default: '25' },
  buckets: { type: 'string', default: '10000' },
  'bucket-hours': { type: 'string', default: '6' },
  wide: { type: 'string', default: '100000' },
  runs: { type: 'string', default: '5' },
  starts: { type: 'string', default: '3' },
  'rule-minutes': { type: 'string', default: '5' },
  alerts: { type: 'string', default: '10000' },
  'alert-groups': { type: 'string', default: '200' },
  rounds: { type: 'string', default: '8' },
  only: { type: 'string', default: 'ingest,queries,disk,alerting' },
  'sdk-node': { type: 'string', multiple: true, default: [] },
  'sdk-rounds': { type: 'string', default: process.env['BENCH_ROUNDS'] ?? '5' },
  'sdk-requests': { type: 'string', default: '10000' },
  'sdk-only': { type: 'string' },
  'sdk-print': { type: 'boolean', default: false },
};

const HELP = `npm run bench -- [options]

  --targets N             targets that are scraped (100)
  --series-per-target N   series of each target (1000)
  --interval SECONDS      scrape interval (15)
  --minutes N             how long scraping is measured (10)
  --series N              counters that are queried, a sample every 15 s (1000)
  --hours N               hours of those; queries look at the last N - 1 (25)
  --buckets N             bucket series of histograms, a sample every minute (10000)
  --bucket-hours N        hours of those (6)
  --wide N                series of one wide metric (100000)
  --starts N              starts of each program for a query's cold time (3)
  --runs N                runs of a query for its warm time (5)
  --rule-minutes N        how long rules are measured, and the same time without them (5)
  --alerts N              firing alerts (10000)
  --alert-groups N        groups of those (200)
  --rounds N              group intervals that are measured (8)
  --only ingest,queries,disk,alerting   parts to run; sdk runs only when it is named here

  The SDK against its peers, --only sdk: about 8 minutes a Node
  --sdk-node PATH         another Node binary to measure on, besides this one; may be repeated
  --sdk-rounds N          rounds of each comparison (5); load tests have three fifths of them
  --sdk-requests N        concurrent requests of each framework that are checked for their context (10000)
  --sdk-only L,M4,start   letters (L logs, M metrics, T traces, H requests, S size), ids, or parts of the names in
                          bench/sdk/cases; the other rows of bench/RESULTS.md stay as they are
  --sdk-print             prints the tables only and leaves bench/RESULTS.md alone
  PROMETHEUS_IO_CLIENT in the environment: a folder with @prometheus-io/client, where npm could not install it
`;

requireNode();
const { values } = parseArgs({ options: OPTIONS });
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
try {
  const parts = values.only.split(',');
  await ensureInstalled('all');
  await ensureBuilt(parts.every((part) => part === 'sdk') ? ['sdk'] : undefined);
  const { measureIngest } = await import('../bench/ingest.mjs');
  const { measureQueries } = await import('../bench/queries/run.mjs');
  const { measureHistory } = await import('../bench/history.mjs');
  const { measureNotifications } = await import('../bench/alerting/notifications.mjs');
  const { measureRules } = await import('../bench/alerting/rules.mjs');
  const { measureSdk } = await import('../bench/sdk/run.mjs');
  const { sdkSection } = await import('../bench/sdk/report.mjs');
  const { writeReport } = await import('../bench/report.mjs');
  const ingest = parts.includes('ingest')
    ? await measureIngest({
        targets: Number(values.targets),
        seriesPerTarget: Number(values['series-per-target']),
        intervalSeconds: Number(values.interval),
        minutes: Number(values.minutes),
        folder,
      })
    : undefined;
  const size = { series: Number(values.series), hours: Number(values.hours) };
  const queries = parts.includes('queries')
    ? await measureQueries({
        ...size,
        buckets: Number(values.buckets),
        bucketHours: Number(values['bucket-hours']),
        wide: Number(values.wide),
        runs: Number(values.runs),
        colds: Number(values.starts),
        folder,
      })
    : undefined;
  const history = parts.includes('disk') ? await measureHistory({ ...size, folder }) : undefined;
  const alerting = parts.includes('alerting')
    ? {
        rules: await measureRules({
          targets: Number(values.targets),
          seriesPerTarget: Number(values['series-per-target']),
          intervalSeconds: Number(values.interval),
          minutes: Number(values['rule-minutes']),
          folder,
        }),
        notifications: await measureNotifications({
          alerts: Number(values.alerts),
          groups: Number(values['alert-groups']),
          rounds: Number(values.rounds),
          folder,
        }),
      }
    : undefined;
  const sdk = parts.includes('sdk')
    ? await measureSdk({
        nodes: values['sdk-node'],
        rounds: Number(values['sdk-rounds']),
        requests: Number(values['sdk-requests']),
        only: values['sdk-only'],
      })
    : undefined;
  if (sdk !== undefined && values['sdk-print']) console.log(sdkSection(sdk));
  else writeReport({ settings: values, ingest, queries, history, alerting, sdk });
} catch (error) {
  rmSync(folder, { recursive: true, force: true });
  fail(error);
}
rmSync(folder, { recursive: true, force: true });
