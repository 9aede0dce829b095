import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newSpanId, newTraceId } from '../context/ids.ts';
import { Context, run } from '../context/store.ts';
import { captured } from './testing/captured.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function trace(traceFlags: number, fn: () => void, traceId = newTraceId()): void {
  const span = { traceId, spanId: newSpanId(), traceFlags, traceState: undefined, isRemote: false };
  run(new Context(undefined, span, undefined, undefined), fn);
}

describe('sampling by rate', () => {
  it('keeps the share, and every error', () => {
    const { log, lines } = captured({ sampleRate: 0.5 });
    let next = 0;
    vi.spyOn(Math, 'random').mockImplementation(() => (next++ % 10) / 10);
    for (let index = 0; index < 100; index++) log.info('x');
    expect(lines()).toHaveLength(50);
    for (let index = 0; index < 100; index++) log.error('x');
    expect(lines()).toHaveLength(150);
  });

  it('has a rate for each level and each logger', () => {
    const { log, logging, lines } = captured({ sampleRate: { debug: 0, info: 0 }, level: 'debug' });
    log.debug('no');
    log.info('no');
    log.warn('yes');
    logging.logger('other', { sampleRate: 1 }).info('yes');
    log.child({}, { sampleRate: { warn: 0 } }).warn('no');
    expect(lines()).toHaveLength(2);
  });
});

describe('sampling by trace', () => {
  it('keeps all lines of a trace or none, as every service does, and every error', () => {
    const one = captured({ sampleRate: 0.5, sampleBy: 'trace' });
    const other = captured({ sampleRate: 0.5, sampleBy: 'trace' });
    let kept = 0;
    for (let index = 0; index < 400; index++) {
      const before = one.texts.length;
      const otherBefore = other.texts.length;
      trace(1, () => {
        for (let line = 0; line < 5; line++) {
          one.log.info('x');
          other.log.warn('x');
        }
      });
      const written = one.texts.length - before;
      expect([0, 5]).toContain(written);
      expect(other.texts.length - otherBefore).toBe(written);
      if (written > 0) kept++;
    }
    expect(kept).toBeGreaterThan(100);
    expect(kept).toBeLessThan(300);
    const before = one.texts.length;
    trace(1, () => one.log.error('x'), `${'0'.repeat(24)}ffffffff`);
    expect(one.texts.length).toBe(before + 1);
  });

  it('follows the decision of tracing when it should', () => {
    const { log, lines } = captured({ sampleBy: 'decision' });
    trace(0, () => {
      log.info('no');
      log.error('kept');
    });
    trace(1, () => log.info('kept'));
    log.info('outside, kept');
    expect(lines()).toHaveLength(3);
  });
});

describe('rate limits', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
  });

  it('let a burst through, then so many a minute, and tell what they suppressed', () => {
    const { log, lines } = captured();
    const limited = log.rateLimited({ maxPerMinute: 10, key: 'poll' });
    for (let index = 0; index < 25; index++) limited.debug('level is off: costs nothing');
    for (let index = 0; index < 25; index++) limited.info('poll');
    expect(lines()).toHaveLength(10);
    vi.advanceTimersByTime(6000);
    limited.info('poll');
    limited.info('poll');
    expect(lines().slice(10)).toMatchObject([
      { level: 'WARNING', data: { key: 'poll', suppressed: 15, window_ms: 6000 } },
      { message: 'poll' },
    ]);
  });

  it('tell it after a minute without further lines, and at the end', async () => {
    const { log, logging, lines } = captured();
    const limited = log.rateLimited({ maxPerMinute: 1 });
    for (let index = 0; index < 3; index++) limited.info('x');
    vi.advanceTimersByTime(60_000);
    expect(lines().at(-1)).toMatchObject({ data: { key: 'shop', suppressed: 2 } });
    for (let index = 0; index < 5; index++) limited.info('x');
    await logging.close();
    expect(lines().at(-1)).toMatchObject({ data: { suppressed: 4 } });
  });

  it('let a line through as soon as there is a token, however many were refused before', () => {
    const { log, lines } = captured();
    const limited = log.rateLimited({ maxPerMinute: 60 });
    const written = () => lines().filter((line) => line['message'] === 'x').length;
    for (let index = 0; index < 500; index++) limited.info('x');
    expect(written()).toBe(60);
    for (let second = 1; second <= 5; second++) {
      vi.advanceTimersByTime(1000);
      for (let index = 0; index < 100; index++) limited.info('x');
      expect(written()).toBe(60 + second);
    }
    vi.advanceTimersByTime(60_000);
    expect(lines().at(-1)).toMatchObject({ data: { suppressed: 99 } });
  });

  it('see within few lines that time passed while nothing else could run', () => {
    const { log, lines } = captured();
    const limited = log.rateLimited({ maxPerMinute: 1 });
    for (let index = 0; index < 3; index++) limited.info('x');
    vi.setSystemTime(Date.now() + 60_000);
    for (let index = 0; index < 100; index++) limited.info('x');
    expect(lines().filter((line) => line['message'] === 'x')).toHaveLength(2);
  });

  it('count all refused lines, also after they were told, and with a budget of nothing', () => {
    const { log, logging, lines } = captured();
    const limited = log.rateLimited({ maxPerMinute: 0.5 });
    const none = log.rateLimited({ maxPerMinute: 0, key: 'none' });
    for (let index = 0; index < 200; index++) limited.info('x');
    vi.advanceTimersByTime(60_000);
    expect(lines().at(-1)).toMatchObject({ data: { suppressed: 199 } });
    for (let index = 0; index < 70; index++) limited.info('x');
    vi.advanceTimersByTime(60_000);
    expect(lines().at(-1)).toMatchObject({ data: { suppressed: 70 } });
    limited.info('x');
    for (let index = 0; index < 300; index++) none.info('none');
    return logging.close().then(() => {
      expect(lines().filter((line) => line['message'] === 'x')).toHaveLength(2);
      expect(lines().at(-1)).toMatchObject({ data: { key: 'none', suppressed: 299 } });
    });
  });

  it('share a budget by their key, wherever they are made', () => {
    const { log, lines } = captured();
    for (let index = 0; index < 10; index++) log.rateLimited({ maxPerMinute: 3, key: 'a' }).info('a');
    log.rateLimited({ maxPerMinute: 3, key: 'b' }).info('b');
    log.info('not limited');
    expect(lines()).toHaveLength(5);
  });

  it('hold for children and with a clock that jumps back', () => {
    const { log, lines } = captured();
    const limited = log.rateLimited({ maxPerMinute: 2 }).child({ a: 1 });
    limited.info('x');
    vi.setSystemTime(0);
    for (let index = 0; index < 10; index++) limited.info('x');
    expect(lines()).toHaveLength(2);
  });
});
