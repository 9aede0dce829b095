/** What is written comes back: values bit for bit, times exactly, windows open on the left. */
import { Matcher } from '@sightline/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Storage } from '../metric-store.ts';
import {
  allPoints,
  type BatteryBackend,
  type BatteryDatabase,
  handleOf,
  named,
  NOW,
  pointsOf,
  type Point,
  selectAll,
  writePoints,
} from './fixtures.ts';

export function writeAndReadBattery(backend: BatteryBackend): void {
  describe(`${backend.name}: write and read`, () => {
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

    test('a sample comes back with its labels', async () => {
      const result = await writePoints(storage, { __name__: 'first', job: 'a' }, [[NOW - 1_000, 42]]);
      expect(result).toEqual({ accepted: 1, rejected: {} });
      const block = await selectAll(storage, [named('first')], NOW - 60_000, NOW);
      expect(pointsOf(block)).toEqual({ 'first{job="a"}': [[NOW - 1_000, 42]] });
    });

    test('every kind of value comes back as it was', async () => {
      const values = [
        0,
        -0,
        1,
        -1,
        0.1,
        12.345,
        -12.34,
        1e-9,
        1 / 3,
        Math.PI * 1e10,
        2 ** 53,
        2 ** 53 - 1,
        -(2 ** 60),
        1e300,
        5e-324,
        Number.MAX_VALUE,
        Number.POSITIVE_INFINITY,
        Number.NEGATIVE_INFINITY,
        Number.NaN,
        123456789.12345679,
        1e15 + 0.5,
      ];
      const points = values.map((value, i): Point => [NOW - 100_000 + i, value]);
      await writePoints(storage, { __name__: 'kinds' }, points);
      const read = pointsOf(await selectAll(storage, [named('kinds')], NOW - 200_000, NOW))['kinds'];
      expect(read?.map(([, value]) => value)).toEqual(values);
    });

    test('staleness markers are told from NaN', async () => {
      const points: Point[] = [
        [NOW - 4, 1],
        [NOW - 3, Number.NaN],
        [NOW - 2, 'stale'],
        [NOW - 1, 2.5],
      ];
      await writePoints(storage, { __name__: 'stales' }, points);
      expect(pointsOf(await selectAll(storage, [named('stales')], NOW - 10, NOW))['stales']).toEqual(points);
    });

    test('the window is open on the left and closed on the right, across hours and days', async () => {
      const midnight = Date.UTC(2026, 5, 15);
      const times = [midnight - 3_600_000, midnight - 1, midnight, midnight + 1, midnight + 3_600_000];
      await writePoints(
        storage,
        { __name__: 'edges' },
        times.map((time): Point => [time, 1]),
      );
      for (const start of times) {
        for (const end of times) {
          const block = await selectAll(storage, [named('edges')], start, end);
          expect(allPoints(block).map(([time]) => time)).toEqual(times.filter((time) => time > start && time <= end));
        }
      }
    });

    test('labels of any text survive, and every matcher finds them', async () => {
      const odd = 'tab\tline\nquote\'double"back\\slash {brace} \u{1f600} nul\0end';
      await writePoints(storage, { __name__: 'odd.name with space', 'label.ütf': odd }, [[NOW, 1]]);
      await writePoints(storage, { __name__: 'odd.name with space', other: 'x' }, [[NOW, 2]]);
      const values = async (...matchers: Matcher[]) =>
        allPoints(await selectAll(storage, [named('odd.name with space'), ...matchers], NOW - 1, NOW))
          .map(([, value]) => value)
          .sort();
      expect(await values(new Matcher('label.ütf', '=', odd))).toEqual([1]);
      expect(await values(new Matcher('label.ütf', '=~', 'tab.*end'))).toEqual([1]);
      expect(await values(new Matcher('label.ütf', '!=', odd))).toEqual([2]);
      expect(await values(new Matcher('label.ütf', '=', ''))).toEqual([2]);
      expect(await values(new Matcher('other', '!~', 'x|y'))).toEqual([1]);
      expect(await values()).toEqual([1, 2]);
    });

    test('series of other metrics and labels stay out', async () => {
      await writePoints(storage, { __name__: 'many', i: '1' }, [[NOW, 1]]);
      await writePoints(storage, { __name__: 'many', i: '2' }, [[NOW, 2]]);
      const block = await selectAll(storage, [named('many'), new Matcher('i', '=', '2')], NOW - 1, NOW);
      expect(pointsOf(block)).toEqual({ 'many{i="2"}': [[NOW, 2]] });
      expect((await selectAll(storage, [named('nothing')], 0, NOW)).series).toEqual([]);
    });

    test('part of a metric with many series', async () => {
      const { writer } = storage.metrics;
      const batch = writer.createBatch();
      for (let i = 0; i < 1_000; i++) batch.add(handleOf(storage, { __name__: 'wide', i: String(i) }), NOW, i);
      await writer.write(batch, { urgent: true });
      const half = new Matcher('i', '=~', '.*[02468]');
      const block = await selectAll(storage, [named('wide'), half], NOW - 1, NOW);
      const values = allPoints(block).map(([, value]) => Number(value));
      expect(values.sort((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, i) => i * 2));
    });
  });
}
