/** The real mongodb driver; the server is a test double, because Debian has no MongoDB. */
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MongoDouble, startMongoDouble } from './mongo-double.ts';
import { type ObservedClients, observedClients } from './observed-clients.ts';

describe('mongodb', () => {
  let server: MongoDouble;
  let client: MongoClient;
  let observed: ObservedClients;

  beforeAll(async () => {
    server = await startMongoDouble();
    observed = observedClients();
    client = new MongoClient(server.url, { maxPoolSize: 2 });
    observed.clients.observeClient(client, { name: 'activities' });
    await client.connect();
  });
  beforeEach(() => observed?.clear());
  afterAll(async () => {
    observed?.stop();
    await client?.close();
    await server?.stop();
  });

  const users = () => client.db('tug').collection('users');

  it('makes a span of a command under the request, with its fields and without its values', async () => {
    const { spanId, traceId } = await observed.request('POST /users', async () => {
      await users().insertOne({ name: 'secret', address: { city: 'secret' } });
      return users()
        .find({ name: 'secret', age: { $gt: 4711 } })
        .toArray();
    });
    const insert = observed.expectSpan({
      name: 'insert users',
      kind: 'client',
      parentSpanId: spanId,
      traceId,
      attributes: {
        'db.system.name': 'mongodb',
        'db.namespace': 'tug',
        'db.collection.name': 'users',
        'db.operation.name': 'insert',
        'server.address': '127.0.0.1',
        'server.port': Number(new URL(server.url).port),
      },
    });
    const find = observed.expectSpan({ name: 'find users', parentSpanId: spanId });
    expect(JSON.parse(String(find.attributes['db.query.text']))).toMatchObject({
      find: 'users',
      filter: { name: '?', age: { $gt: '?' } },
    });
    expect(JSON.parse(String(insert.attributes['db.query.text']))).toMatchObject({
      documents: [{ name: '?', address: { city: '?' } }],
    });
    expect(JSON.stringify([insert, find])).not.toMatch(/secret|4711|lsid/);
    await observed
      .metric('db_client_operation_duration_seconds', { system: 'mongodb', operation: 'find', outcome: 'success' })
      .toBe(1);
  });

  it('records errors by their code', async () => {
    await expect(users().find({ $nonsense: 1 }).toArray()).rejects.toThrow(/unknown operator/);
    observed.expectSpan({ status: 'error', attributes: { 'error.type': '2', 'db.response.status_code': '2' } });
  });

  it('keeps the context of who asked across the queue of the pool', async () => {
    server.delayMs = 2;
    const work = Array.from({ length: 20 }, (_, index) =>
      observed.request(`request ${index}`, async () => {
        const own = observed.activeSpan();
        await users().find({ name: 'nobody' }).toArray();
        expect(observed.activeSpan()).toBe(own);
      }),
    );
    for (const { spanId, traceId } of await Promise.all(work))
      observed.expectSpan({ name: 'find users', parentSpanId: spanId, traceId }, 1);
    server.delayMs = 0;
  });

  it('shows the pool', async () => {
    server.delayMs = 100;
    const finding = Promise.all(Array.from({ length: 5 }, () => users().find().toArray()));
    await new Promise((resolve) => setTimeout(resolve, 30));
    await observed.metric('db_client_connections', { pool: 'activities', state: 'used' }).toBe(2);
    await observed.metric('db_client_connections_max', { pool: 'activities' }).toBe(2);
    await observed.metric('db_client_pending_requests', { pool: 'activities' }).toBe(3);
    server.delayMs = 0;
    await finding;
    await observed.metric('db_client_connections', { pool: 'activities', state: 'used' }).toBe(0);
    await observed.metric('db_client_connections', { pool: 'activities', state: 'idle' }).toBe(2);
    await observed.metric('db_client_connection_wait_seconds', { pool: 'activities' }).toExist();
  });

  it('listens no more after its end', async () => {
    const own = new MongoClient(server.url);
    const before = own.listenerCount('commandStarted');
    const stop = observed.clients.observeClient(own);
    expect(own.listenerCount('commandStarted')).toBe(before + 1);
    stop();
    expect(own.listenerCount('commandStarted')).toBe(before);
    await own.connect();
    await own.db('tug').collection('users').find().toArray();
    observed.expectNoSpan();
    observed.clients.observeClient(own)();
    expect(observed.notices).toEqual([]);
    const late = await new MongoClient(server.url).connect();
    observed.clients.observeClient(late)();
    expect(observed.notices.join()).toContain('Give it before connect()');
    await late.close();
    await own.close();
  });
});
