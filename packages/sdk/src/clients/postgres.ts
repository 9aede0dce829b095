/**
 * PostgreSQL with pg, which publishes nothing: `query` and `connect` are covered on the given object only. Queries of a pool run
 * in the context of who asked, also those that waited for a connection.
 */
import { errorMonitor } from 'node:events';
import { bindContext } from '../context/correlation.ts';
import { settled } from '../lib/settled.ts';
import type { Operation, Operations } from './operation.ts';
import type { PoolWaits } from './pool-metrics.ts';
import { sqlShape } from './sql-text.ts';

/** A client of pg, as far as it is used here. */
export interface PostgresClient {
  query(...args: never[]): unknown;
  once(event: 'end', listener: () => void): unknown;
  readonly host?: string;
  readonly port?: number;
  readonly database?: string | undefined;
}

/** A pool of pg. */
export interface PostgresPool {
  connect(...args: never[]): unknown;
  query(...args: never[]): unknown;
  on(event: 'connect', listener: (client: never) => void): unknown;
  removeListener(event: 'connect', listener: (client: never) => void): unknown;
  readonly totalCount: number;
}

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Callback = (error: unknown, ...results: unknown[]) => unknown;
type Emitter = { once(event: string | symbol, listener: (error?: unknown) => void): unknown };

const observed = new WeakMap<object, () => void>();

/** Records the queries of one client. @returns Puts its method back. */
export function observePostgresClient(client: PostgresClient, operations: Operations): () => void {
  const known = observed.get(client);
  if (known !== undefined) return known;
  const target = client as unknown as { query: Method };
  const original = target.query;
  const isOwn = Object.hasOwn(client, 'query');
  target.query = function query(this: unknown, ...args) {
    return recorded(original, this, args, operations, client);
  };
  const stop = (): void => {
    if (!observed.delete(client)) return;
    if (isOwn) target.query = original;
    else Reflect.deleteProperty(target, 'query');
  };
  observed.set(client, stop);
  return stop;
}

function recorded(
  original: Method,
  self: unknown,
  args: unknown[],
  operations: Operations,
  client: PostgresClient,
): unknown {
  const [config] = args;
  const text = textOf(config);
  // What is wrong with the arguments is pg's to say.
  if (text === undefined) return original.apply(self, args);
  const shape = sqlShape(text, 'postgresql');
  const operation = operations.start({
    system: 'postgresql',
    operation: shape.operation,
    name: shape.summary,
    namespace: client.database,
    collection: shape.table,
    text: shape.text,
    summary: shape.summary,
    address: client.host,
    port: client.port,
  });
  const given = withCallback(args, operation);
  let result: unknown;
  try {
    result = original.apply(self, given ?? args);
  } catch (error) {
    operation.end(error);
    throw error;
  }
  return given === undefined ? followed(result, operation) : result;
}

/** The statement of a call: a text, a config or a query object such as a cursor. */
function textOf(config: unknown): string | undefined {
  if (typeof config === 'string') return config;
  if (typeof config !== 'object' || config === null) return undefined;
  const { text, cursor } = config as { text?: unknown; cursor?: { text?: unknown } };
  if (typeof text === 'string') return text;
  return typeof cursor?.text === 'string' ? cursor.text : undefined;
}

/** The arguments with a callback that ends the operation, in the context of now; undefined when there is no callback. */
function withCallback(args: unknown[], operation: Operation): unknown[] | undefined {
  const at = args.findLastIndex((argument) => typeof argument === 'function');
  const ended = (callback: Callback): Callback =>
    bindContext((error: unknown, ...results: unknown[]) => {
      operation.end(error);
      return callback(error, ...results);
    });
  if (at > 0) return args.with(at, ended(args[at] as Callback));
  const [config] = args;
  if (typeof config !== 'object' || config === null || 'submit' in config) return undefined;
  const { callback } = config as { callback?: unknown };
  if (typeof callback !== 'function') return undefined;
  return args.with(0, { ...config, callback: ended(callback as Callback) });
}

/** Ends an operation with its promise, or with the events of a query object. @returns What the caller gets. */
function followed(result: unknown, operation: Operation): unknown {
  if (result instanceof Promise) return settled(result, (error) => operation.end(error));
  if (typeof (result as Emitter | undefined)?.once === 'function') {
    const emitter = result as Emitter;
    emitter.once(errorMonitor, (error) => operation.end(error));
    emitter.once('end', () => operation.end());
    emitter.once('close', () => operation.end());
  } else operation.end();
  return result;
}

/** Records the queries of a pool's clients and the waits for them. @returns Puts everything back. */
export function observePostgresPool(pool: PostgresPool, operations: Operations, waits: PoolWaits): () => void {
  const known = observed.get(pool);
  if (known !== undefined) return known;
  const target = pool as unknown as { connect: Method; _clients?: readonly PostgresClient[] };
  const clients = new Set<() => void>();
  const add = (client: PostgresClient): void => {
    const stop = observePostgresClient(client, operations);
    clients.add(stop);
    client.once('end', () => clients.delete(stop));
  };
  for (const client of target._clients ?? []) add(client);
  pool.on('connect', add as (client: never) => void);
  const original = target.connect;
  const isOwn = Object.hasOwn(pool, 'connect');
  target.connect = function connect(this: unknown, callback?: unknown) {
    const done = timed(waits);
    if (typeof callback !== 'function') {
      const result = original.call(this);
      return result instanceof Promise ? settled(result, done) : result;
    }
    return original.call(
      this,
      bindContext((error: unknown, ...rest: unknown[]) => {
        done(error);
        return (callback as Callback)(error, ...rest);
      }),
    );
  };
  const stop = (): void => {
    if (!observed.delete(pool)) return;
    pool.removeListener('connect', add as (client: never) => void);
    if (isOwn) target.connect = original;
    else Reflect.deleteProperty(target, 'connect');
    for (const restore of clients) restore();
    clients.clear();
  };
  observed.set(pool, stop);
  return stop;
}

function timed({ wait, timeouts }: PoolWaits): (error?: unknown) => void {
  const startedAt = performance.now();
  return (error) => {
    if (error === undefined || error === null) wait.observe((performance.now() - startedAt) / 1000);
    else if (error instanceof Error && /^timeout exceeded when trying to connect/.test(error.message)) timeouts.inc();
  };
}
