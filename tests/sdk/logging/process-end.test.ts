/** Lines survive the end of the process, however it ends, and a reader that stops or goes away. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installed, installSdk } from '../support/built-sdk.ts';

const LINES = 5000;

let installed: Installed;

beforeAll(async () => {
  installed = await installSdk(false);
});

afterAll(() => installed.remove());

const ENDINGS: Record<string, { code: string; status: number | null; signal: NodeJS.Signals | null; more: number }> = {
  'process.exit': { code: 'process.exit(3);', status: 3, signal: null, more: 0 },
  'process.exit within a turn that logged': {
    code: 'setTimeout(() => { log.info("last"); process.exit(0); });',
    status: 0,
    signal: null,
    more: 1,
  },
  'the end of the program': { code: '', status: 0, signal: null, more: 0 },
  'an uncaught exception': { code: 'throw new Error("boom");', status: 1, signal: null, more: 1 },
  'an unhandled rejection': { code: 'Promise.reject(new Error("boom"));', status: 1, signal: null, more: 1 },
  SIGTERM: {
    code: 'setInterval(() => {}, 1000); process.kill(process.pid, "SIGTERM"); log.info("last");',
    status: null,
    signal: 'SIGTERM',
    more: 1,
  },
  'SIGTERM that the program handles itself': {
    code: 'setInterval(() => {}, 1000); process.on("SIGTERM", () => { log.info("last"); process.exit(7); }); process.kill(process.pid, "SIGTERM");',
    status: 7,
    signal: null,
    more: 1,
  },
};

const STARTS = {
  createLogging: `import { createCore, createLogging, Registry } from '@sightline/sdk';
const { root: log } = createLogging(createCore({ service: 'ends' }), new Registry());`,
  observe: `import { observe } from '@sightline/sdk';
const { log } = observe({ service: 'ends' });`,
};

describe.each(Object.entries(STARTS))('lines written with %s', (start, head) => {
  // The shutdown of observe() answers to signals itself: tests of the shutdown.
  const endings = Object.entries(ENDINGS).filter(([name]) => start !== 'observe' || !name.startsWith('SIGTERM'));
  it.each(endings)('are all there after %s', async (_name, ending) => {
    const child = await program(`${head}
for (let index = 0; index < ${LINES}; index++) log.info('line', { index, text: 'ä'.repeat(index % 50) });
${ending.code}`);
    const { lines, status, signal } = await ended(child);
    expect({ status, signal }).toEqual({ status: ending.status, signal: ending.signal });
    const numbered = lines.filter((line) => line.message === 'line');
    expect(numbered.map((line) => line.data?.index)).toEqual(Array.from({ length: LINES }, (_, index) => index));
    if (start === 'createLogging') expect(lines.length).toBe(LINES + ending.more);
    if (ending.code.includes('boom')) expect(lines.some((line) => line.error?.message === 'boom')).toBe(true);
  });
});

describe('lines written to a pipe', () => {
  const flood = (onFull: string) => `import { writeFileSync } from 'node:fs';
import { createCore, createLogging, Registry, stdoutSink } from '@sightline/sdk';
const core = createCore({ service: 'flood' });
const sink = stdoutSink({ onFull: '${onFull}', maxBufferBytes: 262144, exitTimeoutMs: 300 });
const { root: log } = createLogging(core, new Registry(), { sinks: [sink] });
let written = 0;
const text = 'x'.repeat(1000);
const timer = setInterval(() => {
  for (let index = 0; index < 200; index++) log.info('line', { index: written++, text });
  if (written < 4000) return;
  clearInterval(timer);
  writeFileSync(process.argv[2], JSON.stringify({ written, lost: core.losses.count('logs'), rss: process.memoryUsage().rss }));
}, 1);`;

  it('are all there when the reader stops for a while, with block', async () => {
    const child = await program(flood('block'), [join(installed.folder, 'block.json')]);
    const { lines } = await ended(child, () => new Promise((resolve) => setTimeout(resolve, 400)));
    expect(lines.map((line) => line.data?.index)).toEqual(Array.from({ length: 4000 }, (_, index) => index));
  });

  it('are counted where they are dropped, the service going on, when the reader stops, with drop', async () => {
    const report = join(installed.folder, `drop-${programs}.json`);
    const child = await program(flood('drop'), [report]);
    // The service finishes its work although nobody reads.
    const { lines, stderr } = await ended(child, () => until(() => readFile(report)));
    const { written, lost } = JSON.parse(await readFile(report, 'utf8')) as { written: number; lost: number };
    expect(written).toBe(4000);
    expect(lost).toBeGreaterThan(1000);
    // What was neither lost then nor at exit arrives, each line whole.
    expect(lines.length).toBeLessThanOrEqual(written - lost);
    expect(lines.length).toBeGreaterThan(0);
    expect(stderr).toContain('takes no more lines');
  });

  it('are counted when the reader goes away, and the service goes on', async () => {
    const report = join(installed.folder, `gone-${programs}.json`);
    const child = await program(flood('block'), [report]);
    child.stdout?.destroy();
    const [status] = (await once(child, 'close')) as [number];
    expect(status).toBe(0);
    const { written, lost } = JSON.parse(await readFile(report, 'utf8')) as { written: number; lost: number };
    expect(written).toBe(4000);
    expect(lost).toBeGreaterThan(3000);
  });
});

interface Line {
  readonly message: string;
  readonly data?: { readonly index?: number };
  readonly error?: { readonly message: string };
}

let programs = 0;

async function program(code: string, args: string[] = []): Promise<ChildProcess> {
  const path = join(installed.folder, `program-${programs++}.mjs`);
  await writeFile(path, code);
  return spawn(process.execPath, [path, ...args], { cwd: installed.folder, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function ended(
  child: ChildProcess,
  beforeReading: () => Promise<void> = async () => {},
): Promise<{ lines: Line[]; stderr: string; status: number | null; signal: NodeJS.Signals | null }> {
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stdout?.pause();
  await beforeReading();
  child.stdout?.resume();
  const [status, signal] = await closed;
  const text = Buffer.concat(chunks).toString();
  const lines = text.split('\n').filter((line) => line !== '');
  // A line that was cut in the middle by the end of the process is the last one at most.
  return { lines: lines.map((line) => JSON.parse(line) as Line), stderr, status, signal };
}

async function until(attempt: () => Promise<unknown>): Promise<void> {
  for (let left = 100; left > 0; left--) {
    try {
      await attempt();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error('it did not happen');
}
