import { expect, test } from 'vitest';
import { ENGINE_SQL, findEventsSql, hasRetention, LAST_SEQUENCE_SQL, setRetentionSql } from './queries.ts';

test('statements about alert events', async () => {
  const statements = [
    LAST_SEQUENCE_SQL,
    ENGINE_SQL,
    findEventsSql({ startMs: 0, endMs: 1_000.4, limit: 10 }),
    findEventsSql({ fingerprint: "it's", kinds: ['sent', 'failed'], startMs: -1, endMs: Infinity, limit: 1 }),
    setRetentionSql(0),
    setRetentionSql(86_400_000),
  ];
  await expect(`${statements.join('\n')}\n`).toMatchFileSnapshot('./queries.snap.sql');
});

test('a retention is recognized in the definition of the table', () => {
  const engine =
    'MergeTree PARTITION BY toMonday(time) ORDER BY x TTL toDateTime(time) + toIntervalSecond(86400) SETTINGS y';
  expect(hasRetention(engine, 86_400_000)).toBe(true);
  expect(hasRetention(engine, 8_640_000)).toBe(false);
  expect(hasRetention(engine, 0)).toBe(false);
  expect(hasRetention('MergeTree ORDER BY x', 0)).toBe(true);
});
