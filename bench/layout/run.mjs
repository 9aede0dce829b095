/**
 * Measures the choices behind docs/adr/002-metrics-layout.md on this machine: rows or arrays, how values are written, order, granules.
 * Prints a table. `node bench/layout/run.mjs [series] [ingestSeries] [name]`, one to two minutes on two idle cores.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session, drainPending } from 'chdb';

const HOUR = 3_600_000;
const STEP = 15_000;
const PER_HOUR = HOUR / STEP;
const HOURS = 24;
const DAY_START = Date.UTC(2026, 0, 5);
const INGEST_ROUNDS = 60;
const METRICS = 20;

const seriesCount = Number(process.argv[2] ?? 1_000);
const ingestSeries = Number(process.argv[3] ?? 6_700);
const only = process.argv[4];

const folded = (type, codec) => `SimpleAggregateFunction(groupArrayArray, Array(${type})) CODEC(${codec})`;
const TIMES = folded('UInt32', 'Delta(4), ZSTD(1)');
const FLOATS = folded('Float64', 'Gorilla(8), ZSTD(1)');
const INTS = 'Delta(8), T64, ZSTD(1)';
const KEY = 'metric UInt32 CODEC(ZSTD(1)), id UInt64 CODEC(ZSTD(1)), hour UInt32 CODEC(Delta(4), ZSTD(1))';
const DAY = "PARTITION BY toDate(toDateTime(hour, 'UTC'))";

/** `write(head, times, values, isInt)` gives the columns after metric, id and hour. */
const LAYOUTS = {
  'rows Float64': {
    columns: "t DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)), v Float64 CODEC(Gorilla(8), ZSTD(1))",
    engine: 'MergeTree',
    read: 'id, t, v',
    isRows: true,
  },
  'arrays Float64': {
    columns: `t ${TIMES}, v ${FLOATS}`,
    engine: 'AggregatingMergeTree',
    read: 'id, hour, t, v',
    write: (times, values) => `[${times}]\t[${values}]`,
  },
  'arrays Int64 beside Float64': {
    columns: `ti ${TIMES}, vi ${folded('Int64', INTS)}, tf ${TIMES}, vf ${FLOATS}, st ${folded('UInt32', 'ZSTD(1)')}`,
    engine: 'AggregatingMergeTree',
    read: 'id, hour, ti, vi, tf, vf, st',
    write: (times, values, isInt) => {
      const pair = `[${times}]\t[${values}]`;
      return isInt ? `${pair}\t[]\t[]\t[]` : `[]\t[]\t${pair}\t[]`;
    },
  },
  'arrays of decimals': decimals(INTS),
  'arrays of decimals, no T64': decimals('Delta(8), ZSTD(1)'),
  'arrays of decimals, DoubleDelta': decimals('DoubleDelta, ZSTD(1)'),
};

/** What was chosen: one stream of integers, value times a power of ten, the power in the low bits of the time. */
function decimals(codec) {
  return {
    columns: `t ${TIMES}, v ${folded('Int64', codec)}`,
    engine: 'AggregatingMergeTree',
    read: 'id, hour, t, v',
    write: (times, values, isInt) => {
      const [kind, scale] = isInt ? [0, 1] : [3, 1_000];
      return `[${times.map((time) => time * 16 + kind)}]\t[${values.map((value) => Math.round(value * scale))}]`;
    },
  };
}

const BY_ID = 'metric, id, hour';
const BY_HOUR = 'metric, hour, id';
const VARIANTS = [
  ['rows Float64', 'metric, id, t', 8_192, 10_485_760],
  ['arrays Float64', BY_ID, 256, 10_485_760],
  ['arrays Int64 beside Float64', BY_ID, 256, 10_485_760],
  ['arrays of decimals', BY_ID, 256, 10_485_760],
  ['arrays of decimals', BY_ID, 4_096, 262_144],
  ['arrays of decimals', BY_HOUR, 4_096, 262_144],
  ['arrays of decimals', BY_HOUR, 4_096, 32_768],
  ['arrays of decimals, no T64', BY_HOUR, 4_096, 262_144],
  ['arrays of decimals, DoubleDelta', BY_HOUR, 4_096, 262_144],
].filter(([name]) => only === undefined || name.startsWith(only));

let state = 1;
/** xorshift: the same data on every run. */
function random() {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) / 4294967296;
}

const idOf = (series) => 1 + ((series * 2654435761) % 4294967296) * 2097152;
const metricOf = (series) => ((series % METRICS) * 2246822519) % 4294967296;

/** Even series are integer counters of uneven growth, odd ones gauges with three decimals. */
function makeWalk(series) {
  const isInt = series % 2 === 0;
  const value = isInt ? Math.floor(random() * 1e6) : Math.round(random() * 1e5) / 1_000;
  return { isInt, value, offset: Math.floor(random() * STEP) };
}

function nextValue(walk) {
  if (walk.isInt) walk.value += Math.floor(random() * 40);
  else walk.value = Math.round((walk.value + random() - 0.5) * 1_000) / 1_000;
  return walk.value;
}

