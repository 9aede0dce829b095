/** Every statement about metrics. Snapshots pin them; nothing else builds SQL. */
import type { Matcher } from '@sightline/model';
import { METRIC_NAME } from '@sightline/model';
import { quoteSql } from '../sql-text.ts';
import { DAY_MS, HOUR_MS, KIND_BITS } from './sample-code.ts';

export interface SampleSelection {
  readonly metrics: readonly number[];
  /** Undefined: every series of the metrics. */
  readonly ids: readonly number[] | undefined;
  /** Since 1970. */
  readonly firstHour: number;
  /** Included; undefined for everything from the first on. */
  readonly lastHour: number | undefined;
  /** In ms within the first hour, left-open; -1 for all of it. */
  readonly fromMs: number;
  /** In ms within the last hour, right-closed; HOUR_MS for all of it. */
  readonly toMs: number;
}

/** The number of the first block a part holds: parts, and rows within a part, are in the order of insertion. */
const INSERT_ORDER = "CAST(toUInt32(extract(_part, '_([0-9]+)_')), 'UInt32')";

/** Columns: id, hour in seconds, order of insertion, t, v. */
export function samplesSql(selection: SampleSelection): string {
  const { metrics, ids, firstHour, lastHour } = selection;
  const where = [`metric IN (${metrics.join(',')})`, `hour >= toDateTime(${firstHour * 3_600}, 'UTC')`];
  if (lastHour !== undefined) where.push(`hour <= toDateTime(${lastHour * 3_600}, 'UTC')`);
  if (ids !== undefined) where.push(idsSql(ids));
  return `SELECT id, toUInt32(hour), ${INSERT_ORDER}, ${columns(selection)} FROM metric_samples WHERE ${where.join(' AND ')}`;
}

/** Codes rise with time, so a window is a range of codes in its first and in its last hour. */
function columns({ firstHour, lastHour, fromMs, toMs }: SampleSelection): string {
  const scale = 1 << KIND_BITS;
  const keep: string[] = [];
  const within = (hour: number, test: string) =>
    firstHour === lastHour ? test : `(toUInt32(hour) != ${hour * 3_600} OR ${test})`;
  if (fromMs >= 0) keep.push(within(firstHour, `x >= ${(fromMs + 1) * scale}`));
  if (lastHour !== undefined && toMs < HOUR_MS - 1) keep.push(within(lastHour, `x < ${(toMs + 1) * scale}`));
  if (keep.length === 0) return 't, v';
  const test = keep.join(' AND ');
  return `arrayFilter(x -> ${test}, t) AS ct, arrayFilter((y, x) -> ${test}, v, t) AS cv`;
}

/** Long lists of numbers are read as one string: the analyzer takes 7 us for each element of a literal list. */
const LONG_LIST = 100;

function idsSql(ids: readonly number[]): string {
  if (ids.length < LONG_LIST) return `id IN (${ids.join(',')})`;
  return `id IN (SELECT arrayJoin(CAST('[${ids.join(',')}]', 'Array(UInt64)')))`;
}

/** Columns: metric, id, days since 1970 (array), name, label names, label values. */
export function loadSeriesSql(firstDay: number, limit: number): string {
  return (
    "SELECT metric, id, groupUniqArray(toUInt16(day)), CAST(any(name), 'String'), " +
    "CAST(any(mapKeys(labels)), 'Array(String)'), any(mapValues(labels)) " +
    `FROM series WHERE day >= ${dayLiteral(firstDay)} GROUP BY metric, id LIMIT ${limit}`
  );
}

/** Columns: number of rows, which is at least the number of series. */
export function countSeriesRowsSql(firstDay: number): string {
  return `SELECT toUInt64(count()) FROM series WHERE day >= ${dayLiteral(firstDay)}`;
}

