/** Every statement about operational state. */
import { quoteSql } from '../sql-text.ts';

/** Columns: version. */
export const LAST_VERSION_SQL = 'SELECT max(version) FROM state';

/** Columns: key, time in ms, actor, payload; the newest record of every key, oldest first. */
export function loadStateSql(kind: string): string {
  const newest =
    'SELECT key, max(version) AS newest, argMax((toUnixTimestamp64Milli(time), actor, payload), version) AS record ' +
    `FROM state WHERE kind = ${quoteSql(kind)} GROUP BY key`;
  return `SELECT key, record.1, record.2, record.3 FROM (${newest}) ORDER BY newest`;
}

/** Columns: key, time in ms, actor, payload; oldest first. */
export function stateHistorySql(kind: string, key: string): string {
  return (
    'SELECT key, toUnixTimestamp64Milli(time), actor, payload FROM state ' +
    `WHERE kind = ${quoteSql(kind)} AND key = ${quoteSql(key)} ORDER BY version`
  );
}

export function removeStateSql(kind: string, keys: readonly string[]): string {
  return `DELETE FROM state WHERE kind = ${quoteSql(kind)} AND key IN (${keys.map(quoteSql).join(',')})`;
}
