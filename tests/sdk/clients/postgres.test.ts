/** pg against a real PostgreSQL: spans, metrics, the context across the pool's queue, and putting everything back. */
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DatabaseServer, hasPostgres, startPostgres } from '../../support/databases.ts';
import { type ObservedClients, observedClients } from './observed-clients.ts';

// Debian's package `postgresql` has the server; CI installs it.
describe.skipIf(!hasPostgres())('pg', () => {
  let server: DatabaseServer;
  let pool: pg.Pool;
  let observed: ObservedClients;

  beforeAll(async () => {
    server = await startPostgres();
    pool = new pg.Pool({ ...connection(), max: 2, connectionTimeoutMillis: 500 });
    await pool.query('CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE)');
    observed = observedClients();
    observed.clients.observePool(pool, { name: 'main' });
  });
  beforeEach(() => observed?.clear());
  afterAll(async () => {
    observed?.stop();
    await pool?.end();
    await server?.stop();
  });

  const connection = () => ({ host: server.host, port: server.port, user: 'postgres', database: 'postgres' });

  it('makes a span of a query, under the request, with the statement and without values', async () => {
    const { traceId, spanId } = await observed.request('GET /users', () =>
      pool.query("SELECT id FROM users WHERE email = 'secret@example.com' AND id > $1", [4711]),
    );
    const span = observed.expectSpan({
      name: 'SELECT users',
      kind: 'client',
      status: 'unset',
      traceId,
      parentSpanId: spanId,
      attributes: {
        'db.system.name': 'postgresql',
        'db.namespace': 'postgres',
        'db.operation.name': 'SELECT',
        'db.collection.name': 'users',
        'db.query.text': 'SELECT id FROM users WHERE email = ? AND id > $1',
        'db.query.summary': 'SELECT users',
        'server.address': '127.0.0.1',
        'server.port': server.port,
      },
    });
    expect(JSON.stringify(span)).not.toMatch(/secret|4711/);
  });

  it('records errors by their SQLSTATE and not by their message, which quotes values', async () => {
    await pool.query("INSERT INTO users VALUES (1, 'taken@example.com')");
    const failing = () => pool.query('INSERT INTO users VALUES ($1, $2)', [2, 'taken@example.com']);
    await observed
      .metric('db_client_operation_duration_seconds', { system: 'postgresql', operation: 'INSERT', outcome: 'error' })
      .toIncreaseBy(1, () => expect(failing()).rejects.toMatchObject({ code: '23505' }));
    const span = observed.expectSpan({
      status: 'error',
      attributes: { 'error.type': '23505', 'db.response.status_code': '23505' },
    });
    expect(JSON.stringify(span)).not.toContain('taken');
  });

  it('keeps the context of who asked across the queue of the pool, for promises and callbacks', async () => {
    const work = Array.from({ length: 20 }, (_, index) =>
      observed.request(`request ${index}`, async () => {
        const own = observed.activeSpan();
        await pool.query('SELECT pg_sleep(0.002)');
        const after = observed.activeSpan();
        const inCallback = await new Promise<string | undefined>((resolve, reject) => {
          void pool.query('SELECT 1 AS one', (error: Error | undefined) =>
            error === undefined ? resolve(observed.activeSpan()) : reject(error),
          );
        });
        const client = await pool.connect();
        const afterConnect = observed.activeSpan();
        await client.query('SELECT 2 AS two');
        client.release();
        expect([after, inCallback, afterConnect]).toEqual([own, own, own]);
      }),
    );
    for (const { spanId, traceId } of await Promise.all(work)) {
      expect(observed.filter({ kind: 'client', parentSpanId: spanId, traceId })).toHaveLength(3);
    }
  });

  it('shows the pool, who waits for it and who waited in vain', async () => {
    const held = await Promise.all([pool.connect(), pool.connect()]);
    const waiting = expect(pool.query('SELECT 1')).rejects.toThrow(/timeout exceeded/);
    await observed.metric('db_client_connections', { pool: 'main', state: 'used' }).toBe(2);
    await observed.metric('db_client_connections', { pool: 'main', state: 'idle' }).toBe(0);
    await observed.metric('db_client_connections_max', { pool: 'main' }).toBe(2);
    await observed.metric('db_client_pending_requests', { pool: 'main' }).toBe(1);
    await observed.metric('db_client_connection_timeouts_total', { pool: 'main' }).toIncreaseBy(1, () => waiting);
    for (const client of held) client.release();
    await observed.metric('db_client_connections', { pool: 'main', state: 'idle' }).toBe(2);
    await observed
      .metric('db_client_connection_wait_seconds', { pool: 'main' })
      .toIncreaseBy(1, () => pool.query('SELECT 1'));
  });

  it('leaves what pg says about wrong calls and lost rejections alone', async () => {
    const client = new pg.Client(connection());
    observed.clients.observeClient(client);
    await client.connect();
    expect(() => client.query(undefined as never)).toThrow(TypeError);
    await expect(client.query('SELECT nonsense FROM nowhere')).rejects.toMatchObject({ code: '42P01' });
    const result = await client.query({ text: 'SELECT $1::int AS n', values: [7], rowMode: 'array' });
    expect(result.rows).toEqual([[7]]);
    await client.end();
    expect(Object.hasOwn(client, 'query')).toBe(false);
    observed.expectSpan({ name: 'SELECT nowhere', status: 'error' });
  });

  it('follows a query object by its events', async () => {
    const client = await pool.connect();
    const query = client.query(new pg.Query('SELECT generate_series(1, 3)'));
    await new Promise((resolve, reject) => {
      query.on('end', resolve);
      query.on('error', reject);
    });
    client.release();
    observed.expectSpan({ name: 'SELECT', status: 'unset' });
  });

  it('puts the methods back', async () => {
    const own = new pg.Pool({ ...connection(), max: 1 });
    const stop = observed.clients.observePool(own, { name: 'other' });
    expect(Object.hasOwn(own, 'connect')).toBe(true);
    await own.query('SELECT 1');
    observed.expectSpan({ name: 'SELECT' }, 1);
    await observed.metric('db_client_connections', { pool: 'other' }).toExist();
    stop();
    expect(Object.hasOwn(own, 'connect')).toBe(false);
    await own.query('SELECT 1');
    observed.expectSpan({ name: 'SELECT' }, 1);
    await observed.metric('db_client_connections', { pool: 'other' }).toNotExist();
    await own.end();
  });
});
