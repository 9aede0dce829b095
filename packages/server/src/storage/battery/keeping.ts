/** What survives a restart, and what retention lets go. */
import { Matcher } from '@sightline/model';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Storage } from '../metric-store.ts';
import {
  allPoints,
  type BatteryBackend,
  type BatteryDatabase,
  named,
  NO_SIGNAL,
  NOW,
  pointsOf,
  selectAll,
  writePoints,
} from './fixtures.ts';

const DAY = 86_400_000;

export function keepingBattery(backend: BatteryBackend): void {
  describe(`${backend.name}: keeping`, () => {
    let database: BatteryDatabase;
    let storage: Storage | undefined;

    const open = async (options: Parameters<BatteryDatabase['open']>[0]) => {
      await storage?.close();
      storage = undefined;
      storage = await database.open(options);
      return storage;
    };

    beforeEach(async () => {
      database = await backend.create();
    });

    afterEach(async () => {
      await storage?.close();
      storage = undefined;
      await database.destroy();
    });

    test('samples, series, exemplars and metadata are there after a restart', async () => {
      let store = await open({ now: () => NOW });
      store.metrics.writer.describe({ name: 'kept_total', type: 'counter', help: 'Tab\there.', unit: '' });
      await writePoints(store, { __name__: 'kept_total', job: 'a' }, [[NOW - 40 * DAY, 1]]);
      await writePoints(store, { __name__: 'kept_total', job: 'b' }, [[NOW, 2]]);
      store = await open({ now: () => NOW });
      const block = await selectAll(store, [named('kept_total')], 0, NOW);
      expect(pointsOf(block)).toEqual({
        'kept_total{job="a"}': [[NOW - 40 * DAY, 1]],
        'kept_total{job="b"}': [[NOW, 2]],
      });
      expect(await store.metrics.reader('interactive').metadata('kept_total', 0)).toEqual([
        { name: 'kept_total', type: 'counter', help: 'Tab\there.', unit: '' },
      ]);
    });

    test('days that the index does not hold are answered by the database with the same matchers', async () => {
      let store = await open({ now: () => NOW });
      const old = NOW - 100 * DAY;
      await writePoints(store, { __name__: 'old', path: "/a.b\n'x'" }, [[old, 1]]);
      await writePoints(store, { __name__: 'old', other: 'y' }, [[old, 2]]);
      store = await open({ now: () => NOW });
      const values = async (...matchers: Matcher[]) =>
        allPoints(await selectAll(store, [named('old'), ...matchers], old - 1, old))
          .map(([, value]) => value)
          .sort();
      expect(await values()).toEqual([1, 2]);
      expect(await values(new Matcher('path', '=', "/a.b\n'x'"))).toEqual([1]);
      expect(await values(new Matcher('path', '=~', '/a\\.b.*x.'))).toEqual([1]);
      expect(await values(new Matcher('path', '=~', 'a'))).toEqual([]);
      expect(await values(new Matcher('path', '!=', ''))).toEqual([1]);
      expect(await values(new Matcher('path', '!~', '.+'))).toEqual([2]);
      expect(await values(new Matcher('path', '=~', '|nothing'))).toEqual([2]);
    });

    test('samples older than retention are refused, and whole days are dropped when it ends', async () => {
      let now = NOW;
      let store = await open({ now: () => now, retentionMs: 3 * DAY });
      const result = await writePoints(store, { __name__: 'aging' }, [
        [NOW - 3 * DAY - 1, 0],
        [NOW - 3 * DAY, 1],
        [NOW, 2],
      ]);
      expect(result).toMatchObject({ accepted: 2, rejected: { too_old: 1 } });
      now = NOW + 2 * DAY;
      store = await open({ now: () => now, retentionMs: 3 * DAY });
      await expect.poll(async () => (await store.metrics.stats()).oldestMs).toBeGreaterThanOrEqual(NOW - DAY);
      expect(pointsOf(await selectAll(store, [named('aging')], 0, now))).toEqual({ aging: [[NOW, 2]] });
    });

    test('a series is listed only around the days it has samples on', async () => {
      const store = await open({ now: () => NOW });
      await writePoints(store, { __name__: 'gone' }, [[NOW - 10 * DAY, 1]]);
      await writePoints(store, { __name__: 'here' }, [[NOW, 1]]);
      const names = async (startMs: number, endMs: number) =>
        (
          await store.metrics
            .reader('interactive')
            .labelValues('__name__', { matcherSets: [], startMs, endMs, limit: 0 }, NO_SIGNAL)
        ).items;
      expect(await names(NOW - 1_000, NOW)).toEqual(['here']);
      expect(await names(NOW - 11 * DAY, NOW - 9 * DAY)).toEqual(['gone']);
      expect(await names(0, NOW)).toEqual(['gone', 'here']);
    });
  });
}
