/**
 * `npm run bench`: measures Sightline against the Prometheus and VictoriaMetrics of this machine in one run and writes
 * bench/RESULTS.md. `npm run bench -- --help` lists the options.
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
  --only ingest,queries,disk,alerting   parts to run
`;

requireNode();
const { values } = parseArgs({ options: OPTIONS });
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
try {
  await ensureInstalled('all');
  await ensureBuilt();
  const { measureIngest } = await import('../bench/ingest.mjs');
  const { measureQueries } = await import('../bench/queries/run.mjs');
  const { measureHistory } = await import('../bench/history.mjs');
  const { measureNotifications } = await import('../bench/alerting/notifications.mjs');
  const { measureRules } = await import('../bench/alerting/rules.mjs');
  const { writeReport } = await import('../bench/report.mjs');
  const parts = values.only.split(',');
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
  writeReport({ settings: values, ingest, queries, history, alerting });
} catch (error) {
  rmSync(folder, { recursive: true, force: true });
  fail(error);
}
rmSync(folder, { recursive: true, force: true });