function line(layout, series, walk, hour, times, values) {
  const key = `${metricOf(series)}\t${idOf(series)}\t${hour / 1_000}\t`;
  if (layout.isRows !== true) return `${key}${layout.write(times, values, walk.isInt)}\n`;
  return times.map((time, i) => `${key}${((hour + time) / 1_000).toFixed(3)}\t${values[i]}\n`).join('');
}

const cpuMs = (before) => {
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1_000;
};

async function numbers(session, sql) {
  const text = (await session.queryAsync(sql, { format: 'TSV' })).text();
  return text
    .trim()
    .split('\n')
    .map((row) => row.split('\t'));
}

async function settle(session) {
  for (let quiet = 0; quiet < 3; ) {
    const [[merges]] = await numbers(session, 'SELECT count() FROM system.merges');
    quiet = merges === '0' ? quiet + 1 : 0;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** CPU of inserts as scrapes cause them, one sample of each series, with the merges that follow. */
async function ingest(session, layout) {
  const walks = Array.from({ length: ingestSeries }, (_, i) => makeWalk(i));
  const bodies = Array.from({ length: INGEST_ROUNDS }, (_, round) => {
    const rows = walks.map((walk, i) =>
      line(layout, i, walk, DAY_START, [round * STEP + walk.offset], [nextValue(walk)]),
    );
    return Buffer.from(rows.join(''));
  });
  const before = process.cpuUsage();
  for (const body of bodies) await session.insert({ table: 'T', values: body, format: 'TSV' });
  await settle(session);
  return (cpuMs(before) * 1_000) / (INGEST_ROUNDS * ingestSeries);
}

async function load(session, layout) {
  const walks = Array.from({ length: seriesCount }, (_, i) => makeWalk(i));
  const offsets = Array.from({ length: PER_HOUR }, (_, i) => i * STEP);
  for (let hour = 0; hour < HOURS; hour++) {
    const rows = walks.map((walk, i) => {
      const times = offsets.map((offset) => offset + walk.offset);
      return line(
        layout,
        i,
        walk,
        DAY_START + hour * HOUR,
        times,
        times.map(() => nextValue(walk)),
      );
    });
    await session.insert({ table: 'T', values: Buffer.from(rows.join('')), format: 'TSV' });
  }
  await session.queryAsync('OPTIMIZE TABLE T FINAL');
}

/** Median of wall time and of CPU, in ms. */
async function timeQuery(session, sql) {
  const took = [];
  for (let i = 0; i < 5; i++) {
    const before = process.cpuUsage();
    const start = performance.now();
    await session.queryAsync(sql, { format: 'Native' });
    took.push([performance.now() - start, cpuMs(before)]);
  }
  const median = (at) => took.map((pair) => pair[at]).sort((a, b) => a - b)[2];
  return `${median(0).toFixed(0)} / ${median(1).toFixed(0)}`;
}

const table = [];
for (const [name, order, granularity, granuleBytes] of VARIANTS) {
  state = 88172645;
  const layout = LAYOUTS[name];
  const directory = mkdtempSync(join(tmpdir(), 'sightline-layout-'));
  const session = new Session(directory);
  await session.queryAsync(
    `CREATE TABLE T (${KEY}, ${layout.columns}) ENGINE = ${layout.engine} ${DAY} ORDER BY (${order}) ` +
      `SETTINGS index_granularity = ${granularity}, index_granularity_bytes = ${granuleBytes}`,
  );
  const cpuMicros = await ingest(session, layout);
  await session.queryAsync('TRUNCATE TABLE T');
  await load(session, layout);
  const [[bytes, marks]] = await numbers(
    session,
    "SELECT sum(bytes_on_disk), sum(marks) FROM system.parts WHERE active AND table = 'T'",
  );
  const metrics = [...new Set(Array.from({ length: METRICS }, (_, i) => metricOf(i)))];
  const lastHour = (DAY_START + (HOURS - 1) * HOUR) / 1_000;
  table.push({
    layout: name,
    order,
    granule: granuleBytes < 1e6 ? `${granuleBytes / 1024} KiB` : `${granularity} rows`,
    'bytes/sample': (Number(bytes) / (seriesCount * HOURS * PER_HOUR)).toFixed(2),
    'us CPU/sample': cpuMicros.toFixed(2),
    '1 series 24 h': await timeQuery(
      session,
      `SELECT ${layout.read} FROM T WHERE metric = ${metricOf(5)} AND id = ${idOf(5)}`,
    ),
    'all 24 h': await timeQuery(session, `SELECT ${layout.read} FROM T WHERE metric IN (${metrics})`),
    'all, last hour': await timeQuery(
      session,
      `SELECT ${layout.read} FROM T WHERE metric IN (${metrics}) AND hour = ${lastHour}`,
    ),
    marks,
  });
  console.error(JSON.stringify(table.at(-1)));
  session.close();
  await drainPending();
  rmSync(directory, { recursive: true, force: true });
}
console.log('reads: wall / CPU, ms');
console.table(table);
