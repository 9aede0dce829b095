/** mysql2 against a real MariaDB, by the channels it publishes. */
import mysql from 'mysql2';
import mysqlPromise from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DatabaseServer, hasMariadb, startMariadb } from '../../support/databases.ts';
import { type ObservedClients, observedClients } from './observed-clients.ts';

// Debian's package `mariadb-server`; CI installs it.
describe.skipIf(!hasMariadb())('mysql2', () => {
  let server: DatabaseServer;
  let pool: mysqlPromise.Pool;
  let callbacks: mysql.Pool;
  let observed: ObservedClients;

  beforeAll(async () => {
    server = await startMariadb();
    const options = { host: server.host, port: server.port, user: 'root' };
    const setup = await mysqlPromise.createConnection(options);
    await setup.query('CREATE DATABASE shop');
    await setup.query('CREATE TABLE shop.orders (id int PRIMARY KEY, note varchar(100))');
    await setup.end();
    pool = mysqlPromise.createPool({ ...options, database: 'shop', connectionLimit: 2, queueLimit: 100 });
    callbacks = mysql.createPool({ ...options, database: 'shop', connectionLimit: 1, queueLimit: 5 });
    observed = observedClients();
  });
  beforeEach(() => observed?.clear());
  afterAll(async () => {
    observed?.stop();
    await pool?.end();
    await new Promise((resolve) => (callbacks === undefined ? resolve(undefined) : callbacks.end(resolve)));
    await server?.stop();
  });

  it('makes a span of a query under the request; values that mysql2 wrote into it are gone', async () => {
    const { spanId, traceId } = await observed.request('POST /orders', () =>
      pool.query('INSERT INTO orders VALUES (?, ?)', [4711, "it's a 'secret' \\ text"]),
    );
    const span = observed.expectSpan({
      name: 'INSERT orders',
      kind: 'client',
      parentSpanId: spanId,
      traceId,
      attributes: {
        'db.system.name': 'mysql',
        'db.namespace': 'shop',
        'db.operation.name': 'INSERT',
        'db.collection.name': 'orders',
        'db.query.text': 'INSERT INTO orders VALUES (?)',
        'server.address': '127.0.0.1',
        'server.port': server.port,
      },
    });
    expect(JSON.stringify(span)).not.toMatch(/secret|4711/);
  });

  it('follows prepared statements', async () => {
    await pool.execute('SELECT note FROM orders WHERE id = ?', [4711]);
    observed.expectSpan(
      { name: 'SELECT orders', attributes: { 'db.query.text': 'SELECT note FROM orders WHERE id = ?' } },
      1,
    );
  });

  it('records errors by their number', async () => {
    await observed
      .metric('db_client_operation_duration_seconds', { system: 'mysql', operation: 'INSERT', outcome: 'error' })
      .toIncreaseBy(1, () =>
        expect(pool.query("INSERT INTO orders VALUES (4711, 'again')")).rejects.toThrow(/Duplicate/),
      );
    const span = observed.expectSpan({
      status: 'error',
      attributes: { 'error.type': '1062', 'db.response.status_code': '1062' },
    });
    expect(JSON.stringify(span)).not.toContain('again');
  });

  it('keeps the context of who asked across the queue of the pool, for promises', async () => {
    const work = Array.from({ length: 20 }, (_, index) =>
      observed.request(`request ${index}`, async () => {
        const own = observed.activeSpan();
        await pool.query('SELECT SLEEP(0.002)');
        expect(observed.activeSpan()).toBe(own);
        const connection = await pool.getConnection();
        await connection.query('SELECT 2');
        connection.release();
        expect(observed.activeSpan()).toBe(own);
      }),
    );
    for (const { spanId, traceId } of await Promise.all(work))
      expect(observed.filter({ kind: 'client', parentSpanId: spanId, traceId })).toHaveLength(2);
  });

  it('keeps it for callbacks, which the pool calls from its queue', async () => {
    const ask = (sql: string) =>
      new Promise<string | undefined>((resolve, reject) => {
        callbacks.query(sql, (error: Error | null) =>
          error === null ? resolve(observed.activeSpan()) : reject(error),
        );
      });
    const work = Array.from({ length: 5 }, (_, index) =>
      observed.request(`request ${index}`, async () => [observed.activeSpan(), await ask('SELECT 3')]),
    );
    for (const { result, spanId } of await Promise.all(work)) {
      expect(result).toEqual([spanId, spanId]);
      observed.expectSpan({ name: 'SELECT', parentSpanId: spanId }, 1);
    }
  });

  it('shows the pool, waits for it and requests that a full one refuses', async () => {
    const stop = observed.clients.observePool(callbacks, { name: 'shop' });
    const state = (name: string) => observed.metric('db_client_connections', { pool: 'shop', state: name });
    const connection = await new Promise<mysql.PoolConnection>((resolve, reject) => {
      callbacks.getConnection((error, given) => (error ? reject(error) : resolve(given)));
    });
    const refused: string[] = [];
    const waiting = Array.from(
      { length: 6 },
      () =>
        new Promise<void>((resolve) => {
          callbacks.query('SELECT 1', (error: Error | null) => {
            if (error !== null) refused.push(error.message);
            resolve();
          });
        }),
    );
    await state('used').toBe(1);
    await observed.metric('db_client_pending_requests', { pool: 'shop' }).toBe(5);
    await observed.metric('db_client_connections_max', { pool: 'shop' }).toBe(1);
    await observed.metric('db_client_connection_wait_seconds', { pool: 'shop' }).toIncreaseBy(5, async () => {
      connection.release();
      await Promise.all(waiting);
    });
    expect(refused).toEqual(['Queue limit reached.']);
    await observed.metric('db_client_connection_timeouts_total', { pool: 'shop' }).toBe(1);
    await state('idle').toBe(1);
    stop();
    await state('idle').toNotExist();
    const stopUnnamed = observed.clients.observePool(pool);
    await observed.metric('db_client_connections_max', { pool: `127.0.0.1:${server.port}/shop` }).toBe(2);
    stopUnnamed();
  });
});
