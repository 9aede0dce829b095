/** Services in processes of their own: written in a test, bundled with the SDK, started, watched until they end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../../..');

/** A program, bundled once and started as often as wanted. */
export interface Program {
  start(args?: readonly string[], options?: StartOptions): Promise<Child>;
  remove(): Promise<void>;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Command in front of node, e.g. a shell with limits. */
  readonly wrapper?: readonly string[];
  readonly nodeArgs?: readonly string[];
}

export interface Child {
  readonly process: ChildProcess;
  /** What the program printed as `ready <port>`. */
  readonly port: number;
  readonly url: string;
  /** Resolves with the exit code, or the name of the signal. */
  readonly ended: Promise<number | string>;
  /** Everything on stdout and stderr so far. */
  output(): string;
  /** Lines of JSON among it. */
  lines(): Record<string, unknown>[];
  kill(signal: NodeJS.Signals): void;
}

/** What every program begins with: an SDK whose shutdown logs to stdout. */
export const PRELUDE = `
import { createServer } from 'node:http';
import { createCore } from './packages/sdk/src/core/core.ts';
import { createHealth } from './packages/sdk/src/health/monitor.ts';
import { createShutdown } from './packages/sdk/src/shutdown/shutdown.ts';
import { Registry } from './packages/sdk/src/metrics/registry.ts';
import { writeSync } from 'node:fs';
const core = createCore({ service: 'child' });
const say = (level) => (message, data) => writeSync(1, JSON.stringify({ level, message, ...data, err: data?.err && String(data.err) }) + '\\n');
const logger = { info: say('info'), warn: say('warn'), error: say('error'), critical: say('critical') };
const health = createHealth(core, new Registry(), { system: false });
const ready = (server) => server.listen(0, '127.0.0.1', () => console.log('ready ' + server.address().port));
`;

/** @param source Modules are resolved from the root of the repository. */
export async function bundle(source: string): Promise<Program> {
  const folder = await mkdtemp(join(tmpdir(), 'sdk-child-'));
  const outfile = join(folder, 'program.cjs');
  const stdin = { contents: source, resolveDir: root, loader: 'ts' as const };
  await build({
    stdin,
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['express', 'express4', 'fastify'],
  });
  return {
    start: (args = [], options = {}) => start(outfile, args, options),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function start(file: string, args: readonly string[], options: StartOptions): Promise<Child> {
  const { env = {}, wrapper = [], nodeArgs = [] } = options;
  const [command = process.execPath, ...rest] = [...wrapper, process.execPath, ...nodeArgs, file, ...args];
  // The bundle lies in a temporary folder; frameworks are found where the repository has them.
  const NODE_PATH = join(createRequire(import.meta.url).resolve('express'), '../..');
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env, NODE_PATH } });
  const chunks: Buffer[] = [];
  const output = (): string => Buffer.concat(chunks).toString();
  const ended = new Promise<number | string>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  const port = await new Promise<number>((resolve, reject) => {
    let isReady = false;
    const look = (chunk: Buffer): void => {
      chunks.push(chunk);
      const found = isReady ? null : /^ready (\d+)$/m.exec(output());
      if (found === null) return;
      isReady = true;
      resolve(Number(found[1]));
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.on('error', reject);
    child.on('exit', (code, signal) =>
      reject(new Error(`ended with ${code ?? signal} before it was ready:\n${output()}`)),
    );
  });
  return {
    process: child,
    port,
    url: `http://127.0.0.1:${port}`,
    ended,
    output,
    lines: () => jsonLines(output()),
    kill: (signal) => child.kill(signal),
  };
}

function jsonLines(text: string): Record<string, unknown>[] {
  const lines = text.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}
