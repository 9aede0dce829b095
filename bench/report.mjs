/** Turns measurements into bench/RESULTS.md: absolute numbers of this run, and ratios to Sightline's, which carry over. */
import { cpus, totalmem } from 'node:os';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { alertingSection } from './alerting/report.mjs';
import { sdkSection } from './sdk/report.mjs';

const FILE = new URL('./RESULTS.md', import.meta.url);

const mebibytes = (bytes) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** How Sightline compares: below 1 means Sightline needs less. */
function ratio(own, peer) {
  return own === undefined || peer === undefined || peer === 0 ? '' : (own / peer).toFixed(2);
}

function ingestSection(rows, settings) {
  const own = rows.find((row) => row.peer === 'Sightline');
  const body = rows.map((row) => [
    row.peer,
    `${row.cpuPercent.toFixed(1)} %`,
    row.cpuMicrosPerSample.toFixed(2),
    ratio(own.cpuMicrosPerSample, row.cpuMicrosPerSample),
    mebibytes(row.peak),
    ratio(own.peak, row.peak),
    `${row.scrapes} of ${row.expectedScrapes}`,
  ]);
  return [
    '## Scraping',
    `${Number(settings.targets) * Number(settings['series-per-target'])} series every ${settings.interval} s for ${settings.minutes} minutes, all programs at the same time on the same targets. Half integer counters, half noisy floats.`,
    table(
      ['program', 'CPU of a core', 'CPU µs a sample', 'Sightline / it', 'peak memory', 'Sightline / it', 'scrapes'],
      body,
    ),
  ].join('\n\n');
}

function querySection(rows, settings) {
  const peers = [...new Set(rows.map((row) => row.peer))];
  const names = [...new Set(rows.map((row) => row.name))];
  const find = (peer, name) => rows.find((row) => row.peer === peer && row.name === name);
  const compared = (key, format) =>
    names
      .filter((name) => peers.every((peer) => find(peer, name)?.[key] !== undefined))
      .map((name) => [
        name,
        ...peers.map((peer) => format(find(peer, name)[key])),
        ...peers.slice(1).map((peer) => ratio(find('Sightline', name)[key], find(peer, name)[key])),
      ]);
  const head = ['query', ...peers, ...peers.slice(1).map((peer) => `Sightline / ${peer}`)];
  const milliseconds = (ms) => `${ms.toFixed(1)} ms`;
  const lag = rows.find((row) => row.lagMs !== undefined)?.lagMs;
  return [
    '## Queries',
    `${settings.series} counters over ${settings.hours} h, a sample every 15 s; ${settings.buckets} bucket series over ${settings['bucket-hours']} h and a wide metric of ${settings.wide} series, a sample every minute. Latency over HTTP, whole answer read, one program at a time.`,
    '### Cold: samples that were not asked for before, in a program that has answered other queries (median of several starts)',
    table(head, compared('coldMs', milliseconds)),
    '### Again: another function or grouping of samples just read',
    table(head, compared('againMs', milliseconds)),
    '### Warm: the same query again, without a cache of results (refresh and panels: with)',
    table(head, compared('warmMs', milliseconds)),
    '### Peak memory of a program that answered the query a few times',
    table(head, compared('peak', mebibytes)),
    ...(lag === undefined
      ? []
      : [`Longest turn of Sightline's event loop during the 100 panels: ${milliseconds(lag)}.`]),
  ].join('\n\n');
}

function historySection(history, settings) {
  const own = (rows, kind) => rows.find((row) => row.peer === 'Sightline' && row.kind === kind);
  const disk = history.disk.map((row) => [
    row.kind,
    row.peer,
    row.bytesPerSample.toFixed(2),
    ratio(own(history.disk, row.kind)?.bytesPerSample, row.bytesPerSample),
  ]);
  const memory = history.memory.map((row) => [row.kind, row.peer, mebibytes(row.peak)]);
  return [
    '## Disk',
    `${settings.series} series, ${settings.hours} h, a sample every 15 s.`,
    table(['values', 'program', 'bytes a sample', 'Sightline / it'], disk),
    'Peak memory while loading (Prometheus did not load: its blocks were made by promtool):',
    table(['values', 'program', 'peak memory'], memory),
  ].join('\n\n');
}

export function writeReport({ settings, ingest, queries, history, alerting, sdk }) {
  const machine = `${cpus().length} x ${cpus()[0]?.model.trim()}, ${mebibytes(totalmem())}, Node ${process.versions.node}`;
  const head = `# Results of \`npm run bench\`\n\nWritten by the command on ${new Date().toISOString().slice(0, 10)}. Machine: ${machine}. Absolute numbers are of this machine and moment; quote the ratios. Below 1 means that Sightline needs less; the SDK's tables say it in words.`;
  const previous = existsSync(FILE) ? readFileSync(FILE, 'utf8') : '';
  const parts = previous.split(/\n(?=## )/).map((part) => part.trim());
  const keep = (title) => parts.find((part) => part.startsWith(title));
  const sections = [
    ingest === undefined ? keep('## Scraping') : ingestSection(ingest, settings),
    queries === undefined ? keep('## Queries') : querySection(queries, settings),
    history === undefined ? keep('## Disk') : historySection(history, settings),
    alerting === undefined ? keep('## Alerting') : alertingSection(alerting, settings),
    sdk === undefined ? keep('## SDK') : sdkSection(sdk, keep('## SDK')),
  ].filter((section) => section !== undefined);
  const text = `${[head, ...sections].join('\n\n')}\n`;
  writeFileSync(FILE, text);
  console.log(text);
}
