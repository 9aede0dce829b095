/** Operational state: the newest record counts, all of them are there, a restart changes nothing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Storage } from '../metric-store.ts';
import type { StateRecord } from '../state-store.ts';
import { type BatteryBackend, type BatteryDatabase, NOW } from './fixtures.ts';

function record(key: string, payload: string, timeMs = NOW): StateRecord {
  return { kind: 'silence', key, timeMs, actor: 'anna', payload };
}

export function stateBattery(backend: BatteryBackend): void {
  describe(`${backend.name}: operational state`, () => {
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

    test('the newest record of a key counts, and its history is kept, also by the next process', async () => {
      const odd = JSON.stringify({ text: "tab\t line\n quote ' back \\\\ \u{1f600}" });
      await storage.state.append([record('a', '1'), record('b', odd)]);
      await storage.state.append([record('a', '2', NOW + 5)]);
      const check = async () => {
        const newest = await storage.state.load('silence');
        expect(newest).toEqual([record('b', odd), record('a', '2', NOW + 5)]);
        expect((await storage.state.history('silence', 'a')).map(({ payload }) => payload)).toEqual(['1', '2']);
      };
      await check();
      await storage.close();
      storage = await database.open({ now: () => NOW - 3_600_000 });
      await check();
      await storage.state.append([record('a', '3', NOW - 3_600_000)]);
      expect((await storage.state.load('silence')).map(({ payload }) => payload)).toEqual([odd, '3']);
    });

    test('kinds are apart, and removed keys are gone', async () => {
      await storage.state.append([{ ...record('a', 'other'), kind: 'note' }]);
      await storage.state.remove('silence', ['a', 'b', "it's"]);
      expect(await storage.state.load('silence')).toEqual([]);
      expect((await storage.state.load('note')).map(({ payload }) => payload)).toEqual(['other']);
    });

    test('many appends at once are all stored, in their order', async () => {
      const appends = Array.from({ length: 500 }, (_, i) => storage.state.append([record('many', String(i))]));
      await Promise.all(appends);
      const payloads = (await storage.state.history('silence', 'many')).map(({ payload }) => payload);
      expect(payloads).toEqual(Array.from({ length: 500 }, (_, i) => String(i)));
    });

    test('a payload over the limit is refused with its name', async () => {
      const refused = storage.state.append([record('huge', 'x'.repeat(1_000_001))]);
      await expect(refused).rejects.toThrow(/silence huge is longer than 1000000 characters/);
    });
  });
}
