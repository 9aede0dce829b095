/** ClickHouse over HTTP, through its own client. Lanes bound what one class of work may have open at once. */
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { toStorageError } from '../errors.ts';
import type { Database, LaneName, QueryOptions } from './database.ts';
import { Lane } from './lane.ts';
import { type ColumnBytes, nativeBlock } from './native-writer.ts';

const LANES: Readonly<Record<LaneName, number>> = { writer: 2, interactive: 8, rules: 4, background: 2 };
const QUEUE_LIMIT = 500;
const REQUEST_TIMEOUT_MS = 300_000;

/** Written as the client's settings want them: a dropped connection stops the query. */
const ALWAYS = { cancel_http_readonly_queries_on_client_close: 1 } as const;

export interface HttpOptions {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  readonly database?: string;
}

/** @throws StorageError when the server does not answer or refuses the credentials */
export async function openHttp(options: HttpOptions): Promise<Database> {
  const name = options.database ?? 'sightline';
  const settings = {
    url: options.url,
    username: options.username ?? 'default',
    password: options.password ?? '',
    request_timeout: REQUEST_TIMEOUT_MS,
    max_open_connections: Object.values(LANES).reduce((sum, count) => sum + count, 1),
    compression: { request: true, response: false },
    // Its failures reach us as exceptions; it would write to the console.
    log: { level: ClickHouseLogLevel.OFF },
  };
  const admin = createClient(settings);
  try {
    await admin.command({ query: `CREATE DATABASE IF NOT EXISTS \`${name.replaceAll('`', '')}\`` });
  } catch (error) {
    throw toStorageError(error, `connecting to ClickHouse at ${withoutSecrets(options.url)}`);
  } finally {
    await admin.close();
  }
  return new HttpDatabase(createClient({ ...settings, database: name }));
}

class HttpDatabase implements Database {
  readonly engine = 'clickhouse';
  readonly #client: ClickHouseClient;
  readonly #lanes: ReadonlyMap<LaneName, Lane<null>>;

  constructor(client: ClickHouseClient) {
    this.#client = client;
    const lanes = Object.entries(LANES) as [LaneName, number][];
    this.#lanes = new Map(
      lanes.map(([name, count]) => [name, new Lane(new Array<null>(count).fill(null), QUEUE_LIMIT)]),
    );
  }

  async execute(sql: string, options: QueryOptions): Promise<void> {
    try {
      await this.#lane(options.lane).run(() => this.#client.command({ query: sql }));
    } catch (error) {
      throw toStorageError(error, 'statement');
    }
  }

  async insert(table: string, columns: readonly string[], bytes: Uint8Array): Promise<void> {
    const values = Readable.from([asBuffer(bytes)], { objectMode: false });
    try {
      await this.#lane('writer').run(() =>
        this.#client.insert({
          table,
          columns: columns as [string, ...string[]],
          values,
          format: 'TabSeparated',
        }),
      );
    } catch (error) {
      throw toStorageError(error, `insert into ${table}`);
    }
  }

  async insertColumns(table: string, rows: number, columns: readonly ColumnBytes[]): Promise<void> {
    const names = columns.map(({ name }) => name).join(', ');
    try {
      await this.#lane('writer').run(async () => {
        const { stream } = await this.#client.exec({
          query: `INSERT INTO ${table} (${names}) FORMAT Native`,
          values: Readable.from(nativeBlock(rows, columns).map(asBuffer), { objectMode: false }),
          clickhouse_settings: { optimize_on_insert: 0 },
        });
        stream.resume();
        await finished(stream);
      });
    } catch (error) {
      throw toStorageError(error, `insert into ${table}`);
    }
  }

  async query(sql: string, options: QueryOptions): Promise<Uint8Array> {
    const { signal } = options;
    try {
      return await this.#lane(options.lane).run(async () => {
        const { stream } = await this.#client.exec({
          query: `${sql} FORMAT Native`,
          clickhouse_settings: { ...ALWAYS, ...options.settings },
          ...(signal === undefined ? {} : { abort_signal: signal }),
        });
        const chunks: Buffer[] = [];
        for await (const chunk of stream) chunks.push(chunk as Buffer);
        return Buffer.concat(chunks);
      }, signal);
    } catch (error) {
      if (signal?.aborted) throw error;
      throw toStorageError(error, 'query');
    }
  }

  async stream(sql: string, options: QueryOptions, take: (bytes: Uint8Array) => Promise<void>): Promise<void> {
    await take(await this.query(sql, options));
  }

  async ping(): Promise<void> {
    await this.query('SELECT 1', { lane: 'background', settings: { max_execution_time: 5 } });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((lane) => lane.close()));
    await this.#client.close();
  }

  #lane(name: LaneName): Lane<null> {
    return this.#lanes.get(name) as Lane<null>;
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function withoutSecrets(url: string): string {
  try {
    const parsed = new URL(url);
    return `${parsed.protocol}//${parsed.host}`;
  } catch {
    return 'the configured URL';
  }
}
