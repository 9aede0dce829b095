/** The checks of databases against real servers, through the clients that services use. */
import { checks, createCore, createHealth, type HealthMonitor, Registry } from '@sightline/sdk';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { createPool } from 'mysql2';
import { Pool } from 'pg';
import { createClient } from 'redis';
import { expect, test } from 'vitest';
import { hasPostgres, hasRedis, startPostgres, startRedis } from '../../support/databases.ts';
import { freePort } from '../../support/programs.ts';

function monitor(): HealthMonitor {
  return createHealth(createCore({}, {}), new Registry(), { system: false, cacheMs: 0 });
}

// Skipped only where the program is not installed; the pipeline has it.
test.skipIf(!hasRedis())('redis and ioredis: up, down', async () => {
  const server = await startRedis();
  const client = createClient({ url: `redis://127.0.0.1:${server.port}`, socket: { reconnectStrategy: false } });
  client.on('error', () => undefined);
  const other = new Redis({ port: server.port, retryStrategy: () => null });
  other.on('error', () => undefined);
  await client.connect();
  const health = monitor();
  health.register('redis', checks.redis(client), { category: 'database' });
  health.register('ioredis', checks.redis(other), { category: 'database' });
  try {
    expect(await health.detailed()).toMatchObject({ overall_status: 'healthy', summary: { healthy: 2 } });
  } finally {
    await server.stop();
  }
  await expect.poll(async () => (await health.detailed()).summary.critical).toBe(2);
  other.disconnect();
  client.destroy();
});

// Skipped only where the program is not installed; the pipeline has it.
test.skipIf(!hasPostgres())('pg: up with the state of the pool, wrong query, down', async () => {
  const server = await startPostgres();
  const pool = new Pool({ host: server.host, port: server.port, user: 'postgres' });
  pool.on('error', () => undefined);
  const health = monitor();
  health.register('database', checks.sql(pool), { category: 'database', timeoutMs: 5000 });
  health.register('table', checks.sql(pool, { query: 'SELECT * FROM missing' }), { critical: false });
  try {
    const { checks: found, overall_status } = await health.detailed();
    expect(overall_status).toBe('warning');
    expect(found?.['database']).toMatchObject({ status: 'healthy', pool_total: expect.any(Number), pool_waiting: 0 });
    expect(found?.['table']).toMatchObject({ status: 'warning', message: 'relation "missing" does not exist' });
  } finally {
    await server.stop();
  }
  expect((await health.detailed()).checks?.['database']?.status).toBe('critical');
  await pool.end();
});

test('mysql2 and mongodb: nobody there', async () => {
  const port = await freePort();
  const pool = createPool({ host: '127.0.0.1', port, password: 'hunter2' });
  const url = `mongodb://app:hunter2@127.0.0.1:${port}/?serverSelectionTimeoutMS=100`;
  const [mongo, other] = [new MongoClient(url), new MongoClient(url)];
  const health = monitor();
  health.register('mysql', checks.sql(pool));
  health.register('mysql with promises', checks.sql(pool.promise()));
  health.register('mongo', checks.mongo(mongo));
  health.register('mongo database', checks.mongo(other.db('orders')));
  const report = await health.detailed();
  expect(report.summary).toMatchObject({ critical: 4 });
  for (const { message } of Object.values(report.checks ?? {}))
    expect(message).toMatch(/ECONNREFUSED|Server selection timed out/);
  expect(JSON.stringify(report)).not.toContain('hunter2');
  await Promise.all([mongo.close(), other.close()]);
  await pool.promise().end();
});
