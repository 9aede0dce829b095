/**
 * Schema versions. The files in `sql/` are applied in the order of their numbers, once each, and never changed afterwards: their
 * checksums are kept in the database. There is no way back; a database that a newer program wrote is refused.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { StorageError } from '../errors.ts';
import type { Database } from './database.ts';
import { readNative } from './native.ts';

/** The compiler does not copy .sql files, and `src` and `dist` are equally deep, so both find them in `src`. */
const SQL_FOLDER = new URL('../../../src/storage/clickhouse/sql/', import.meta.url);

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

export function readMigrations(folder: URL = SQL_FOLDER): readonly Migration[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const sql = readFileSync(new URL(file, folder), 'utf8');
      const version = Number.parseInt(file, 10);
      return { version, name: file, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}

/**
 * Brings the database to the newest version.
 * @throws StorageError `storage_newer` or `storage_changed` before anything is touched
 */
export async function migrate(database: Database, migrations: readonly Migration[] = readMigrations()): Promise<void> {
  const [ledger, ...rest] = migrations;
  if (ledger === undefined) throw new StorageError('storage_corrupt', `no schema files in ${SQL_FOLDER.pathname}`);
  await database.execute(renderDdl(ledger.sql), { lane: 'background' });
  const applied = await readApplied(database);
  const newest = Math.max(0, ...migrations.map((migration) => migration.version));
  const beyond = [...applied.keys()].filter((version) => version > newest);
  if (beyond.length > 0) {
    throw new StorageError(
      'storage_newer',
      `the data was written by a newer Sightline (schema version ${Math.max(...beyond)}, this program knows ${newest})`,
      { hint: 'run the newer version again, or start this one with another data directory' },
    );
  }
  for (const migration of rest) {
    const checksum = applied.get(migration.version);
    if (checksum !== undefined && checksum !== migration.checksum) {
      throw new StorageError(
        'storage_changed',
        `schema file ${migration.name} is not the one that was applied to this data (checksum differs)`,
        { hint: 'restore the file; a change of the schema is a new file with the next number' },
      );
    }
  }
  for (const migration of rest) {
    if (!applied.has(migration.version)) await apply(database, migration);
  }
}

async function apply(database: Database, migration: Migration): Promise<void> {
  await database.execute(renderDdl(migration.sql), { lane: 'background' });
  const row = `${migration.version}\t${migration.name}\t${migration.checksum}\n`;
  await database.insert('schema_migrations', ['version', 'name', 'checksum'], Buffer.from(row));
}

async function readApplied(database: Database): Promise<ReadonlyMap<number, string>> {
  const bytes = await database.query('SELECT version, checksum FROM schema_migrations', { lane: 'background' });
  const applied = new Map<number, string>();
  for (const { rows, columns } of readNative(bytes)) {
    const [versions, checksums] = columns;
    if (versions?.kind !== 'u32' || checksums?.kind !== 'string') throw unexpectedColumns('schema_migrations');
    for (let i = 0; i < rows; i++) applied.set(versions.values[i] as number, checksums.values[i] as string);
  }
  return applied;
}

export function unexpectedColumns(table: string): StorageError {
  return new StorageError('storage_corrupt', `table ${table} has other columns than this program wrote`);
}

/** Comments go, and the placeholders of cluster mode become those of a single server. */
export function renderDdl(sql: string): string {
  return sql
    .replace(/^--.*\n/gm, '')
    .replaceAll(' {on_cluster}', '')
    .replaceAll('{replicated}', '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
