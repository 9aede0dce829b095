/**
 * ClickHouse inside this process. chDB is an optional dependency, loaded when a data directory is opened.
 *
 * One session is one queue, so each class of work has sessions of its own on the same path. They run on libuv's thread pool:
 * the process must be started with UV_THREADPOOL_SIZE of at least SESSION_COUNT + 4, or file and DNS work waits behind queries.
 */
import { accessSync, constants, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { StorageError, toStorageError } from '../errors.ts';
import type { Database, LaneName, QueryOptions, Settings } from './database.ts';
import { Lane } from './lane.ts';
import { type ColumnBytes, nativeBlock } from './native-writer.ts';
import { quoteSql } from './sql-text.ts';

const LANES: Readonly<Record<LaneName, number>> = { writer: 1, interactive: 3, rules: 1, background: 1 };

/** Sessions that may compute at once, with one more for stopping the others. */
export const SESSION_COUNT = Object.values(LANES).reduce((sum, count) => sum + count, 1);

const QUEUE_LIMIT = 500;
const KILL_ATTEMPTS = 20;

interface Session {
  queryAsync(sql: string, options: { format: string }): Promise<{ bytes(): Uint8Array }>;
  insert(params: { table: string; columns: readonly string[]; values: Uint8Array; format: 'TSV' }): Promise<unknown>;
  /** Plans the query before it returns; one at a time. */
  queryStream(sql: string, options: { format: string }): AsyncIterable<{ raw(): Uint8Array }>;
  close(): void;
}

interface Engine {
  Session: new (path: string, options: { connectionArgs: readonly string[] }) => Session;
  drainPending(): Promise<void>;
}

export interface ChdbOptions {
  readonly dataDir: string;
  /** Memory the engine may use for everything it does at once. */
  readonly maxMemoryBytes: number;
}

/** @throws StorageError naming the directory when it cannot be written or another process holds it */
export async function openChdb(options: ChdbOptions): Promise<Database> {
  const dataDir = resolve(options.dataDir);
  const path = prepareDirectory(dataDir);
  const configFile = writeEngineConfig(dataDir, options);
  const engine = await loadEngine();
  const connectionArgs = [`--config-file=${configFile}`];
  const open = () => {
    try {
      return new engine.Session(path, { connectionArgs });
    } catch (error) {
      throw openFailure(error, dataDir);
    }
  };
  const first = open();
  try {
    await first.queryAsync('SELECT 1', { format: 'TSV' });
  } catch (error) {
    first.close();
    throw openFailure(error, dataDir);
  }
  const sessions = Array.from({ length: SESSION_COUNT - 1 }, open);
  return new ChdbDatabase(engine, [first, ...sessions], prepareTransfer(dataDir));
}

async function loadEngine(): Promise<Engine> {
  try {
    return (await import('chdb')) as unknown as Engine;
  } catch (error) {
    throw new StorageError(
      'storage_unavailable',
      `the embedded database (npm package chdb) did not load: ${messageOf(error)}`,
      {
        hint: 'install it (glibc Linux and macOS), or set storage.clickhouse.url to use a ClickHouse server',
        cause: error,
      },
    );
  }
}

function prepareDirectory(dataDir: string): string {
  const path = `${dataDir}/clickhouse`;
  try {
    mkdirSync(path, { recursive: true });
    accessSync(dataDir, constants.W_OK | constants.R_OK | constants.X_OK);
    accessSync(path, constants.W_OK | constants.R_OK | constants.X_OK);
  } catch (error) {
    throw new StorageError('storage_unwritable', `data directory ${dataDir} cannot be used: ${messageOf(error)}`, {
      hint: 'give the user that runs Sightline the right to write there, or choose another directory with --data',
      cause: error,
    });
  }
  return path;
}

/**
 * Where columns are handed to the engine: its C interface takes text only, but it reads files in its own format. They live for
 * one insert, so the kernel rarely writes them. A data directory whose path the engine would read as a pattern is passed over.
 */
function prepareTransfer(dataDir: string): string {
  const isPattern = /[*?{}]/.test(dataDir);
  const path = isPattern ? join(tmpdir(), `sightline-${process.pid}`) : `${dataDir}/transfer`;
  try {
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw toStorageError(error, `preparing ${path}`);
  }
  return path;
}

/** The engine's defaults suit a server of its own; here it shares a process and a machine. */
function writeEngineConfig(dataDir: string, options: ChdbOptions): string {
  const settings: Record<string, number> = {
    max_server_memory_usage: options.maxMemoryBytes,
    mark_cache_size: 64 * 1024 * 1024,
    uncompressed_cache_size: 0,
    index_mark_cache_size: 8 * 1024 * 1024,
    background_pool_size: 2,
    background_merges_mutations_concurrency_ratio: 2,
    background_schedule_pool_size: 4,
    background_move_pool_size: 1,
    background_fetches_pool_size: 1,
    background_common_pool_size: 2,
    background_message_broker_schedule_pool_size: 1,
    background_distributed_schedule_pool_size: 1,
    background_buffer_flush_schedule_pool_size: 1,
    max_thread_pool_size: 256,
    max_thread_pool_free_size: 8,
    tables_loader_foreground_pool_size: 2,
    tables_loader_background_pool_size: 2,
  };
  const lines = Object.entries(settings).map(([name, value]) => `  <${name}>${value}</${name}>`);
  // With two merge threads the defaults, which keep 20 and 8 slots free, would stop merges of any size.
  const merge = [
    '  <merge_tree>',
    '    <number_of_free_entries_in_pool_to_lower_max_size_of_merge>1</number_of_free_entries_in_pool_to_lower_max_size_of_merge>',
    '    <number_of_free_entries_in_pool_to_execute_mutation>1</number_of_free_entries_in_pool_to_execute_mutation>',
    '    <number_of_free_entries_in_pool_to_execute_optimize_entire_partition>1</number_of_free_entries_in_pool_to_execute_optimize_entire_partition>',
    // Waits for more parts of one size before it merges them: each sample is merged less often, for some more parts.
    '    <merge_selector_base>10</merge_selector_base>',
    '  </merge_tree>',
  ];
  const file = `${dataDir}/clickhouse.xml`;
  try {
    writeFileSync(file, `<clickhouse>\n${[...lines, ...merge].join('\n')}\n</clickhouse>\n`);
  } catch (error) {
    throw toStorageError(error, `writing ${file}`);
  }
  return file;
}

function openFailure(error: unknown, dataDir: string): StorageError {
  const text = messageOf(error);
  if (/already|lock|another|in use|Cannot lock/i.test(text) || text.startsWith('Failed to create connection')) {
    return new StorageError(
      'storage_locked',
      `data directory ${dataDir} cannot be opened: it is in use by another process`,
      {
        hint: 'stop the other Sightline, or choose another directory with --data',
        cause: error,
      },
    );
  }
  return new StorageError('storage_unavailable', `data directory ${dataDir} cannot be opened: ${text}`, {
    cause: error,
  });
}

class ChdbDatabase implements Database {
  readonly engine = 'chdb';
  readonly #engine: Engine;
  readonly #sessions: readonly Session[];
  /** Stops queries of the others. */
  readonly #control: Session;
  readonly #lanes: ReadonlyMap<LaneName, Lane<Session>>;
  readonly #transferDir: string;
  #serial = 0;

  constructor(engine: Engine, sessions: readonly Session[], transferDir: string) {
    this.#transferDir = transferDir;
    this.#engine = engine;
    this.#sessions = sessions;
    this.#control = sessions[0] as Session;
    let next = 1;
    const lanes = new Map<LaneName, Lane<Session>>();
    for (const [name, count] of Object.entries(LANES) as [LaneName, number][]) {
      lanes.set(name, new Lane(sessions.slice(next, next + count), QUEUE_LIMIT));
      next += count;
    }
    this.#lanes = lanes;
  }

  async execute(sql: string, options: QueryOptions): Promise<void> {
    await this.query(sql, options);
  }

  async insert(table: string, columns: readonly string[], bytes: Uint8Array): Promise<void> {
    try {
      await this.#lane('writer').run((session) => session.insert({ table, columns, values: bytes, format: 'TSV' }));
    } catch (error) {
      throw toStorageError(error, `insert into ${table}`);
    }
  }

  async insertColumns(table: string, rows: number, columns: readonly ColumnBytes[]): Promise<void> {
    const file = `${this.#transferDir}/${++this.#serial}.native`;
    try {
      await writePieces(file, nativeBlock(rows, columns));
      const names = columns.map(({ name }) => name).join(', ');
      const structure = columns.map(({ name, type }) => `${name} ${type}`).join(', ');
      const sql =
        `INSERT INTO ${table} (${names}) SELECT ${names} FROM file(${quoteSql(file)}, Native, ${quoteSql(structure)})` +
        settingsClause(TRANSFER_SETTINGS);
      await this.#lane('writer').run((session) => session.queryAsync(sql, { format: 'Null' }));
    } catch (error) {
      throw toStorageError(error, `insert into ${table}`);
    } finally {
      await rm(file, { force: true });
    }
  }

  query(sql: string, options: QueryOptions): Promise<Uint8Array> {
    return this.#run(sql, options, async (session, text) =>
      (await session.queryAsync(text, { format: 'Native' })).bytes(),
    );
  }

  stream(sql: string, options: QueryOptions, take: (bytes: Uint8Array) => Promise<void>): Promise<void> {
    return this.#run(sql, options, async (session, text) => {
      const pieces = session.queryStream(text, { format: 'Native' })[Symbol.asyncIterator]();
      let next = pieces.next();
      try {
        for (;;) {
          const piece = await next;
          if (piece.done === true) return;
          options.signal?.throwIfAborted();
          // The engine fetches while this one is looked at.
          next = pieces.next();
          await take(piece.value.raw());
        }
      } finally {
        next.catch(() => undefined);
        await pieces.return?.();
      }
    });
  }

  async #run<T>(sql: string, options: QueryOptions, ask: (session: Session, text: string) => Promise<T>): Promise<T> {
    const { signal } = options;
    const mark = `sightline ${process.pid} ${++this.#serial}`;
    const text = `/* ${mark} */ ${sql}${settingsClause(options.settings)}`;
    let isRunning = false;
    const stop = () => this.#kill(mark, () => isRunning);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      return await this.#lane(options.lane).run(async (session) => {
        isRunning = true;
        try {
          return await ask(session, text);
        } finally {
          isRunning = false;
        }
      }, signal);
    } catch (error) {
      if (signal?.aborted) throw error;
      throw toStorageError(error, 'query');
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  async ping(): Promise<void> {
    await this.query('SELECT 1', { lane: 'background', settings: { max_execution_time: 5 } });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((lane) => lane.close()));
    await this.#engine.drainPending();
    for (const session of this.#sessions) session.close();
    await this.#engine.drainPending();
  }

  #lane(name: LaneName): Lane<Session> {
    return this.#lanes.get(name) as Lane<Session>;
  }

  /**
   * The C interface cannot interrupt a query; another session can. A query that has only just begun may not be listed yet, so it is
   * looked for again while it runs.
   */
  async #kill(mark: string, isRunning: () => boolean): Promise<void> {
    const sql = `KILL QUERY WHERE startsWith(query, '/* ${mark} */') ASYNC`;
    for (let attempt = 0; attempt < KILL_ATTEMPTS && isRunning(); attempt++) {
      try {
        await this.#control.queryAsync(sql, { format: 'Null' });
      } catch {
        // The query's own time limit still ends it.
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** One thread, so that rows stay in their order; equal keys are joined by merges, not by every insert again. */
const TRANSFER_SETTINGS: Settings = { max_threads: 1, max_insert_threads: 1, optimize_on_insert: 0 };

async function writePieces(file: string, pieces: readonly Uint8Array[]): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    const size = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
    const { bytesWritten } = await handle.writev(pieces);
    // Only a full disk writes part of what it was given and says nothing.
    if (bytesWritten < size) throw new Error(`No space left on device: ${bytesWritten} of ${size} bytes were written`);
  } finally {
    await handle.close();
  }
}

function settingsClause(settings: Settings | undefined): string {
  const entries = Object.entries(settings ?? {});
  if (entries.length === 0) return '';
  return ` SETTINGS ${entries.map(([name, value]) => `${name} = ${typeof value === 'number' ? value : `'${value}'`}`).join(', ')}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
