import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Labels } from '@sightline/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NO_SIGNAL, NOW } from '../battery/fixtures.ts';
import { openChdb } from './chdb-database.ts';
import type { Database } from './database.ts';
import { Pace } from './metrics/pace.ts';
import { samplesSql } from './metrics/queries.ts';
import { RowDecoder } from './metrics/row-decoder.ts';
import { SampleRows } from './metrics/sample-rows.ts';
import { SeriesEntry } from './metrics/series-entry.ts';
import { migrate } from './migrations.ts';
import { readNative, toNumbers } from './native.ts';

/** What the design leans on without saying so in SQL: merges and reads keep the order in which samples were stored. */
describe('merges', () => {
  let dataDir: string;
  let database: Database;
  const entry = new SeriesEntry(Labels.fromObject({ __name__: 'm' }), 42, 7);
  const hour = Math.floor(NOW / 3_600_000) * 3_600;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'sightline-merges-'));
    database = await openChdb({ dataDir, maxMemoryBytes: 2e9 });
    await migrate(database);
  });

  afterAll(async () => {
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const read = async () => {
    const hourNumber = hour / 3_600;
    const sql = samplesSql({
      metrics: [7],
      ids: [42],
      firstHour: hourNumber - 24,
      fromMs: -1,
      lastHour: hourNumber + 24,
      toMs: 3_600_000,
    });
    const decoder = new RowDecoder([entry]);
    await decoder.add(await database.query(sql, { lane: 'interactive' }), new Pace(NO_SIGNAL));
    const [chunk] = decoder.take(0);
    return Array.from(chunk?.values.subarray(chunk.offset, chunk.offset + chunk.length) ?? []);
  };

  test('the value stored first wins before, between and after merges', async () => {
    const lane = 'background';
    for (let i = 0; i < 60; i++) {
      // Every insert holds a new time and claims all earlier ones again.
      const codes = Array.from({ length: i + 1 }, (_, k) => k * 1_000 * 16);
      const values = codes.map((_, k) => (k === i ? k : 1_000_000 + i));
      const row = `7\t${hour}\t42\t[${codes}]\t[${values}]\n`;
      await database.insert('metric_samples', ['metric', 'hour', 'id', 't', 'v'], Buffer.from(row));
      if (i % 20 === 19) {
        expect(await read()).toEqual(Array.from({ length: i + 1 }, (_, k) => k));
      }
    }
    await database.execute('OPTIMIZE TABLE metric_samples FINAL', { lane });
    expect(await read()).toEqual(Array.from({ length: 60 }, (_, k) => k));
    const [rows] = [...readNative(await database.query('SELECT count() FROM metric_samples', { lane }))];
    const [count] = rows?.columns ?? [];
    expect(count?.kind === 'u64' ? toNumbers(count.words)[0] : undefined).toBe(1);
  });

  test('rows of one key in one insert stay in their order, unmerged and merged', async () => {
    await database.execute('TRUNCATE TABLE metric_samples', { lane: 'background' });
    const other = new SeriesEntry(Labels.fromObject({ __name__: 'm' }), 41, 7);
    const hourNumber = hour / 3_600;
    const count = 5_000;
    const rows = new SampleRows();
    // Another series between makes a row of each sample; the table's order is not that of the insert.
    for (let i = 0; i < count; i++) {
      rows.add(entry, hourNumber, i % 100, i, false);
      rows.add(other, hourNumber, i, i, false);
    }
    expect(rows.rows).toBe(2 * count);
    await database.insertColumns('metric_samples', rows.rows, rows.columns);
    const expected = Array.from({ length: 100 }, (_, i) => i);
    expect(await read()).toEqual(expected);
    await database.execute('OPTIMIZE TABLE metric_samples FINAL', { lane: 'background' });
    expect(await read()).toEqual(expected);
  });
});
