/** Real programs for tests: whether they are here, starting them, waiting for them, stopping them. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** True when `command` is on the PATH. Tests that need it skip with a reason when it is not; CI installs all of them. */
export function has(command: string): boolean {
  try {
    execFileSync('/bin/sh', ['-c', `command -v ${command}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'sightline-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export interface Program {
  readonly process: ChildProcess;
  output(): string;
  /** Resolves with the exit code, or the signal that ended it, when all that it printed is there. */
  readonly ended: Promise<number | NodeJS.Signals>;
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

const LATE_MS = 3_000;

export function startProgram(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; uid?: number; gid?: number } = {},
): Program {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      const result = code ?? signal ?? 1;
      // Its last lines come after it has gone; a process that it started may keep the pipes open.
      const late = setTimeout(() => resolve(result), LATE_MS);
      child.on('close', () => {
        clearTimeout(late);
        resolve(result);
      });
    });
  });
  return {
    process: child,
    output: () => Buffer.concat(output).toString(),
    ended,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
      const result = await ended;
      clearTimeout(timer);
      return result;
    },
  };
}

/** Polls until `condition` gives something other than undefined or false. */
export async function eventually<T>(
  what: string,
  condition: () => Promise<T | undefined | false>,
  seconds = 60,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const result = await condition();
      if (result !== undefined && result !== false) return result;
    } catch (error) {
      last = error;
    }
    await sleep(50);
  }
  throw new Error(`${what} did not happen within ${seconds} s`, { cause: last });
}

/** Waits until `url` answers 2xx; shows the program's output when it ends first. */
export async function answers(url: string, program: Program, seconds = 90): Promise<void> {
  let ended: number | string | undefined;
  void program.ended.then((code) => {
    ended = code;
  });
  await eventually(
    `${url} answering`,
    async () => {
      if (ended !== undefined) return true;
      const response = await fetch(url);
      await response.arrayBuffer();
      return response.ok;
    },
    seconds,
  ).catch((error: unknown) => {
    throw new Error(`${error}\n${program.output()}`);
  });
  if (ended !== undefined) throw new Error(`ended with ${ended} before it was ready:\n${program.output()}`);
}
