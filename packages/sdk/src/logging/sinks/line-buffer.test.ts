import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Core, createCore } from '../../core/core.ts';
import { Notices } from '../../lib/notices.ts';
import { type ByteWriter, LineBuffer, type LineBufferOptions } from './line-buffer.ts';

const notices: string[] = [];
let core: Core;

beforeEach(() => {
  vi.useFakeTimers();
  notices.length = 0;
  core = createCore({ service: 'x' }, {}, new Notices((line) => notices.push(line)));
});

afterEach(() => {
  vi.useRealTimers();
});

/** A descriptor that takes so many bytes at once and fails as told. */
class Descriptor {
  text = '';
  calls = 0;
  most = Number.POSITIVE_INFINITY;
  failure: string | undefined;
  readonly write: ByteWriter = (bytes, offset, length) => {
    this.calls++;
    if (this.failure !== undefined) throw Object.assign(new Error(this.failure), { code: this.failure });
    const taken = Math.min(length, this.most);
    this.text += Buffer.from(bytes.subarray(offset, offset + taken)).toString('latin1');
    return taken;
  };
}

function setup(options: Partial<LineBufferOptions> = {}): { descriptor: Descriptor; buffer: LineBuffer } {
  const descriptor = new Descriptor();
  const buffer = new LineBuffer(descriptor.write, {
    name: 'test',
    onFull: 'drop',
    maxBufferBytes: 100,
    isSync: false,
    exitTimeoutMs: 50,
    ...options,
  });
  buffer.start(core);
  return { descriptor, buffer };
}

