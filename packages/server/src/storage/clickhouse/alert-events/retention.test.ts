import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openChdb } from '../chdb-database.ts';
import type { Database } from '../database.ts';
import { migrate } from '../migrations.ts';
import { ClickHouseAlertEventStore } from './alert-event-store.ts';

const DAY = 24 * 3_600_000;
let folder: string;
let database: Database;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-events-'));
  database = await openChdb({ dataDir: folder, maxMemoryBytes: 2e9 });
  await migrate(database);
});

afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

/** Opens with a retention and merges, which is when what is too old goes. */
async function eventsAfterMerge(retentionMs: number): Promise<readonly string[]> {
  const store = await ClickHouseAlertEventStore.open(database, { retentionMs, now: Date.now });
  await database.execute('OPTIMIZE TABLE alert_events FINAL', { lane: 'background' });
  const events = await store.find({ startMs: 0, endMs: Date.now(), limit: 10 });
  return events.map(({ detail }) => detail);
}

test('events are kept as long as they are asked to be: for ever, then 30 days, then for ever again', async () => {
  const store = await ClickHouseAlertEventStore.open(database, { retentionMs: 0, now: Date.now });
  const fields = {
    kind: 'sent',
    fingerprint: 'a',
    groupKey: '',
    receiver: '',
    integration: '',
    actor: '',
    labels: undefined,
  };
  await store.append([40, 20].map((days) => ({ ...fields, timeMs: Date.now() - days * DAY, detail: `${days} days` })));
  expect(await eventsAfterMerge(0)).toEqual(['40 days', '20 days']);
  expect(await eventsAfterMerge(30 * DAY)).toEqual(['20 days']);
  await ClickHouseAlertEventStore.open(database, { retentionMs: 0, now: Date.now });
  await store.append([{ ...fields, timeMs: Date.now() - 50 * DAY, detail: '50 days' }]);
  expect(await eventsAfterMerge(0)).toEqual(['50 days', '20 days']);
});
