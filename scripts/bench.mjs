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
  'history-series': { type: 'string', default: '1000' },
  'history-hours': { type: 'string', default: '24' },
  runs: { type: 'string', default: '6' },
  only: { type: 'string', default: 'ingest,history' },
};

const HELP = `npm run bench -- [options]

  --targets N             targets that are scraped (100)
  --series-per-target N   series of each target (1000)
  --interval SECONDS      scrape interval (15)
  --minutes N             how long scraping is measured (10)
  --history-series N      series of the history that is queried (1000)
  --history-hours N       hours of that history, a sample every 15 s (24)
  --runs N                runs of each query; the first is cold, the rest give the warm median (6)
  --only ingest,history   parts to run
`;

requireNode();
const { values } = parseArgs({ options: OPTIONS });
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
try {
  await ensureInstalled();
  await ensureBuilt();
  const { measureIngest } = await import('../bench/ingest.mjs');
  const { measureHistory } = await import('../bench/history.mjs');
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
  const history = parts.includes('history')
    ? await measureHistory({
        series: Number(values['history-series']),
        hours: Number(values['history-hours']),
        runs: Number(values.runs),
        folder,
      })
    : undefined;
  writeReport({ settings: values, ingest, history });
} catch (error) {
  rmSync(folder, { recursive: true, force: true });
  fail(error);
}
rmSync(folder, { recursive: true, force: true });
