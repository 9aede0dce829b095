/** Operational state in the table `state`. Records that are handed over while an insert is under way share the next one. */
import { StorageError, toStorageError } from '../../errors.ts';
import type { StateRecord, StateStore } from '../../state-store.ts';
import type { Database } from '../database.ts';
import { unexpectedColumns } from '../migrations.ts';
import { readNative, toNumbers } from '../native.ts';
import { escapeTsv } from '../sql-text.ts';
import { LAST_VERSION_SQL, loadStateSql, removeStateSql, stateHistorySql } from './queries.ts';

const COLUMNS = ['kind', 'key', 'version', 'time', 'actor', 'payload'] as const;
/** Records that wait; more are refused. */
const MAX_WAITING = 100_000;
/** Longest payload, in characters. */
const MAX_PAYLOAD = 1_000_000;

interface Waiting {
  readonly records: readonly StateRecord[];
  resolve(): void;
  reject(error: Error): void;
}

export class ClickHouseStateStore implements StateStore {
  readonly #database: Database;
  readonly #now: () => number;
  #waiting: Waiting[] = [];
  #waitingRecords = 0;
  #inFlight: Promise<void> | undefined;
  #version: number;

  private constructor(database: Database, now: () => number, version: number) {
    this.#database = database;
    this.#now = now;
    this.#version = version;
  }

  static async open(database: Database, now: () => number): Promise<ClickHouseStateStore> {
    const bytes = await database.query(LAST_VERSION_SQL, { lane: 'background' });
    const [version] = [...readNative(bytes)][0]?.columns ?? [];
    if (version?.kind !== 'u64') throw unexpectedColumns('state');
    return new ClickHouseStateStore(database, now, toNumbers(version.words)[0] ?? 0);
  }

  load(kind: string): Promise<readonly StateRecord[]> {
    return this.#read(loadStateSql(kind), kind);
  }

  history(kind: string, key: string): Promise<readonly StateRecord[]> {
    return this.#read(stateHistorySql(kind, key), kind);
  }

  append(records: readonly StateRecord[]): Promise<void> {
    if (records.length === 0) return Promise.resolve();
    const tooLong = records.find(({ payload }) => payload.length > MAX_PAYLOAD);
    if (tooLong !== undefined) {
      const message = `state ${tooLong.kind} ${tooLong.key} is longer than ${MAX_PAYLOAD} characters`;
      return Promise.reject(new StorageError('query_too_large', message));
    }
    if (this.#waitingRecords + records.length > MAX_WAITING) {
      return Promise.reject(
        new StorageError('storage_unavailable', `more than ${MAX_WAITING} state records wait to be stored`),
      );
    }
    this.#waitingRecords += records.length;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ records, resolve, reject });
      this.#inFlight ??= this.#drain();
    });
  }

  async remove(kind: string, keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await this.#database.execute(removeStateSql(kind, keys), { lane: 'background' });
  }

  /** Waits for what was handed over. */
  async close(): Promise<void> {
    await this.#inFlight;
  }

  async #drain(): Promise<void> {
    // In a turn of its own, so that appends of the same turn share the insert.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      this.#waitingRecords = 0;
      try {
        await this.#database.insert('state', COLUMNS, this.#rows(batch));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        const failure = toStorageError(error, 'writing state');
        for (const { reject } of batch) reject(failure);
      }
    }
    this.#inFlight = undefined;
  }

  #rows(batch: readonly Waiting[]): Uint8Array {
    let text = '';
    for (const { records } of batch) {
      for (const { kind, key, timeMs, actor, payload } of records) {
        const fields = [kind, key, String(this.#nextVersion()), (timeMs / 1000).toFixed(3), actor, payload];
        text += `${fields.map(escapeTsv).join('\t')}\n`;
      }
    }
    return Buffer.from(text);
  }

  /** Rises with every record, restarts and clocks that go back included. */
  #nextVersion(): number {
    this.#version = Math.max(this.#version + 1, this.#now() * 1000);
    return this.#version;
  }

  async #read(sql: string, kind: string): Promise<readonly StateRecord[]> {
    const bytes = await this.#database.query(sql, { lane: 'background' });
    const records: StateRecord[] = [];
    for (const { columns, rows } of readNative(bytes)) {
      const [key, time, actor, payload] = columns;
      if (key?.kind !== 'string' || time?.kind !== 'i64' || actor?.kind !== 'string' || payload?.kind !== 'string') {
        throw unexpectedColumns('state');
      }
      const times = toNumbers(time.words);
      for (let i = 0; i < rows; i++) {
        records.push({
          kind,
          key: key.values[i] as string,
          timeMs: times[i] as number,
          actor: actor.values[i] as string,
          payload: payload.values[i] as string,
        });
      }
    }
    return records;
  }
}
