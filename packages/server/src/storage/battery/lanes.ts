/** What storage asks of a database connection: lanes that do not wait for one another, queries that stop, limits that hold. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../clickhouse/database.ts';
import { readNative } from '../clickhouse/native.ts';
import { StorageError } from '../errors.ts';

/** Runs for about `seconds`, or until it is stopped. */
const busy = (seconds: number) =>
  `SELECT count() FROM system.numbers WHERE cityHash64(number) = 1 SETTINGS max_execution_time = ${seconds}, timeout_overflow_mode = 'break'`;

export function databaseBattery(
  name: string,
  open: () => Promise<{ database: Database; destroy(): Promise<void> }>,
): void {
  describe(`${name}: database`, () => {
    let database: Database;
    let destroy: () => Promise<void>;

    beforeAll(async () => {
      ({ database, destroy } = await open());
    });

    afterAll(async () => {
      await database.close();
      await destroy();
    });

    test('a rule, a writer and another reader do not wait behind a long query', async () => {
      const stop = new AbortController();
      const long = database.query(busy(20), { lane: 'interactive', signal: stop.signal });
      const outcome = long.then(
        () => 'finished',
        () => 'stopped',
      );
      await database.execute('CREATE TABLE IF NOT EXISTS lanes (a UInt8) ENGINE = Memory', { lane: 'background' });
      for (let i = 0; i < 5; i++) {
        await database.query('SELECT 1', { lane: 'rules' });
        await database.query('SELECT 1', { lane: 'interactive' });
        await database.insert('lanes', ['a'], Buffer.from('1\n'));
      }
      stop.abort(new Error('enough'));
      expect(await outcome).toBe('stopped');
    });

    test('an abandoned query rejects at once with the reason and frees its lane', async () => {
      const stop = new AbortController();
      const reason = new Error('client went away');
      // More than any lane runs at once, so that some are stopped while they wait.
      const queries = Array.from({ length: 10 }, () =>
        database.query(busy(60), { lane: 'rules', signal: stop.signal }).catch((error: unknown) => error),
      );
      setTimeout(() => stop.abort(reason), 300);
      expect(await Promise.all(queries)).toEqual(Array.from({ length: 10 }, () => reason));
      const startedAt = performance.now();
      await database.query('SELECT 1', { lane: 'rules' });
      expect(performance.now() - startedAt).toBeLessThan(5_000);
      await expect(database.query('SELECT 1', { lane: 'rules', signal: stop.signal })).rejects.toBe(reason);
    });

    test('limits of time, memory and result size are told apart', async () => {
      const codeOf = async (sql: string, settings: Record<string, number>) => {
        const error = await database.query(sql, { lane: 'background', settings }).catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(StorageError);
        return (error as StorageError).code;
      };
      const slow = 'SELECT count() FROM system.numbers WHERE cityHash64(number) = 1';
      expect(await codeOf(slow, { max_execution_time: 1 })).toBe('query_timeout');
      const large = 'SELECT groupArray(number) FROM numbers(100000000)';
      expect(await codeOf(large, { max_memory_usage: 50_000_000 })).toBe('query_memory');
      expect(await codeOf('SELECT number FROM numbers(1000000)', { max_result_bytes: 1_000 })).toBe('query_too_large');
      expect(await codeOf('SELECT nonsense', {})).toBe('query_failed');
    });

    test('columns come back as typed arrays', async () => {
      const sql =
        "SELECT toUInt8(number), toUInt16(number + 300), toUInt32(number), toInt64(-number), toUInt64(number), number / 4, concat('é', toString(number)), range(number) FROM numbers(3)";
      const [block] = [...readNative(await database.query(sql, { lane: 'background' }))];
      expect(block?.rows).toBe(3);
      expect(block?.columns).toMatchObject([
        { kind: 'u8', values: Uint8Array.of(0, 1, 2) },
        { kind: 'u16', values: Uint16Array.of(300, 301, 302) },
        { kind: 'u32', values: Uint32Array.of(0, 1, 2) },
        { kind: 'i64', words: Int32Array.of(0, 0, -1, -1, -2, -1) },
        { kind: 'u64', words: Int32Array.of(0, 0, 1, 0, 2, 0) },
        { kind: 'f64', values: Float64Array.of(0, 0.25, 0.5) },
        { kind: 'string', values: ['é0', 'é1', 'é2'] },
        { kind: 'array', ends: Float64Array.of(0, 1, 3) },
      ]);
    });
  });
}
