/** Turns measurements into bench/RESULTS.md: absolute numbers of this run, and ratios to Sightline's, which carry over. */
import { cpus, totalmem } from 'node:os';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

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

function historySection(history, settings) {
  const names = [...new Set(history.queries.map((row) => row.peer))];
  const find = (peer, query) => history.queries.find((row) => row.peer === peer && row.query === query);
  const queries = [...new Set(history.queries.map((row) => row.query))];
  const cells = (key) =>
    queries.map((query) => [
      query,
      ...names.map((name) => `${find(name, query)[key].toFixed(1)} ms`),
      ...names.slice(1).map((name) => ratio(find('Sightline', query)[key], find(name, query)[key])),
    ]);
  const head = ['query', ...names, ...names.slice(1).map((name) => `Sightline / ${name}`)];
  const disk = history.disk.map((row) => [
    row.kind,
    row.peer,
    row.bytesPerSample.toFixed(2),
    ratio(
      history.disk.find((own) => own.peer === 'Sightline' && own.kind === row.kind)?.bytesPerSample,
      row.bytesPerSample,
    ),
  ]);
  const memory = history.memory.map((row) => [row.peer, mebibytes(row.peak)]);
  return [
    '## History',
    `${settings['history-series']} series, ${settings['history-hours']} h, a sample every 15 s; latency over HTTP, whole answer read.`,
    '### First run of each query',
    table(head, cells('coldMs')),
    '### Median of the following runs',
    table(head, cells('warmMs')),
    '### Bytes on disk a sample',
    table(['values', 'program', 'bytes', 'Sightline / it'], disk),
    '### Peak memory after loading and these queries',
    table(['program', 'peak memory'], memory),
  ].join('\n\n');
}

export function writeReport({ settings, ingest, history }) {
  const machine = `${cpus().length} x ${cpus()[0]?.model.trim()}, ${mebibytes(totalmem())}, Node ${process.versions.node}`;
  const head = `# Results of \`npm run bench\`\n\nWritten by the command on ${new Date().toISOString().slice(0, 10)}. Machine: ${machine}. Absolute numbers are of this machine and moment; quote the ratios. Below 1 means that Sightline needs less.`;
  const previous = existsSync(FILE) ? readFileSync(FILE, 'utf8') : '';
  const parts = previous.split(/\n(?=## )/).map((part) => part.trim());
  const keep = (title) => parts.find((part) => part.startsWith(title));
  const sections = [
    ingest === undefined ? keep('## Scraping') : ingestSection(ingest, settings),
    history === undefined ? keep('## History') : historySection(history, settings),
  ].filter((section) => section !== undefined);
  const text = `${[head, ...sections].join('\n\n')}\n`;
  writeFileSync(FILE, text);
  console.log(text);
}
