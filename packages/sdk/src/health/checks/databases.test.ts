import { expect, test } from 'vitest';
import type { Check, CheckOutcome } from '../check.ts';
import { mongo, redis, sql } from './databases.ts';

const answer = async (check: Check): Promise<CheckOutcome> =>
  (await check(new AbortController().signal)) as CheckOutcome;
const healthy = { status: 'healthy', message: 'answered' };

test('sql: query(), the callback form with promise(), prepare(), a function', async () => {
  const asked: string[] = [];
  const query = async (text: string) => asked.push(text);
  expect(await answer(sql({ query }))).toEqual(healthy);
  const callbacks = {
    query() {
      throw new Error('You have tried to call .then() on the result of query that is not a promise');
    },
    promise: () => ({ query }),
  };
  expect(await answer(sql(callbacks, { query: 'SELECT 2' }))).toEqual(healthy);
  expect(await answer(sql({ prepare: (text) => ({ get: () => asked.push(text) }) }))).toEqual(healthy);
  expect(await answer(sql(async () => asked.push('own')))).toEqual(healthy);
  expect(asked).toEqual(['SELECT 1', 'SELECT 2', 'SELECT 1', 'own']);
  await expect(answer(sql({} as never))).rejects.toThrow(/needs a client with query\(\) or prepare\(\)/);
});

test('sql: a pool says how busy it is; a slow answer warns', async () => {
  const pool = { totalCount: 10, idleCount: 0, waitingCount: 3, query: () => new Promise((r) => setTimeout(r, 15)) };
  expect(await answer(sql(pool, { warningMs: 1 }))).toEqual({
    status: 'warning',
    message: 'answered, slower than 1 ms',
    pool_total: 10,
    pool_idle: 0,
    pool_waiting: 3,
  });
});

test('redis: not connected fails at once, a wrong answer fails', async () => {
  const never = () => new Promise(() => undefined);
  expect(await answer(redis({ ping: never, isReady: false } as never))).toMatchObject({ status: 'critical' });
  expect(await answer(redis({ ping: never, status: 'reconnecting' } as never))).toEqual({
    status: 'critical',
    message: 'the client is not connected but reconnecting',
  });
  expect(await answer(redis({ ping: async () => 'PONG', status: 'wait' } as never))).toEqual(healthy);
  expect(await answer(redis({ ping: async () => 'no' }))).toMatchObject({ status: 'critical' });
});

test('mongo: a client or a database', async () => {
  const database = { command: async () => ({ ok: 1 }) };
  expect(await answer(mongo(database))).toEqual(healthy);
  expect(await answer(mongo({ db: () => database }))).toEqual(healthy);
  expect(await answer(mongo({ command: async () => ({ ok: 0 }) }))).toMatchObject({ status: 'critical' });
});
