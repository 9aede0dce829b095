/**
 * The few things storage asks of a ClickHouse, whichever way it is reached: in this process (chDB) or over HTTP.
 * SQL text in, bytes out; everything about metrics is above this line.
 */
import type { WorkClass } from '../metric-store.ts';
import type { ColumnBytes } from './native-writer.ts';

/** Writers have a lane of their own beside the readers' classes. */
export type LaneName = WorkClass | 'writer';

export interface QueryOptions {
  readonly lane: LaneName;
  /** Engine settings of this query (`max_execution_time`, ...). */
  readonly settings?: Settings;
  /** The call rejects with the signal's reason at once; the engine is told to stop. */
  readonly signal?: AbortSignal;
}

export type Settings = Readonly<Record<string, number | string>>;

export interface Database {
  readonly engine: 'chdb' | 'clickhouse';
  /** A statement without a result. @throws StorageError */
  execute(sql: string, options: QueryOptions): Promise<void>;
  /** Rows as TabSeparated bytes in the order of `columns`. The bytes must not change until it settles. @throws StorageError */
  insert(table: string, columns: readonly string[], bytes: Uint8Array): Promise<void>;
  /**
   * Rows as columns in memory, which must not change until it settles. Rows of one key stay in their order.
   * @throws StorageError
   */
  insertColumns(table: string, rows: number, columns: readonly ColumnBytes[]): Promise<void>;
  /** The result in ClickHouse's Native format. @throws StorageError */
  query(sql: string, options: QueryOptions): Promise<Uint8Array>;
  /**
   * The result in ClickHouse's Native format, handed over in pieces of whole blocks, each when the one before was taken. `take` may
   * throw, which ends the query.
   * @throws StorageError
   */
  stream(sql: string, options: QueryOptions, take: (bytes: Uint8Array) => Promise<void>): Promise<void>;
  /** Rejects with a StorageError that says why when the engine does not answer. */
  ping(): Promise<void>;
  /** Waits for what is running, then lets go of the engine. */
  close(): Promise<void>;
}
