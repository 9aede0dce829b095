/**
 * Checks of databases through the client the service already has, so that the pool it works with is what is checked. Any
 * client with the shape of these interfaces does; none is imported.
 */
import type { Check, CheckOutcome } from '../check.ts';

/** pg's Pool or Client, mysql2's pool (also its callback form), or anything with `query`. */
export interface QueryClient {
  query(text: string): unknown;
}

/** better-sqlite3 and node:sqlite. */
export interface PrepareClient {
  prepare(text: string): { get(): unknown };
}

export interface SqlCheckOptions {
  /** Default `SELECT 1`. */
  query?: string | undefined;
  /** An answer that takes longer makes a warning. */
  warningMs?: number | undefined;
}

/**
 * A database answers a query.
 *
 * @param client A pool or connection, or a function that makes the query with any other client.
 * @example health.register('db', checks.sql(pool), { category: 'database' });
 * @example health.register('db', checks.sql(() => prisma.$queryRaw`SELECT 1`), { category: 'database' });
 */
export function sql(client: QueryClient | PrepareClient | (() => unknown), options: SqlCheckOptions = {}): Check {
  const { query = 'SELECT 1', warningMs } = options;
  return async () => {
    const startedAt = performance.now();
    await ask(client, query);
    return answered(performance.now() - startedAt, warningMs, poolDetails(client));
  };
}

function ask(client: QueryClient | PrepareClient | (() => unknown), query: string): unknown {
  if ('query' in client && typeof client.query === 'function') {
    // The callback form of mysql2 hides promises behind promise().
    const { promise } = client as { promise?: unknown };
    const asking = typeof promise === 'function' ? (promise.call(client) as QueryClient) : (client as QueryClient);
    return asking.query(query);
  }
  if ('prepare' in client && typeof client.prepare === 'function') return client.prepare(query).get();
  if (typeof client === 'function') return client();
  throw new TypeError('checks.sql() needs a client with query() or prepare(), or a function');
}

/** pg's Pool says how busy it is. */
function poolDetails(client: object): Record<string, number> {
  const { totalCount, idleCount, waitingCount } = client as Record<string, unknown>;
  if (typeof totalCount !== 'number' || typeof idleCount !== 'number' || typeof waitingCount !== 'number') return {};
  return { pool_total: totalCount, pool_idle: idleCount, pool_waiting: waitingCount };
}

/** The clients of `redis` (version 4 and later) and `ioredis`. */
export interface RedisClient {
  ping(): unknown;
}

/** States of ioredis in which it queues commands for a connection that may never come; it connects in the others. */
const GONE = new Set(['reconnecting', 'close', 'end']);

/** Redis answers PING. A client that is not connected fails at once, instead of queueing the command. */
export function redis(client: RedisClient, options: { warningMs?: number | undefined } = {}): Check {
  return async () => {
    const { isReady, status } = client as { isReady?: unknown; status?: unknown };
    if (isReady === false) return { status: 'critical', message: 'the client is not connected' };
    if (typeof status === 'string' && GONE.has(status)) {
      return { status: 'critical', message: `the client is not connected but ${status}` };
    }
    const startedAt = performance.now();
    const answer = await client.ping();
    if (String(answer) !== 'PONG') return { status: 'critical', message: 'PING was not answered with PONG' };
    return answered(performance.now() - startedAt, options.warningMs, {});
  };
}

/** MongoClient, or a Db of it. */
export type MongoTarget =
  | { db(name?: string): { command(command: object, options?: object): Promise<unknown> } }
  | { command(command: object, options?: object): Promise<unknown> };

/** MongoDB answers `ping`. For mongoose give `mongoose.connection.getClient()`. */
export function mongo(target: MongoTarget, options: { warningMs?: number | undefined } = {}): Check {
  return async () => {
    const startedAt = performance.now();
    const database = 'command' in target ? target : target.db('admin');
    const answer = (await database.command({ ping: 1 })) as { ok?: unknown } | undefined;
    if (answer?.ok !== 1) return { status: 'critical', message: 'ping was not answered with ok' };
    return answered(performance.now() - startedAt, options.warningMs, {});
  };
}

function answered(tookMs: number, warningMs: number | undefined, details: Record<string, number>): CheckOutcome {
  const isSlow = warningMs !== undefined && tookMs > warningMs;
  const message = isSlow ? `answered, slower than ${warningMs} ms` : 'answered';
  return { ...details, status: isSlow ? 'warning' : 'healthy', message };
}
