/** How many connections the known pools hold, by their shape: pg, mysql2, node-redis, tarn (knex), generic-pool, undici. */
import { poolName } from './pool-name.ts';
import type { PoolState } from './pool-metrics.ts';

type Numbers = Readonly<Record<string, unknown>>;

/** How to read a pool, and whose it is. */
export interface PoolReader {
  readonly kind: string;
  /** `address:port/database` where the pool says it. */
  readonly address: string | undefined;
  read(): PoolState;
}

/** Recognises a pool by its shape; undefined when it is none that is known. */
export function poolReader(pool: object): PoolReader | undefined {
  for (const [kind, recognise] of KINDS) {
    const read = recognise(pool as Numbers);
    if (read !== undefined) return { kind, read, address: addressOf(pool as Numbers) };
  }
  return undefined;
}

const KINDS: readonly (readonly [string, (pool: Numbers) => (() => PoolState) | undefined])[] = [
  ['pg', pg],
  ['mysql2', mysql2],
  ['node-redis', nodeRedis],
  ['tarn', tarn],
  ['generic-pool', genericPool],
  ['undici', undici],
];

/** pg keeps what it was told in `options`, mysql2 in the config of its connections. */
function addressOf(pool: Numbers): string | undefined {
  const inner = object('_allConnections' in object(pool['pool']) ? pool['pool'] : pool);
  const { host, port, database, socketPath } = object(object(inner['config'])['connectionConfig'] ?? inner['options']);
  if (typeof socketPath === 'string') return poolName(socketPath, undefined, text(database));
  return typeof host === 'string' ? poolName(host, optional(port), text(database)) : undefined;
}

function pg(pool: Numbers): (() => PoolState) | undefined {
  if (!has(pool, 'totalCount', 'idleCount', 'waitingCount')) return undefined;
  return () => ({
    used: number(pool['totalCount']) - number(pool['idleCount']),
    idle: number(pool['idleCount']),
    waiting: number(pool['waitingCount']),
    max: optional(object(pool['options'])['max']),
  });
}

/** mysql2 has no public numbers; its promise pool wraps the one that has them. */
function mysql2(given: Numbers): (() => PoolState) | undefined {
  const inner = given['pool'];
  const pool = isObject(inner) && '_allConnections' in inner ? (inner as Numbers) : given;
  const length = (name: string): number => number(object(pool[name])['length']);
  if (!('_allConnections' in pool) || !('_freeConnections' in pool)) return undefined;
  return () => ({
    used: length('_allConnections') - length('_freeConnections'),
    idle: length('_freeConnections'),
    waiting: length('_connectionQueue'),
    max: optional(object(pool['config'])['connectionLimit']),
  });
}

function nodeRedis(pool: Numbers): (() => PoolState) | undefined {
  if (!has(pool, 'idleClients', 'clientsInUse', 'tasksQueueLength')) return undefined;
  return () => ({
    used: number(pool['clientsInUse']),
    idle: number(pool['idleClients']),
    waiting: number(pool['tasksQueueLength']),
  });
}

function tarn(given: Numbers): (() => PoolState) | undefined {
  const pool = 'numUsed' in given ? given : object(object(given['client'])['pool']);
  const call = (name: string): number => number((pool[name] as () => unknown).call(pool));
  if (!['numUsed', 'numFree', 'numPendingAcquires'].every((name) => typeof pool[name] === 'function')) return undefined;
  return () => ({
    used: call('numUsed'),
    idle: call('numFree'),
    waiting: call('numPendingAcquires'),
    max: optional(pool['max']),
  });
}

function genericPool(pool: Numbers): (() => PoolState) | undefined {
  if (!has(pool, 'borrowed', 'available', 'pending')) return undefined;
  return () => ({
    used: number(pool['borrowed']),
    idle: number(pool['available']),
    waiting: number(pool['pending']),
    max: optional(pool['max']),
  });
}

function undici(pool: Numbers): (() => PoolState) | undefined {
  const stats = (): Numbers => object(pool['stats']);
  if (!has(stats(), 'connected', 'free', 'queued')) return undefined;
  return () => {
    const { connected, free, queued } = stats();
    return { used: number(connected) - number(free), idle: number(free), waiting: number(queued) };
  };
}

function has(shape: Numbers, ...names: string[]): boolean {
  return names.every((name) => typeof shape[name] === 'number');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function object(value: unknown): Numbers {
  return isObject(value) || typeof value === 'function' ? (value as Numbers) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function number(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

function optional(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;
}
