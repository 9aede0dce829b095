/** Every statement about alert events. */
import type { AlertEventQuery } from '../../alert-event-store.ts';
import { quoteSql } from '../sql-text.ts';

/** Columns: sequence. */
export const LAST_SEQUENCE_SQL = 'SELECT max(sequence) FROM alert_events';

/** Columns: the engine with its settings, the retention among them. */
export const ENGINE_SQL =
  "SELECT engine_full FROM system.tables WHERE database = currentDatabase() AND name = 'alert_events'";

const TTL = 'toDateTime(time) + toIntervalSecond';

/** What ENGINE_SQL shows of a retention; 0 keeps for ever. */
export function hasRetention(engine: string, retentionMs: number): boolean {
  return retentionMs === 0 ? !/\bTTL\b/.test(engine) : engine.includes(`TTL ${TTL}(${seconds(retentionMs)})`);
}

/** What is stored is not rewritten: whole parts are dropped as they grow old. */
export function setRetentionSql(retentionMs: number): string {
  return retentionMs === 0
    ? 'ALTER TABLE alert_events REMOVE TTL'
    : `ALTER TABLE alert_events MODIFY TTL ${TTL}(${seconds(retentionMs)}) SETTINGS materialize_ttl_after_modify = 0`;
}

/** Columns: time in ms, kind, fingerprint, group key, receiver, integration, actor, detail, labels; newest first. */
export function findEventsSql({ fingerprint, kinds, startMs, endMs, limit }: AlertEventQuery): string {
  const conditions = [
    ...(fingerprint === undefined ? [] : [`fingerprint = ${quoteSql(fingerprint)}`]),
    `time >= fromUnixTimestamp64Milli(${integer(startMs)}, 'UTC')`,
    `time <= fromUnixTimestamp64Milli(${integer(endMs)}, 'UTC')`,
    ...(kinds === undefined ? [] : [`kind IN (${kinds.map(quoteSql).join(',')})`]),
  ];
  return (
    "SELECT toUnixTimestamp64Milli(time), CAST(kind, 'String'), fingerprint, CAST(group_key, 'String'), " +
    "CAST(receiver, 'String'), CAST(integration, 'String'), actor, detail, labels FROM alert_events " +
    `WHERE ${conditions.join(' AND ')} ORDER BY time DESC, sequence DESC LIMIT ${limit}`
  );
}

function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1e3));
}

/** As DateTime64(3) can hold it. */
function integer(ms: number): number {
  return Math.round(Math.min(Math.max(ms, 0), 253_402_300_799_000));
}
