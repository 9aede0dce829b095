/** Real database servers for tests, each with its own folder and a free port of the loopback address; stopped by their test. */
import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, freePort, has, type Program, startProgram, temporaryFolder } from './programs.ts';

/** A running server. */
export interface DatabaseServer {
  readonly host: '127.0.0.1';
  readonly port: number;
  stop(): Promise<void>;
}

const POSTGRES_ROOT = '/usr/lib/postgresql';

/** Folder of PostgreSQL's programs, which Debian keeps off the PATH; undefined when it is not installed. */
function postgresPrograms(): string | undefined {
  if (!existsSync(POSTGRES_ROOT)) return undefined;
  return readdirSync(POSTGRES_ROOT)
    .map((version) => join(POSTGRES_ROOT, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'initdb')));
}

export function hasPostgres(): boolean {
  return postgresPrograms() !== undefined;
}

export function hasMariadb(): boolean {
  return has('mariadbd');
}

export function hasRedis(): boolean {
  return has('redis-server');
}

/** PostgreSQL with user and database `postgres`, no password. It refuses to run as root: then it runs as `postgres`. */
export async function startPostgres(): Promise<DatabaseServer> {
  const programs = postgresPrograms();
  if (programs === undefined) throw new Error('PostgreSQL is not installed');
  const folder = temporaryFolder();
  const port = await freePort();
  const owner = process.getuid?.() === 0 ? idsOf('postgres') : undefined;
  if (owner !== undefined) chownSync(folder.path, owner.uid, owner.gid);
  const data = join(folder.path, 'data');
  const options = { cwd: folder.path, ...owner };
  const create = ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C', '--no-sync'];
  execFileSync(join(programs, 'initdb'), create, { ...options, stdio: 'pipe' });
  const settings = [
    `listen_addresses=127.0.0.1`,
    `port=${port}`,
    `unix_socket_directories=${folder.path}`,
    'fsync=off',
  ];
  const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
  return running(startProgram(join(programs, 'postgres'), args, options), port, folder.remove);
}

/** MariaDB without accounts: every user may do everything. */
export async function startMariadb(): Promise<DatabaseServer> {
  const folder = temporaryFolder();
  const port = await freePort();
  const args = [
    '--no-defaults',
    `--datadir=${folder.path}`,
    `--socket=${join(folder.path, 'socket')}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    '--skip-grant-tables',
    '--innodb-buffer-pool-size=16M',
    '--innodb-log-file-size=4M',
    '--innodb-flush-log-at-trx-commit=0',
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
  ];
  return running(startProgram('mariadbd', args), port, folder.remove);
}

/** Redis without persistence. */
export async function startRedis(): Promise<DatabaseServer> {
  const folder = temporaryFolder();
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder.path];
  return running(startProgram('redis-server', args), port, folder.remove);
}

/** What each of the servers writes once it answers. */
const READY = /ready (?:to accept|for) connections/i;

async function running(program: Program, port: number, remove: () => void): Promise<DatabaseServer> {
  const stop = async () => {
    await program.stop();
    remove();
  };
  let ended: number | string | undefined;
  void program.ended.then((code) => {
    ended = code;
  });
  try {
    await eventually(`${program.process.spawnfile} being ready`, async () => {
      return ended !== undefined || READY.test(program.output());
    });
    if (ended !== undefined) throw new Error(`${program.process.spawnfile} ended with ${ended}`);
  } catch (error) {
    await stop();
    throw new Error(`${error}\n${program.output()}`);
  }
  return { host: '127.0.0.1', port, stop };
}

function idsOf(user: string): { uid: number; gid: number } {
  const id = (flag: string) => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
