import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLogger } from '../../telemetry/create-logger.ts';
import { createMetricsRegistry } from '../../telemetry/create-registry.ts';
import { named, pointsOf, selectAll, writePoints } from '../battery/fixtures.ts';
import { CHILD_SERIES, CHILD_START, CHILD_STEPS } from '../battery/kill-child.ts';
import { StorageError } from '../errors.ts';
import { openChdb } from './chdb-database.ts';
import { openChdbStorage } from './index.ts';
import { migrate, readMigrations } from './migrations.ts';

const CHILD = fileURLToPath(new URL('../battery/kill-child-main.ts', import.meta.url));

/** Runs the child from source, as this test runs. */
function startChild(dataDir: string): { process: ChildProcess; rounds: () => number; isOpen: () => boolean } {
  const script = `
    import { runnerImport } from 'vite';
    await runnerImport(${JSON.stringify(CHILD)}, {
      configFile: false, logLevel: 'error', resolve: { conditions: ['sightline-source'] },
      ssr: { resolve: { conditions: ['sightline-source', 'node', 'import', 'default'] } },
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, UV_THREADPOOL_SIZE: '16', SIGHTLINE_CHILD_DATA: dataDir },
  });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const complete = () => text.slice(0, text.lastIndexOf('\n') + 1);
  return {
    process: child,
    rounds: () => complete().match(/stored \d+\n/g)?.length ?? 0,
    isOpen: () => complete().includes('open\n'),
  };
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

describe('the embedded database when things go wrong', () => {
  let dataDir: string;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'sightline-failures-'));
  });

  afterEach(() => {
    rmSync(dataDir, { recursive: true, force: true });
  });

  const open = (directory = dataDir) =>
    openChdbStorage({
      dataDir: directory,
      retention: { metricsMs: 0 },
      logger: createLogger({ level: 'error', format: 'text', write: () => undefined }),
      registry: createMetricsRegistry(),
    });

  test('kill -9 while writing: every acknowledged sample is there, none twice', { timeout: 120_000 }, async () => {
    let acknowledged = 0;
    for (let kill = 0; kill < 2; kill++) {
      const child = startChild(dataDir);
      await expect.poll(child.rounds, { timeout: 60_000, interval: 10 }).toBeGreaterThan(10 + kill * 17);
      child.process.kill('SIGKILL');
      await ended(child.process);
      acknowledged = Math.max(acknowledged, child.rounds() * CHILD_STEPS);
    }
    const storage = await open();
    const block = await selectAll(storage, [named('killed_total')], CHILD_START - 1, CHILD_START + 3_600_000_000);
    expect(block.series.length).toBe(CHILD_SERIES);
    for (const points of Object.values(pointsOf(block))) {
      const values = points.map(([, value]) => value);
      expect(values.length).toBeGreaterThanOrEqual(acknowledged);
      expect(values).toEqual(values.map((_, step) => step));
      expect(points[0]?.[0]).toBe(CHILD_START);
    }
    await storage.close();
  });

  test('a directory that another process holds is refused by name, and free again when that ends', {
    timeout: 90_000,
  }, async () => {
    const child = startChild(dataDir);
    try {
      await expect.poll(child.isOpen, { timeout: 60_000 }).toBe(true);
      const refused = await open().catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(StorageError);
      expect(refused).toMatchObject({ code: 'storage_locked' });
      expect((refused as Error).message).toContain(dataDir);
    } finally {
      child.process.kill('SIGKILL');
      await ended(child.process);
    }
    await (await open()).close();
  });

  test('a directory that cannot be made or written is refused by name', async () => {
    const file = join(dataDir, 'file');
    writeFileSync(file, '');
    await expect(open(join(file, 'data'))).rejects.toMatchObject({ code: 'storage_unwritable' });
    await expect(open(join(file, 'data'))).rejects.toThrow(join(file, 'data'));
  });

  test('data of a newer version and a changed schema file are refused, and nothing is touched', async () => {
    await (await open()).close();
    const database = await openChdb({ dataDir, maxMemoryBytes: 1e9 });
    const migrations = readMigrations();
    const changed = migrations.map((migration) =>
      migration.version === 2 ? { ...migration, checksum: 'x' } : migration,
    );
    await expect(migrate(database, changed)).rejects.toMatchObject({ code: 'storage_changed' });
    await expect(migrate(database, changed)).rejects.toThrow('002-series.sql');
    await database.insert('schema_migrations', ['version', 'name', 'checksum'], Buffer.from('999\tfuture\tx\n'));
    await database.close();
    await expect(open()).rejects.toMatchObject({ code: 'storage_newer' });
  });

  const canMount = mountTmpfs(join(tmpdir(), `sightline-mount-probe-${process.pid}`), 1);
  test.skipIf(!canMount)(
    'a full disk refuses writes and lets them through again (needs the right to mount)',
    { timeout: 60_000 },
    async () => {
      const mount = join(dataDir, 'small');
      mountTmpfs(mount, 24, true);
      try {
        const storage = await open(mount);
        await writePoints(storage, { __name__: 'before' }, [[1_000, 1]]);
        const free = statfsSync(mount);
        const ballast = join(mount, 'ballast');
        writeFileSync(ballast, Buffer.alloc(Math.max(0, free.bavail * free.bsize - 4_096)));
        const refused = await writePoints(storage, { __name__: 'full', a: 'x'.repeat(8_000) }, [[2_000, 2]]).catch(
          (error: unknown) => error,
        );
        expect(refused).toMatchObject({ code: 'storage_full' });
        rmSync(ballast);
        expect((await writePoints(storage, { __name__: 'full' }, [[2_000, 3]])).accepted).toBe(1);
        expect(pointsOf(await selectAll(storage, [named('before')], 0, 5_000))).toEqual({ before: [[1_000, 1]] });
        expect((await selectAll(storage, [named('full')], 0, 5_000)).series.length).toBeGreaterThanOrEqual(1);
        await storage.close();
      } finally {
        execFileSync('umount', ['-l', mount]);
      }
    },
  );
});

/** Mounts a small file system; as a probe it is taken away again. */
function mountTmpfs(path: string, megabytes: number, keep = false): boolean {
  try {
    execFileSync('mkdir', ['-p', path], { stdio: 'ignore' });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path], { stdio: 'ignore' });
    if (!keep) execFileSync('umount', [path], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    if (!keep) rmSync(path, { recursive: true, force: true });
  }
}
