/** node-redis and ioredis against a real Redis, by the channels they publish. */
import { Redis } from 'ioredis';
import { createClient, createClientPool } from 'redis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DatabaseServer, hasRedis, startRedis } from '../../support/databases.ts';
import { type ObservedClients, observedClients } from './observed-clients.ts';

// Debian's package `redis-server`; CI installs it.
describe.skipIf(!hasRedis())('redis', () => {
  let server: DatabaseServer;
  let observed: ObservedClients;

  beforeAll(async () => {
    server = await startRedis();
    observed = observedClients();
  });
  beforeEach(() => observed?.clear());
  afterAll(async () => {
    observed?.stop();
    await server?.stop();
  });

  const duration = (operation: string, outcome: string) =>
    observed.metric('db_client_operation_duration_seconds', { system: 'redis', operation, outcome });

  describe('node-redis', () => {
    let client: ReturnType<typeof createClient>;
    beforeAll(async () => {
      client = createClient({ socket: { host: server.host, port: server.port }, database: 3 });
      client.on('error', () => undefined);
      await client.connect();
    });
    afterAll(() => client?.close());

    it('makes a span of a command under the request, without its key and value', async () => {
      const { spanId, traceId } = await observed.request('PUT /session', () =>
        client.set('session:abc', 'secret-value'),
      );
      const span = observed.expectSpan({
        name: 'SET',
        kind: 'client',
        parentSpanId: spanId,
        traceId,
        attributes: {
          'db.system.name': 'redis',
          'db.namespace': '3',
          'db.operation.name': 'SET',
          'db.query.text': 'SET session:? ?',
          'server.address': '127.0.0.1',
          'server.port': server.port,
        },
      });
      expect(JSON.stringify(span)).not.toMatch(/abc|secret/);
    });

    it('records errors by their kind', async () => {
      await client.set('text', 'x');
      await duration('LPUSH', 'error').toIncreaseBy(1, () =>
        expect(client.lPush('text', 'y')).rejects.toThrow(/WRONGTYPE/),
      );
      observed.expectSpan({ status: 'error', attributes: { 'error.type': 'WRONGTYPE' } });
    });

    it('makes a span of a transaction and one of a pipeline', async () => {
      await client.multi().set('a', '1').incr('a').exec();
      observed.expectSpan({ name: 'MULTI', attributes: { 'db.operation.batch.size': 2 } }, 1);
      await client.multi().get('a').get('b').execAsPipeline();
      observed.expectSpan({ name: 'PIPELINE', attributes: { 'db.operation.batch.size': 2 } }, 1);
    });

    it('counts what its own cache answers', async () => {
      const cached = createClient({
        RESP: 3,
        socket: { host: server.host, port: server.port },
        clientSideCache: { ttl: 0, maxEntries: 10 },
      });
      cached.on('error', () => undefined);
      await cached.connect();
      await cached.set('cached:1', 'x');
      const operations = (result: string) =>
        observed.metric('cache_operations_total', { cache: 'node-redis', operation: 'get', result });
      await operations('miss').toIncreaseBy(1, () => cached.get('cached:1'));
      await operations('hit').toIncreaseBy(1, () => cached.get('cached:1'));
      cached.destroy();
    });

    it('keeps the context of who asked, with a pool that others wait for', async () => {
      const pool = createClientPool({ socket: { host: server.host, port: server.port } }, { minimum: 1, maximum: 2 });
      pool.on('error', () => undefined);
      await pool.connect();
      const stop = observed.clients.observePool(pool, { name: 'sessions' });
      const work = Array.from({ length: 20 }, (_, index) =>
        observed.request(`request ${index}`, async () => {
          const own = observed.activeSpan();
          await pool.incr('counter');
          expect(observed.activeSpan()).toBe(own);
        }),
      );
      for (const { spanId } of await Promise.all(work)) observed.expectSpan({ name: 'INCR', parentSpanId: spanId }, 1);
      await observed.metric('db_client_connections', { pool: 'sessions', state: 'used' }).toBe(0);
      await observed.metric('db_client_connections', { pool: 'sessions', state: 'idle' }).toExist();
      stop();
      await observed.metric('db_client_connections', { pool: 'sessions' }).toNotExist();
      pool.destroy();
    });
  });

  describe('ioredis', () => {
    let client: Redis;
    beforeAll(async () => {
      client = new Redis({ host: server.host, port: server.port, db: 2, lazyConnect: true });
      await client.connect();
    });
    afterAll(() => client?.disconnect());

    it('makes a span of a command under the request, for promises and callbacks', async () => {
      const { spanId } = await observed.request('GET /user', async () => {
        const own = observed.activeSpan();
        await client.hset('user:4711', 'email', 'secret');
        const inCallback = await new Promise((resolve) => client.get('none', () => resolve(observed.activeSpan())));
        expect([observed.activeSpan(), inCallback]).toEqual([own, own]);
      });
      const span = observed.expectSpan({
        name: 'HSET',
        parentSpanId: spanId,
        attributes: { 'db.namespace': '2', 'db.query.text': 'HSET user:? ? ?', 'server.port': server.port },
      });
      expect(JSON.stringify(span)).not.toMatch(/4711|secret|email/);
      observed.expectSpan({ name: 'GET', parentSpanId: spanId, attributes: { 'db.query.text': 'GET ?' } });
      await duration('HSET', 'success').toBe(1);
    });

    it('does not show what a command without a key is told', async () => {
      await client.config('SET', 'requirepass', '');
      await client.eval("return 'secret'", 0);
      observed.expectSpan({ name: 'CONFIG', attributes: { 'db.query.text': 'CONFIG SET ? ?' } });
      observed.expectSpan({ name: 'EVAL', attributes: { 'db.query.text': 'EVAL ? ?' } });
    });

    it('records errors and transactions', async () => {
      await client.set('text', 'x');
      await expect(client.lpush('text', 'y')).rejects.toThrow(/WRONGTYPE/);
      observed.expectSpan({ name: 'LPUSH', status: 'error', attributes: { 'db.response.status_code': 'WRONGTYPE' } });
      await client.multi().set('a', '1').get('a').exec();
      observed.expectSpan({ name: 'MULTI', attributes: { 'db.operation.batch.size': 2 } }, 1);
    });
  });

  it('sees nothing after its end', async () => {
    const other = observedClients();
    other.clients.stop();
    const client = new Redis({ host: server.host, port: server.port, lazyConnect: true });
    await client.connect();
    await client.ping();
    client.disconnect();
    other.expectNoSpan();
    observed.expectSpan({ name: 'PING' }, 1);
    other.stop();
  });
});
