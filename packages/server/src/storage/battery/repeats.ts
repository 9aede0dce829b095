/** Duplicates and samples out of order, as Prometheus's out-of-order ingestion answers them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Storage } from '../metric-store.ts';
import { type BatteryBackend, type BatteryDatabase, named, NOW, pointsOf, selectAll, writePoints } from './fixtures.ts';

export function repeatsBattery(backend: BatteryBackend): void {
  describe(`${backend.name}: repeats and order`, () => {
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

    const read = async (name: string) => pointsOf(await selectAll(storage, [named(name)], 0, NOW))[name];

    test('the same sample again is accepted and read once', async () => {
      await writePoints(storage, { __name__: 'again' }, [[NOW, 1]]);
      const second = await writePoints(storage, { __name__: 'again' }, [[NOW, 1]]);
      expect(second).toEqual({ accepted: 1, rejected: {} });
      expect(await read('again')).toEqual([[NOW, 1]]);
    });

    test('NaN and staleness repeat themselves too', async () => {
      for (let i = 0; i < 2; i++) {
        expect((await writePoints(storage, { __name__: 'nans' }, [[NOW - 1, Number.NaN]])).accepted).toBe(1);
        expect((await writePoints(storage, { __name__: 'stalest' }, [[NOW - 1, 'stale']])).accepted).toBe(1);
      }
      expect(await read('nans')).toEqual([[NOW - 1, Number.NaN]]);
      expect(await read('stalest')).toEqual([[NOW - 1, 'stale']]);
    });

    test('another value at the newest time is refused with its series and time', async () => {
      await writePoints(storage, { __name__: 'clash', job: 'x' }, [[NOW, 1]]);
      const result = await writePoints(storage, { __name__: 'clash', job: 'x' }, [
        [NOW, 2],
        [NOW + 1, 3],
      ]);
      expect(result.accepted).toBe(1);
      expect(result.rejected).toEqual({ duplicate_timestamp: 1 });
      expect(result.firstRejection).toContain('clash{job="x"} at 2026-06-15T12:30:00.000Z');
    });

    test('older samples are put in their place, whatever the order they came in', async () => {
      await writePoints(storage, { __name__: 'late' }, [[NOW - 10, 4]]);
      await writePoints(storage, { __name__: 'late' }, [[NOW - 7_200_000, 1]]);
      await writePoints(storage, { __name__: 'late' }, [
        [NOW - 20, 3.5],
        [NOW - 30, 2],
        [NOW, 5],
      ]);
      expect(await read('late')).toEqual([
        [NOW - 7_200_000, 1],
        [NOW - 30, 2],
        [NOW - 20, 3.5],
        [NOW - 10, 4],
        [NOW, 5],
      ]);
    });

    test('of two values at one time the one stored first is read, after a restart too', async () => {
      await writePoints(storage, { __name__: 'first_wins' }, [
        [NOW - 5, 1],
        [NOW, 2],
      ]);
      await writePoints(storage, { __name__: 'first_wins' }, [[NOW - 5, 100]]);
      await storage.close();
      storage = await database.open({ now: () => NOW });
      await writePoints(storage, { __name__: 'first_wins' }, [
        [NOW - 5, 200.5],
        [NOW, 300.5],
      ]);
      expect(await read('first_wins')).toEqual([
        [NOW - 5, 1],
        [NOW, 2],
      ]);
    });

    test('a sample further behind than the out-of-order window is refused', async () => {
      await storage.close();
      storage = await database.open({ now: () => NOW, limits: { outOfOrderMs: 60_000 } });
      await writePoints(storage, { __name__: 'windowed' }, [[NOW, 1]]);
      const result = await writePoints(storage, { __name__: 'windowed' }, [
        [NOW - 60_000, 2],
        [NOW - 60_001, 3],
      ]);
      expect(result).toMatchObject({ accepted: 1, rejected: { too_old: 1 } });
    });
  });
}
