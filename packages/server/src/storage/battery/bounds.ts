/** Limits: absurd times, retention, labels, series, the queue, and what one query may read. */
import { Labels, Matcher } from '@sightline/model';
import { SourceLimitError } from '@sightline/promql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OverloadedError } from '../errors.ts';
import type { Storage } from '../metric-store.ts';
import {
  type BatteryBackend,
  type BatteryDatabase,
  handleOf,
  LIMITS,
  named,
  NOW,
  pointsOf,
  type Point,
  selectAll,
  writePoints,
} from './fixtures.ts';

const DAY = 86_400_000;

export function boundsBattery(backend: BatteryBackend): void {
  describe(`${backend.name}: bounds`, () => {
    let database: BatteryDatabase;
    let storage: Storage;

    beforeAll(async () => {
      database = await backend.create();
      storage = await database.open({ now: () => NOW });
    });

    afterAll(async () => {
      await storage.close();
      await database.destroy();
    });

    test('with retention 0 any time since 1970 is stored, also more days than fit in one insert', async () => {
      const points = Array.from({ length: 250 }, (_, i): Point => [i * DAY * 50, i]);
      expect(await writePoints(storage, { __name__: 'ancient' }, points)).toEqual({ accepted: 250, rejected: {} });
      const block = await selectAll(storage, [named('ancient')], -1, NOW);
      expect(pointsOf(block)['ancient']).toEqual(points);
    });

    test('absurd times are refused one by one and make no partition', async () => {
      const before = (await storage.metrics.stats()).tables;
      const points = [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, NOW + 3_600_001, 1e15, 8e15].map(
        (time): Point => [time, 1],
      );
      const result = await writePoints(storage, { __name__: 'absurd' }, points);
      expect(result.accepted).toBe(0);
      expect(result.rejected).toEqual({ invalid_timestamp: 4, too_far_in_future: 3 });
      expect((await storage.metrics.stats()).tables).toEqual(before);
      expect((await selectAll(storage, [named('absurd')], -1, 4e12)).series).toEqual([]);
    });

    test('labels beyond their limits are refused', () => {
      const { writer } = storage.metrics;
      const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`l${i}`, 'x']));
      expect(writer.series(Labels.fromObject(many))).toBe('label_limit');
      expect(writer.series(Labels.fromObject({ __name__: 'a', b: 'x'.repeat(10_000) }))).toBe('label_limit');
      expect(writer.series(Labels.fromObject({ __name__: 'a', ['b'.repeat(2_000)]: 'x' }))).toBe('label_limit');
    });

    test('a query that would read too much is refused with its limit', async () => {
      for (const i of ['1', '2', '3']) {
        await writePoints(
          storage,
          { __name__: 'big', i },
          Array.from({ length: 100 }, (_, k): Point => [NOW - k, k]),
        );
      }
      const read = (limits: Partial<typeof LIMITS>) =>
        selectAll(storage, [named('big')], NOW - 1_000, NOW, { ...LIMITS, ...limits });
      await expect(read({ maxSamples: 299 })).rejects.toThrow(SourceLimitError);
      await expect(read({ maxSeries: 2 })).rejects.toThrow(/more than 2 series/);
      expect((await read({ maxSamples: 300, maxSeries: 3 })).size).toBe(300);
    });

    test('a full queue refuses at once with 503 and a time to come back, and loses nothing', async () => {
      await storage.close();
      storage = await database.open({ now: () => NOW, limits: { queuedSamples: 1_000 } });
      const { writer } = storage.metrics;
      const handle = handleOf(storage, { __name__: 'flood' });
      const batchOf = (from: number) => {
        const batch = writer.createBatch();
        for (let i = 0; i < 600; i++) batch.add(handle, NOW - 100_000 + from + i, i);
        return batch;
      };
      const first = writer.write(batchOf(0), { urgent: true });
      const refused = writer.write(batchOf(1_000), { urgent: true });
      await expect(refused).rejects.toMatchObject({ info: { status: 503, retryAfterSeconds: 5 } });
      await expect(refused).rejects.toThrow(OverloadedError);
      expect((await first).accepted).toBe(600);
      expect((await writer.write(batchOf(1_000), { urgent: true })).accepted).toBe(600);
      expect((await selectAll(storage, [named('flood')], NOW - 200_000, NOW)).size).toBe(1_200);
    });

    test('series beyond the limit are refused, known ones go on', async () => {
      await storage.close();
      storage = await database.open({ now: () => NOW, limits: { seriesLimit: 1_000 } });
      const { writer } = storage.metrics;
      const known = handleOf(storage, { __name__: 'known' });
      let refused = 0;
      for (let i = 0; i < 1_100; i++) {
        const series = writer.series(Labels.fromObject({ __name__: 'churn', i: String(i) }));
        if (series === 'series_limit') refused++;
        else expect(typeof series).toBe('object');
      }
      expect(refused).toBeGreaterThanOrEqual(100);
      const batch = writer.createBatch();
      batch.add(known, NOW, 1);
      expect((await writer.write(batch, { urgent: true })).accepted).toBe(1);
      expect(pointsOf(await selectAll(storage, [named('known')], NOW - 1, NOW))).toEqual({ known: [[NOW, 1]] });
    });

    test('regular expressions run in linear time', async () => {
      const evil = new Matcher('i', '=~', '(a*)*(b|a)*c');
      expect((await selectAll(storage, [named('big'), evil], 0, NOW)).series).toEqual([]);
    });
  });
}
