/** Series, label names and values, exemplars and the numbers of the status pages. */
import { Labels, Matcher } from '@sightline/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MetricReader, SeriesQuery, Storage } from '../metric-store.ts';
import { type BatteryBackend, type BatteryDatabase, handleOf, named, NO_SIGNAL, NOW } from './fixtures.ts';

export function listingsBattery(backend: BatteryBackend): void {
  describe(`${backend.name}: listings`, () => {
    let database: BatteryDatabase;
    let storage: Storage;
    let reader: MetricReader;

    const query = (extra: Partial<SeriesQuery> = {}): SeriesQuery => ({
      matcherSets: [],
      startMs: NOW - 3_600_000,
      endMs: NOW,
      limit: 0,
      ...extra,
    });

    beforeAll(async () => {
      database = await backend.create();
      storage = await database.open({ now: () => NOW });
      reader = storage.metrics.reader('interactive');
      const { writer } = storage.metrics;
      const batch = writer.createBatch();
      const a = handleOf(storage, { __name__: 'up', job: 'a', zone: 'z1' });
      const b = handleOf(storage, { __name__: 'up', job: 'b' });
      const c = handleOf(storage, { __name__: 'down', job: 'a' });
      for (const handle of [a, b, c]) batch.add(handle, NOW, 1);
      batch.addExemplar(a, { labels: Labels.fromObject({ trace_id: "ab'c" }), value: 0.25, timestamp: NOW - 5 });
      batch.addExemplar(a, { labels: Labels.fromObject({ trace_id: 'later' }), value: 7, timestamp: NOW + 5_000 });
      await writer.write(batch, { urgent: false });
    });

    afterAll(async () => {
      await storage.close();
      await database.destroy();
    });

    test('series of any of the matcher sets, sorted, cut at the limit', async () => {
      const all = await reader.series(query(), NO_SIGNAL);
      expect(all.items.map(String)).toEqual(['down{job="a"}', 'up{job="a", zone="z1"}', 'up{job="b"}']);
      expect(all.complete).toBe(true);
      const sets = [[named('down')], [new Matcher('job', '=', 'b')]];
      const some = await reader.series(query({ matcherSets: sets }), NO_SIGNAL);
      expect(some.items.map(String)).toEqual(['down{job="a"}', 'up{job="b"}']);
      expect(await reader.series(query({ limit: 1 }), NO_SIGNAL)).toMatchObject({ complete: false });
    });

    test('label names and values', async () => {
      expect(await reader.labelNames(query(), NO_SIGNAL)).toEqual({
        items: ['__name__', 'job', 'zone'],
        complete: true,
      });
      const ofDown = query({ matcherSets: [[named('down')]] });
      expect((await reader.labelNames(ofDown, NO_SIGNAL)).items).toEqual(['__name__', 'job']);
      expect((await reader.labelValues('job', query(), NO_SIGNAL)).items).toEqual(['a', 'b']);
      expect((await reader.labelValues('job', ofDown, NO_SIGNAL)).items).toEqual(['a']);
      expect((await reader.labelValues('none', query(), NO_SIGNAL)).items).toEqual([]);
      expect(await reader.labelValues('job', query({ limit: 1 }), NO_SIGNAL)).toEqual({
        items: ['a'],
        complete: false,
      });
    });

    test('exemplars within the time bounds, by series', async () => {
      const found = await reader.exemplars(query({ matcherSets: [[named('up')]] }), NO_SIGNAL);
      expect(found.map(({ labels, exemplars }) => [String(labels), exemplars])).toEqual([
        [
          'up{job="a", zone="z1"}',
          [{ labels: Labels.fromObject({ trace_id: "ab'c" }), value: 0.25, timestamp: NOW - 5 }],
        ],
      ]);
    });

    test('statistics', async () => {
      const stats = await storage.metrics.stats();
      expect(stats).toMatchObject({ activeSeries: 3, storedSamples: 3, queuedSamples: 0, newestMs: NOW });
      expect(stats.bytesOnDisk).toBeGreaterThan(0);
      expect(stats.seriesByMetric).toEqual([
        { name: 'up', value: 2 },
        { name: 'down', value: 1 },
      ]);
      expect(stats.seriesByPair[0]).toEqual({ name: '__name__=up', value: 2 });
      expect(stats.valuesByLabel).toContainEqual({ name: 'zone', value: 1 });
      expect(stats.tables.map(({ table }) => table)).toContain('metric_samples');
    });

    test('it answers a ping', async () => {
      await expect(storage.ping()).resolves.toBeUndefined();
    });
  });
}
