/** Events of alerts: found by alert, kind and time, in their order, by the next process too. */
import { Labels } from '@sightline/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AlertEventQuery, AlertEventRecord } from '../alert-event-store.ts';
import type { Storage } from '../metric-store.ts';
import { type BatteryBackend, type BatteryDatabase, NOW } from './fixtures.ts';

const HOUR = 3_600_000;

function event(fields: Partial<AlertEventRecord>): AlertEventRecord {
  return {
    timeMs: NOW,
    kind: 'sent',
    fingerprint: '00000000000000aa',
    groupKey: '{}:{alertname="A"}',
    receiver: 'team',
    integration: 'webhook[0]',
    actor: '',
    detail: '',
    labels: undefined,
    ...fields,
  };
}

export function alertEventsBattery(backend: BatteryBackend): void {
  describe(`${backend.name}: events of alerts`, () => {
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

    const find = (query: Partial<AlertEventQuery> = {}) =>
      storage.alertEvents.find({ startMs: NOW - HOUR, endMs: NOW + HOUR, limit: 100, ...query });

    test('what was appended is found as it was, in its order, also by the next process', async () => {
      const odd = "tab\t line\n quote ' back \\\\ \u{1f600}";
      const events = [
        event({ kind: 'firing', labels: Labels.fromObject({ alertname: odd, job: 'a' }), detail: odd }),
        event({ kind: 'grouped' }),
        event({ kind: 'acknowledged', actor: 'anna', detail: 'on it' }),
      ];
      await storage.alertEvents.append(events);
      await storage.alertEvents.append([event({ kind: 'silenced', timeMs: NOW - 1 })]);
      const expected = [event({ kind: 'silenced', timeMs: NOW - 1 }), ...events];
      expect(await find()).toEqual(expected);
      await storage.close();
      storage = await database.open({ now: () => NOW - HOUR });
      await storage.alertEvents.append([event({ kind: 'noted' })]);
      expect(await find()).toEqual([...expected, event({ kind: 'noted' })]);
    });

    test('by alert, by kind, by time, and the newest when there are too many', async () => {
      const other = '00000000000000bb';
      const times = [1, 2, 3, 4].map((hour) => NOW + 2 * HOUR + hour);
      await storage.alertEvents.append(
        times.map((timeMs, i) => event({ timeMs, fingerprint: other, kind: i % 2 === 0 ? 'firing' : 'resolved' })),
      );
      const range = { startMs: NOW, endMs: NOW + 3 * HOUR };
      const timesOf = async (query: Partial<AlertEventQuery>) =>
        (await find({ ...range, ...query })).map(({ timeMs }) => timeMs - NOW - 2 * HOUR);
      expect(await timesOf({ fingerprint: other })).toEqual([1, 2, 3, 4]);
      expect(await timesOf({ kinds: ['firing'], startMs: NOW + HOUR })).toEqual([1, 3]);
      expect(await timesOf({ startMs: times[1] ?? 0, endMs: times[2] ?? 0 })).toEqual([2, 3]);
      expect(await timesOf({ limit: 2 })).toEqual([3, 4]);
      expect(await timesOf({ fingerprint: "it's" })).toEqual([]);
      expect(await timesOf({ fingerprint: other, startMs: -1, endMs: 1 })).toEqual([]);
    });

    test('a long detail is cut', async () => {
      await storage.alertEvents.append([event({ fingerprint: 'cc', detail: 'x'.repeat(100_000) })]);
      expect((await find({ fingerprint: 'cc' }))[0]?.detail).toHaveLength(4_000);
    });
  });
}