describe('a line buffer', () => {
  it('writes once per turn of the event loop', () => {
    const { descriptor, buffer } = setup();
    for (let index = 0; index < 10; index++) buffer.add(`${index}\n`);
    expect(descriptor.calls).toBe(0);
    vi.runAllTimers();
    expect(descriptor.calls).toBe(1);
    expect(descriptor.text).toBe('0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n');
  });

  it('writes as soon as 16 KB are collected, and each line when asked to', () => {
    const { descriptor, buffer } = setup({ maxBufferBytes: 1_000_000 });
    buffer.add(`${'x'.repeat(16_384)}\n`);
    expect(descriptor.calls).toBe(1);
    const { descriptor: each, buffer: eager } = setup({ isSync: true });
    eager.add('a\n');
    expect(each.text).toBe('a\n');
  });

  it('goes on where a partial write stopped', () => {
    const { descriptor, buffer } = setup();
    descriptor.most = 3;
    buffer.add('abcdefgh\n');
    vi.runAllTimers();
    expect(descriptor.text).toBe('abcdefgh\n');
    expect(buffer.held).toBe(0);
  });

  it('does not write over a piece that is only partly taken', () => {
    const { descriptor, buffer } = setup({ maxBufferBytes: 1_000_000 });
    const lines = ['one ä €\n', `${'x'.repeat(70_000)}\n`, `${'é'.repeat(10_000)}\n`, 'four\n'];
    descriptor.failure = 'EAGAIN';
    for (const line of lines) {
      buffer.add(line);
      buffer.flushNow();
    }
    expect(descriptor.text).toBe('');
    descriptor.failure = undefined;
    descriptor.most = 999;
    vi.advanceTimersByTime(100);
    buffer.add('five\n');
    vi.runAllTimers();
    expect(Buffer.from(descriptor.text, 'latin1').toString()).toBe(`${lines.join('')}five\n`);
    expect(buffer.held).toBe(0);
  });

  it('holds lines while the reader is busy, in order, and writes them when it reads again', () => {
    const { descriptor, buffer } = setup();
    descriptor.failure = 'EAGAIN';
    buffer.add('one\n');
    vi.advanceTimersByTime(100);
    buffer.add('two\n');
    vi.advanceTimersByTime(100);
    expect(buffer.held).toBe(8);
    descriptor.failure = undefined;
    vi.advanceTimersByTime(100);
    expect(descriptor.text).toBe('one\ntwo\n');
    expect(core.losses.count('logs')).toBe(0);
  });

  it('drops and counts what is beyond the bound, and tells it once', () => {
    const { descriptor, buffer } = setup();
    descriptor.failure = 'EAGAIN';
    for (let index = 0; index < 100; index++) {
      buffer.add('0123456789\n');
      vi.advanceTimersByTime(5);
    }
    expect(buffer.held).toBeLessThanOrEqual(100);
    expect(core.losses.count('logs', 'sink_full')).toBe(91);
    expect(notices).toHaveLength(1);
    descriptor.failure = undefined;
    vi.advanceTimersByTime(100);
    expect(descriptor.text).toBe('0123456789\n'.repeat(9));
  });

  it('waits for the reader beyond the bound when it must not drop', () => {
    const { descriptor, buffer } = setup({ onFull: 'block' });
    let busy = 0;
    const free = descriptor.write;
    const slow: ByteWriter = (bytes, offset, length) => {
      // Every third attempt finds room.
      if (busy++ % 3 !== 0) throw Object.assign(new Error('busy'), { code: 'EAGAIN' });
      return free(bytes, offset, Math.min(length, 20));
    };
    const blocking = new LineBuffer(slow, {
      name: 'test',
      onFull: 'block',
      maxBufferBytes: 100,
      isSync: true,
      exitTimeoutMs: 50,
    });
    blocking.start(core);
    const wanted = Array.from({ length: 100 }, (_, index) => `line ${index}\n`).join('');
    for (const line of wanted.split(/(?<=\n)/)) blocking.add(line);
    blocking.flushSync();
    expect(descriptor.text).toBe(wanted);
    expect(core.losses.count('logs')).toBe(0);
    buffer.close();
  });

  it('keeps the service going on a full disk: counts, and writes again when there is room', () => {
    const { descriptor, buffer } = setup({ onFull: 'block' });
    descriptor.failure = 'ENOSPC';
    for (let index = 0; index < 20; index++) {
      buffer.add('0123456789\n');
      vi.advanceTimersByTime(5);
    }
    expect(core.losses.count('logs', 'sink_full')).toBe(11);
    expect(notices.join('')).toContain('no room (ENOSPC)');
    descriptor.failure = undefined;
    vi.advanceTimersByTime(2000);
    buffer.add('after\n');
    vi.advanceTimersByTime(5);
    expect(descriptor.text).toBe(`${'0123456789\n'.repeat(9)}after\n`);
  });

  it('gives up a reader that went away, and counts all further lines', () => {
    const { descriptor, buffer } = setup();
    descriptor.failure = 'EPIPE';
    buffer.add('one\n');
    vi.advanceTimersByTime(5);
    const { calls } = descriptor;
    buffer.add('two\n');
    buffer.add('three\n');
    vi.advanceTimersByTime(5);
    expect(descriptor.calls).toBe(calls);
    expect(core.losses.count('logs', 'sink_gone')).toBe(3);
    expect(notices).toHaveLength(1);
  });

  it('counts what a broken descriptor refuses, and tries again with the next lines', () => {
    const { descriptor, buffer } = setup();
    descriptor.failure = 'EACCES';
    buffer.add('one\n');
    vi.advanceTimersByTime(5);
    expect(core.losses.count('logs', 'sink_failed')).toBe(1);
    descriptor.failure = undefined;
    buffer.add('two\n');
    vi.advanceTimersByTime(5);
    expect(descriptor.text).toBe('two\n');
  });

  it('waits at the end of the process no longer than it may', () => {
    vi.useRealTimers();
    const { descriptor, buffer } = setup();
    descriptor.failure = 'EAGAIN';
    buffer.add('one\n');
    buffer.flushSync();
    expect(core.losses.count('logs', 'exit_timeout')).toBe(1);
  });

  it('resolves a flush when all is written, and ends it when it is aborted', async () => {
    vi.useRealTimers();
    const { descriptor, buffer } = setup();
    descriptor.failure = 'EAGAIN';
    buffer.add('one\n');
    const flushed = buffer.flush(new AbortController().signal);
    descriptor.failure = undefined;
    await flushed;
    expect(descriptor.text).toBe('one\n');
    descriptor.failure = 'EAGAIN';
    buffer.add('two\n');
    await buffer.flush(AbortSignal.abort());
    expect(buffer.held).toBe(4);
    buffer.close();
    expect(core.losses.count('logs', 'closed')).toBe(1);
  });
});
