/**
 * Redis: the tracing channels that node-redis (5.12 and later) and ioredis (5.11 and later) publish. A command that ioredis
 * keeps until it is connected is published only when it is written, so a first command may show under the request that
 * connected.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { bindContext } from '../context/correlation.ts';
import { settled } from '../lib/settled.ts';
import type { CacheCounters, CacheMetrics } from './cache.ts';
import type { OperationStart, Operations } from './operation.ts';
import type { PoolWaits } from './pool-metrics.ts';
import { redisCommand, redisText } from './redis-text.ts';
import { followChannel } from './tracing-channel.ts';

/** What both libraries publish of a command. */
interface CommandMessage {
  readonly command: string;
  readonly args: readonly string[];
  readonly database?: number | undefined;
  readonly serverAddress?: string | undefined;
  readonly serverPort?: number | undefined;
}

interface CacheMessage {
  readonly result?: string;
  readonly count?: number;
}

interface BatchMessage extends Omit<CommandMessage, 'command' | 'args'> {
  readonly batchMode: 'MULTI' | 'PIPELINE';
  readonly batchSize: number;
}

/** @param operations Where calls are recorded. @param caches For the cache that node-redis has itself. @returns Ends it. */
export function followRedis(operations: Operations, caches: CacheMetrics): () => void {
  const ofCommand = (from: number) => (message: CommandMessage) => operations.start(command(message, from));
  const ofBatch = (message: BatchMessage) => operations.start(batch(message));
  const { failed } = operations;
  const stops = [
    // node-redis puts the command before its arguments, ioredis does not.
    followChannel('node-redis:command', ofCommand(1), failed),
    followChannel('ioredis:command', ofCommand(0), failed),
    followChannel('node-redis:batch', ofBatch, failed),
    followChannel('ioredis:batch', ofBatch, failed),
    ...followClientCache(caches),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** The client-side cache of node-redis as `cache="node-redis"`; its counters begin with its first request. */
function followClientCache(caches: CacheMetrics): (() => void)[] {
  let counters: CacheCounters | undefined;
  const on = (channel: string, count: (counters: CacheCounters, message: CacheMessage) => void): (() => void) => {
    const listener = (message: unknown): void => {
      counters ??= caches.counters('node-redis');
      count(counters, message as CacheMessage);
    };
    subscribe(channel, listener);
    return () => {
      unsubscribe(channel, listener);
    };
  };
  return [
    on('node-redis:cache:request', ({ hit, miss }, { result }) => (result === 'hit' ? hit : miss).inc()),
    on('node-redis:cache:eviction', ({ evict }, { count }) => evict.inc(count ?? 1)),
  ];
}

/** A pool of node-redis: what waits for a client is run by whoever gives one back. */
export interface RedisPool {
  execute(fn: (client: never) => unknown): unknown;
}

type Task = (this: unknown, client: unknown) => unknown;

/** Keeps the context of tasks across the queue of the pool, and times their waits. @returns Puts the method back. */
export function observeRedisPool(pool: RedisPool, { wait, timeouts }: PoolWaits): () => void {
  const target = pool as unknown as { execute: (this: unknown, task: Task) => unknown };
  const original = target.execute;
  const covered = function execute(this: unknown, task: Task): unknown {
    const startedAt = performance.now();
    let isStarted = false;
    const result = original.call(
      this,
      bindContext((client: unknown) => {
        isStarted = true;
        wait.observe((performance.now() - startedAt) / 1000);
        return task(client);
      }),
    );
    if (!(result instanceof Promise)) return result;
    return settled(result, (error) => {
      if (!isStarted && error instanceof Error && error.constructor.name === 'TimeoutError') timeouts.inc();
    });
  };
  target.execute = covered;
  return () => {
    if (target.execute === covered) Reflect.deleteProperty(target, 'execute');
  };
}

function command(message: CommandMessage, from: number): OperationStart {
  const known = redisCommand(message.command);
  return {
    system: 'redis',
    operation: known.name,
    name: known.name,
    namespace: namespaceOf(message.database),
    text: redisText(known, message.args, from),
    address: message.serverAddress,
    port: message.serverPort,
  };
}

function batch(message: BatchMessage): OperationStart {
  const operation = message.batchMode === 'MULTI' ? 'MULTI' : 'PIPELINE';
  return {
    system: 'redis',
    operation,
    name: operation,
    namespace: namespaceOf(message.database),
    batchSize: message.batchSize,
    address: message.serverAddress,
    port: message.serverPort,
  };
}

function namespaceOf(database: number | undefined): string | undefined {
  return database === undefined ? undefined : String(database);
}
