import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Core, createCore } from '../../core/core.ts';
import { Notices } from '../../lib/notices.ts';
import { type FileOptions, fileSink } from './file.ts';
import type { Sink } from './sink.ts';

let folder: string;
let core: Core;
const notices: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-log-'));
  notices.length = 0;
  core = createCore({ service: 'x' }, {}, new Notices((line) => notices.push(line)));
});

afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true, force: true });
});

function open(options: Partial<FileOptions> = {}): Sink {
  const sink = fileSink({ path: join(folder, 'app.log'), ...options });
  sink.start?.(core);
  return sink;
}

/** Writes lines as one batch. */
function write(sink: Sink, ...lines: string[]): void {
  for (const line of lines) sink.write(`${line}\n`, 30, Date.now());
  sink.flushSync?.();
}

async function files(): Promise<string[]> {
  return (await readdir(folder)).sort();
}

async function read(name: string): Promise<string> {
  return readFile(join(folder, name), 'utf8');
}

describe('a file sink', () => {
  it('makes folders, appends, and is private', async () => {
    const path = join(folder, 'deep/er/app.log');
    await mkdir(join(folder, 'deep/er'), { recursive: true });
    await writeFile(path, 'before\n', { mode: 0o640 });
    const sink = open({ path });
    write(sink, 'one', 'two');
    await sink.close?.();
    expect(await readFile(path, 'utf8')).toBe('before\none\ntwo\n');
    const other = open({ path: join(folder, 'new/app.log') });
    expect((await stat(join(folder, 'new/app.log'))).mode & 0o777).toBe(0o640);
    await other.close?.();
  });

  it('rotates before a batch that would pass the size, and keeps so many old files', async () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 20, 10, 30), toFake: ['Date'] });
    const sink = open({ maxBytes: 20, keep: 2 });
    for (let index = 0; index < 5; index++) {
      write(sink, `batch ${index} of lines`);
      vi.setSystemTime(Date.now() + 1000);
    }
    await sink.close?.();
    expect(await files()).toEqual(['app-20261120T103003Z.log', 'app-20261120T103004Z.log', 'app.log']);
    expect(await read('app.log')).toBe('batch 4 of lines\n');
    expect(await read('app-20261120T103004Z.log')).toBe('batch 3 of lines\n');
  });

  it('gives files of one second names that do not meet', async () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 20, 10, 30), toFake: ['Date'] });
    const sink = open({ maxBytes: 5 });
    write(sink, 'one');
    write(sink, 'two');
    write(sink, 'three');
    await sink.close?.();
    expect(await files()).toEqual(['app-20261120T103000Z-001.log', 'app-20261120T103000Z.log', 'app.log']);
    expect(await read('app-20261120T103000Z.log')).toBe('one\n');
    expect(await read('app-20261120T103000Z-001.log')).toBe('two\n');
  });

  it.each([
    ['daily', Date.UTC(2026, 10, 20, 23, 59, 59), Date.UTC(2026, 10, 21)],
    ['hourly', Date.UTC(2026, 10, 20, 10, 59, 59), Date.UTC(2026, 10, 20, 11)],
  ] as const)('begins a new file %s', async (rotate, before, after) => {
    vi.useFakeTimers({ now: before, toFake: ['Date'] });
    const sink = open({ rotate });
    write(sink, 'before');
    vi.setSystemTime(after);
    write(sink, 'after');
    write(sink, 'still after');
    await sink.close?.();
    expect(await read('app.log')).toBe('after\nstill after\n');
    expect(await files()).toHaveLength(2);
  });

  it('rotates the file of a former day that an earlier process left', async () => {
    await writeFile(join(folder, 'app.log'), 'yesterday\n');
    const yesterday = new Date(Date.now() - 86_400_000);
    await utimes(join(folder, 'app.log'), yesterday, yesterday);
    const sink = open({ rotate: 'daily' });
    write(sink, 'today');
    await sink.close?.();
    expect(await read('app.log')).toBe('today\n');
  });

  it('compresses old files, also those of an earlier process, and removes halves', async () => {
    await writeFile(join(folder, 'app-20261101T000000Z.log'), 'earlier\n');
    await writeFile(join(folder, 'app-20261102T000000Z.log.gz.tmp'), 'half');
    await writeFile(join(folder, 'app-notes.log'), 'not ours\n');
    const sink = open({ maxBytes: 5, gzip: true });
    write(sink, 'one');
    write(sink, 'two');
    await sink.close?.();
    const names = await files();
    const packed = names.filter((name) => name.endsWith('.gz'));
    expect(packed).toHaveLength(2);
    expect(names).toHaveLength(4);
    const texts = await Promise.all(
      packed.map(async (name) => gunzipSync(await readFile(join(folder, name))).toString()),
    );
    expect(texts.sort()).toEqual(['earlier\n', 'one\n']);
    expect(await read('app-notes.log')).toBe('not ours\n');
  });

  it('deletes old files after their days, and no others', async () => {
    const old = join(folder, 'app-20200101T000000Z.log.gz');
    await writeFile(old, 'x');
    await utimes(old, new Date(0), new Date(0));
    await writeFile(join(folder, 'app-20261101T000000Z.log'), 'x');
    const sink = open({ maxAgeDays: 30 });
    await sink.close?.();
    expect(await files()).toEqual(['app-20261101T000000Z.log', 'app.log']);
  });

  it('ends the half line that a killed process left', async () => {
    await writeFile(join(folder, 'app.log'), '{"half":');
    const sink = open();
    write(sink, '{"whole":1}');
    await sink.close?.();
    expect(await read('app.log')).toBe('{"half":\n{"whole":1}\n');
  });

  it('opens the file anew when something else moved it away', async () => {
    vi.useFakeTimers({ now: Date.now(), toFake: ['Date'] });
    const sink = open();
    write(sink, 'one');
    await rename(join(folder, 'app.log'), join(folder, 'moved.log'));
    vi.setSystemTime(Date.now() + 2000);
    write(sink, 'two');
    await sink.close?.();
    expect(await read('app.log')).toBe('two\n');
    expect(await read('moved.log')).toBe('one\n');
  });

  it('keeps the service going on a full disk and counts', async () => {
    const sink = open({ path: '/dev/full', maxBufferBytes: 200 });
    for (let index = 0; index < 50; index++) {
      sink.write('0123456789\n', 60, Date.now());
    }
    sink.flushSync?.();
    expect(core.losses.count('logs')).toBe(50);
    expect(notices.join('')).toContain('ENOSPC');
    await sink.close?.();
  });

  it('tells at start that a path can not be opened, and writes once it can', async () => {
    vi.useFakeTimers({ now: Date.now(), toFake: ['Date'] });
    await writeFile(join(folder, 'blocked'), '');
    const sink = open({ path: join(folder, 'blocked/app.log') });
    expect(notices.join('')).toContain("can't open the log file");
    write(sink, 'lost');
    expect(core.losses.count('logs', 'sink_failed')).toBe(1);
    await rm(join(folder, 'blocked'));
    vi.setSystemTime(Date.now() + 2000);
    write(sink, 'written');
    await sink.close?.();
    expect(await read('blocked/app.log')).toBe('written\n');
  });
});