/** Columns: day, number of series whose last sample is of that day. Newest first. */
export function countSeriesByLastDaySql(firstDay: number): string {
  return (
    'SELECT toUInt16(last), toUInt64(count()) FROM ' +
    `(SELECT max(day) AS last FROM series WHERE day >= ${dayLiteral(firstDay)} GROUP BY metric, id) ` +
    'GROUP BY last ORDER BY last DESC'
  );
}

/** The columns of loadSeriesSql for the series that match on one of the days. */
export function matchSeriesSql(matchers: readonly Matcher[], firstDay: number, lastDay: number, limit: number): string {
  const where = [`day >= ${dayLiteral(firstDay)}`, `day <= ${dayLiteral(lastDay)}`, ...matchers.map(matcherSql)];
  return (
    "SELECT metric, id, groupUniqArray(toUInt16(day)), CAST(any(name), 'String'), " +
    "CAST(any(mapKeys(labels)), 'Array(String)'), any(mapValues(labels)) " +
    `FROM series WHERE ${where.join(' AND ')} GROUP BY metric, id LIMIT ${limit}`
  );
}

/** Columns: id, time in ms, value, label names, label values. */
export function exemplarsSql(ids: readonly number[], startMs: number, endMs: number, limit: number): string {
  return (
    "SELECT id, toUnixTimestamp64Milli(time), value, CAST(mapKeys(labels), 'Array(String)'), mapValues(labels) " +
    `FROM exemplars FINAL WHERE ${idsSql(ids)} AND time >= fromUnixTimestamp64Milli(${Math.floor(startMs)}, 'UTC') ` +
    `AND time <= fromUnixTimestamp64Milli(${Math.ceil(endMs)}, 'UTC') ORDER BY id, time LIMIT ${limit}`
  );
}

/** Columns: name, type, help, unit. */
export const METADATA_SQL = "SELECT name, CAST(type, 'String'), help, unit FROM metric_metadata FINAL";

/** Columns: table, rows, bytes, parts. */
export const TABLES_SQL =
  'SELECT table, toUInt64(sum(rows)), toUInt64(sum(bytes_on_disk)), toUInt64(count()) FROM system.parts ' +
  'WHERE active AND database = currentDatabase() GROUP BY table ORDER BY table';

/** Columns: number of samples, newest hour in seconds. Reads array sizes only. */
export const SAMPLE_COUNT_SQL =
  'SELECT toUInt64(sum(length(t))), toUInt32(min(hour)), toUInt32(max(hour)) FROM metric_samples';

/** Columns: table, partition id. */
export function partitionsBeforeSql(day: number): string {
  const before = dayText(day).replaceAll('-', '');
  return (
    'SELECT DISTINCT table, partition_id FROM system.parts WHERE active AND database = currentDatabase() ' +
    `AND table IN ('metric_samples', 'series', 'exemplars') AND partition_id < ${quoteSql(before)} ORDER BY table, partition_id`
  );
}

export function dropPartitionSql(table: string, partitionId: string): string {
  return `ALTER TABLE ${table} DROP PARTITION ID ${quoteSql(partitionId)}`;
}

/** As Prometheus means it: absent labels are '', patterns match the whole value and `.` any character. */
function matcherSql(matcher: Matcher): string {
  const subject = matcher.name === METRIC_NAME ? 'name' : `labels[${quoteSql(matcher.name)}]`;
  const pattern = () => quoteSql(`^(?s:${matcher.value})$`);
  switch (matcher.op) {
    case '=':
      return `${subject} = ${quoteSql(matcher.value)}`;
    case '!=':
      return `${subject} != ${quoteSql(matcher.value)}`;
    case '=~':
      return `match(${subject}, ${pattern()})`;
    case '!~':
      return `NOT match(${subject}, ${pattern()})`;
  }
}

function dayLiteral(day: number): string {
  return `toDate('${dayText(day)}')`;
}

/** Days since 1970 as YYYY-MM-DD, within what Date holds. */
function dayText(day: number): string {
  return new Date(Math.min(Math.max(day, 0), 65_535) * DAY_MS).toISOString().slice(0, 10);
}
