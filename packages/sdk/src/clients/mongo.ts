/**
 * MongoDB by the driver's command monitoring and connection pool events. Commands are told only by connections that were made
 * with `monitorCommands`: it is switched on here, so the client is to be observed before it connects. Values of filters and
 * documents become `?`; their field names stay.
 */
import type { Notices } from '../lib/notices.ts';
import type { Operation, Operations } from './operation.ts';
import type { PoolMetrics } from './pool-metrics.ts';

/** A client of the mongodb driver, as far as it is used here. */
export interface MongoClientLike {
  on(event: string, listener: (event: never) => void): unknown;
  removeListener(event: string, listener: (event: never) => void): unknown;
  readonly options: object;
}

interface CommandEvent {
  readonly requestId: number;
  readonly commandName: string;
  readonly databaseName: string;
  readonly address: string;
  readonly command: Readonly<Record<string, unknown>>;
  readonly failure?: unknown;
}

interface PoolEvent {
  readonly address: string;
  readonly options?: { readonly maxPoolSize?: number };
  readonly reason?: string;
  readonly durationMS?: number;
}

/** Commands of the driver about itself. */
const INTERNAL = new Set(['hello', 'ismaster', 'ping', 'endsessions', 'saslstart', 'saslcontinue', 'killcursors']);
const MAX_RUNNING = 10_000;
const MAX_DEPTH = 5;
const MAX_FIELDS = 30;
const MAX_TEXT = 1024;

/** @returns Ends it. */
export function observeMongo(
  client: MongoClientLike,
  name: string | undefined,
  operations: Operations,
  pools: PoolMetrics,
  notices: Notices,
): () => void {
  const options = client.options as { monitorCommands?: boolean };
  if (options.monitorCommands !== true && (client as { topology?: unknown }).topology !== undefined)
    notices.tell(
      'mongo:connected',
      'a MongoClient was given to observeClient() after it connected: its open connections tell no commands. ' +
        'Give it before connect(), or make it with { monitorCommands: true }',
    );
  // The driver reads it for each connection that it makes.
  options.monitorCommands = true;
  const stops = [...commands(client, operations), ...connections(client, name, pools)];
  return () => {
    for (const stop of stops) stop();
  };
}

function listen<TEvent>(client: MongoClientLike, event: string, listener: (event: TEvent) => void): () => void {
  client.on(event, listener as (event: never) => void);
  return () => {
    client.removeListener(event, listener as (event: never) => void);
  };
}

function commands(client: MongoClientLike, operations: Operations): (() => void)[] {
  const running = new Map<number, Operation>();
  const finish = (event: CommandEvent, failure: unknown): void => {
    running.get(event.requestId)?.end(failure);
    running.delete(event.requestId);
  };
  return [
    listen<CommandEvent>(client, 'commandStarted', (event) => {
      // A connection that died tells no end; what it left must not pile up.
      if (INTERNAL.has(event.commandName.toLowerCase()) || running.size >= MAX_RUNNING) return;
      try {
        running.set(event.requestId, start(event, operations));
      } catch (error) {
        operations.failed(error);
      }
    }),
    listen<CommandEvent>(client, 'commandSucceeded', (event) => finish(event, undefined)),
    listen<CommandEvent>(client, 'commandFailed', (event) =>
      finish(event, event.failure ?? new Error('failed without a reason')),
    ),
    () => running.clear(),
  ];
}

function start(event: CommandEvent, operations: Operations): Operation {
  const operation = event.commandName;
  const target = event.command[operation] ?? event.command['collection'];
  const collection = typeof target === 'string' ? target : undefined;
  const at = event.address.lastIndexOf(':');
  const port = Number(event.address.slice(at + 1));
  return operations.start({
    system: 'mongodb',
    operation,
    name: collection === undefined ? `${operation} ${event.databaseName}` : `${operation} ${collection}`,
    namespace: event.databaseName,
    collection,
    text: commandText(event.command, operation),
    address: at > 0 ? event.address.slice(0, at) : event.address,
    port: at > 0 && Number.isInteger(port) ? port : undefined,
  });
}

/** A command as JSON with `?` for values; session, cluster time and the like are left out. */
export function commandText(command: Readonly<Record<string, unknown>>, operation: string): string {
  const shown: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(command)) {
    if (key.startsWith('$') || key === 'lsid' || key === 'txnNumber') continue;
    shown[key] = key === operation && typeof value === 'string' ? value : shape(value, 1);
  }
  const text = JSON.stringify(shown);
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1).toWellFormed()}…`;
}

function shape(value: unknown, depth: number): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shape(value[0], depth + 1)];
  const isPlain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain || depth > MAX_DEPTH) return '?';
  const out: Record<string, unknown> = {};
  let fields = 0;
  for (const key of Object.keys(value)) {
    if (fields++ === MAX_FIELDS) break;
    out[key] = shape((value as Record<string, unknown>)[key], depth + 1);
  }
  return out;
}

/** Numbers of a pool, counted from its events because the driver has no others. */
interface Counted {
  total: number;
  used: number;
  waiting: number;
  max: number | undefined;
}

function connections(client: MongoClientLike, name: string | undefined, pools: PoolMetrics): (() => void)[] {
  const byAddress = new Map<string, { counted: Counted; waits: ReturnType<PoolMetrics['waits']>; stop: () => void }>();
  const of = (address: string) => {
    let pool = byAddress.get(address);
    if (pool === undefined) {
      const label = name === undefined ? address : byAddress.size === 0 ? name : `${name} ${address}`;
      const counted: Counted = { total: 0, used: 0, waiting: 0, max: undefined };
      const stop = pools.watch(label, () => ({
        used: counted.used,
        idle: Math.max(0, counted.total - counted.used),
        waiting: counted.waiting,
        max: counted.max,
      }));
      pool = { counted, waits: pools.waits(label), stop };
      byAddress.set(address, pool);
    }
    return pool;
  };
  const on = (event: string, change: (pool: ReturnType<typeof of>, event: PoolEvent) => void) =>
    listen<PoolEvent>(client, event, (told) => change(of(told.address), told));
  const less = (number: number): number => Math.max(0, number - 1);
  return [
    on('connectionPoolCreated', ({ counted }, { options }) => {
      counted.max = options?.maxPoolSize || undefined;
    }),
    on('connectionCreated', ({ counted }) => counted.total++),
    on('connectionClosed', ({ counted }) => {
      counted.total = less(counted.total);
    }),
    on('connectionCheckOutStarted', ({ counted }) => counted.waiting++),
    on('connectionCheckedOut', ({ counted, waits }, { durationMS }) => {
      counted.waiting = less(counted.waiting);
      counted.used++;
      if (durationMS !== undefined) waits.wait.observe(durationMS / 1000);
    }),
    on('connectionCheckOutFailed', ({ counted, waits }, { reason }) => {
      counted.waiting = less(counted.waiting);
      if (reason === 'timeout') waits.timeouts.inc();
    }),
    on('connectionCheckedIn', ({ counted }) => {
      counted.used = less(counted.used);
    }),
    listen<PoolEvent>(client, 'connectionPoolClosed', ({ address }) => {
      byAddress.get(address)?.stop();
      byAddress.delete(address);
    }),
    () => {
      for (const { stop } of byAddress.values()) stop();
      byAddress.clear();
    },
  ];
}
