/**
 * Databases, pools and caches of a service: what publishes its calls is followed by itself (node-redis, ioredis, mysql2), the
 * rest by naming the object (pg, mongodb, SQLite, pools, caches). No module is replaced, so neither the order of imports nor a
 * bundler matters.
 */
import type { Core } from '../core/core.ts';
import { ObserveError } from '../lib/problems.ts';
import type { Registry } from '../metrics/registry.ts';
import type { Tracing } from '../tracing/tracing.ts';
import { type CacheLike, createCacheMetrics, type ObservedCache } from './cache.ts';
import { type MongoClientLike, observeMongo } from './mongo.ts';
import { followMysql } from './mysql.ts';
import { Operations } from './operation.ts';
import { createPoolMetrics, type PoolState } from './pool-metrics.ts';
import { poolReader } from './pool-readers.ts';
import { observePostgresClient, observePostgresPool, type PostgresClient, type PostgresPool } from './postgres.ts';
import { followRedis, observeRedisPool, type RedisPool } from './redis.ts';
import { observeSqlite, type SqliteDatabase } from './sqlite.ts';

export interface ClientsOptions {
  /** Follow node-redis and ioredis. Default true. */
  redis?: boolean | undefined;
  /** Follow mysql2. Default true. */
  mysql?: boolean | undefined;
}

export interface ObservedOptions {
  /** Label `pool` of its metrics, db.namespace of a SQLite database. A pool without a name is called by its address. */
  name?: string | undefined;
}

export interface Clients {
  /**
   * Gauges of a pool: pg, mysql2, node-redis, tarn (knex), generic-pool, undici. For pg also its queries, for pg and
   * node-redis also the waits, and what waited runs in the context of who asked.
   *
   * @returns Puts everything back.
   * @throws ObserveError `unsupported` for an object that is none of them: then `poolMetrics` takes the numbers.
   * @example sightline.clients.observePool(pool, { name: 'orders' });
   */
  observePool(pool: object, options?: ObservedOptions): () => void;
  /**
   * Spans and metrics of a client that publishes none: a Client of pg, a MongoClient (before it connects), a database of
   * node:sqlite or better-sqlite3.
   *
   * @returns Puts everything back.
   * @throws ObserveError `unsupported` for an object that is none of them.
   * @example
   * sightline.clients.observeClient(new MongoClient(url), { name: 'activities' });
   * // Clients that another library makes, e.g. knex:
   * knex({ client: 'pg', pool: { afterCreate: (client, done) => (sightline.clients.observeClient(client), done()) } });
   */
  observeClient(client: object, options?: ObservedOptions): () => void;
  /**
   * Metrics of a cache with `get` and `set`, and loading what it does not have.
   *
   * @example const users = sightline.clients.observeCache('users', new Map<string, User>());
   */
  observeCache<TKey, TValue>(name: string, cache: CacheLike<TKey, TValue>): ObservedCache<TKey, TValue>;
  /**
   * Gauges of any other pool, read at each scrape: `pool_connections{pool,state}`, `pool_pending_requests`.
   *
   * @returns Ends it.
   * @example sightline.clients.poolMetrics('workers', () => ({ used: pool.busy, idle: pool.free, max: 8 }));
   */
  poolMetrics(name: string, state: () => PoolState): () => void;
  /** Follows nothing any more and puts back what was covered. */
  stop(): void;
}

const NONE = (): void => undefined;

export function instrumentClients(
  deps: { core: Core; registry: Registry; tracing: Tracing },
  options: ClientsOptions = {},
): Clients {
  const { core, registry, tracing } = deps;
  const caches = createCacheMetrics(registry, core.enabled);
  if (!core.enabled) {
    const observeCache = caches.observe;
    return { observePool: () => NONE, observeClient: () => NONE, observeCache, poolMetrics: () => NONE, stop: NONE };
  }
  const operations = new Operations(core, registry, tracing);
  const pools = createPoolMetrics(registry, core.notices, 'db_client_');
  const others = createPoolMetrics(registry, core.notices, 'pool_');
  const stops = new Set<() => void>();
  const kept = (stop: () => void): (() => void) => {
    stops.add(stop);
    return () => {
      stops.delete(stop);
      stop();
    };
  };
  if (options.redis !== false) stops.add(followRedis(operations, caches));
  const mysql = options.mysql === false ? undefined : followMysql(operations, pools);
  if (mysql !== undefined) stops.add(mysql.stop);
  return {
    observePool(pool, { name } = {}) {
      const reader = poolReader(pool);
      if (reader === undefined)
        throw unsupported('observePool', 'a pool of pg, mysql2, node-redis, tarn, generic-pool or undici');
      const label = name ?? reader.address ?? reader.kind;
      const unwatch = pools.watch(label, reader.read);
      let restore = NONE;
      if (reader.kind === 'pg') restore = observePostgresPool(pool as PostgresPool, operations, pools.waits(label));
      else if (reader.kind === 'mysql2' && reader.address !== undefined) mysql?.namePool(reader.address, label);
      else if (reader.kind === 'node-redis') restore = observeRedisPool(pool as RedisPool, pools.waits(label));
      return kept(() => {
        restore();
        unwatch();
      });
    },
    observeClient(client, { name } = {}) {
      if (isMongo(client)) return kept(observeMongo(client, name, operations, pools, core.notices));
      if (isSqlite(client)) return kept(observeSqlite(client, name, operations));
      if (isPostgres(client)) {
        const stop = kept(observePostgresClient(client, operations));
        // Pools make and end clients for as long as the service runs.
        client.once('end', stop);
        return stop;
      }
      throw unsupported(
        'observeClient',
        'a Client of pg, a MongoClient, or a database of node:sqlite or better-sqlite3',
      );
    },
    observeCache(name, cache) {
      const observed = caches.observe(name, cache);
      return { ...observed, stop: kept(observed.stop) };
    },
    poolMetrics: (name, state) => kept(others.watch(name, state)),
    stop() {
      for (const stop of stops) stop();
      stops.clear();
    },
  };
}

function isMongo(client: object): client is MongoClientLike {
  return has(client, 'startSession') && has(client, 'db') && has(client, 'on') && 'options' in client;
}

function isSqlite(client: object): client is SqliteDatabase {
  return has(client, 'prepare') && has(client, 'exec');
}

function isPostgres(client: object): client is PostgresClient {
  return has(client, 'query') && has(client, 'connect') && has(client, 'escapeLiteral');
}

function has(target: object, method: string): boolean {
  return typeof (target as Record<string, unknown>)[method] === 'function';
}

function unsupported(method: string, wanted: string): ObserveError {
  const other = method === 'observePool' ? ' Give its numbers to poolMetrics() instead.' : '';
  return new ObserveError('unsupported', `${method}() takes ${wanted}, and what it got is none of them.${other}`);
}
