import { describe, expect, test } from 'vitest';
import { createLogger, type LogFormat } from './create-logger.ts';
import type { LogLevel } from './logger.ts';

function recorder(format: LogFormat = 'json', level: LogLevel = 'info') {
  const lines: string[] = [];
  const clock = { ms: Date.UTC(2026, 0, 1) };
  const logger = createLogger({ level, format, write: (line) => void lines.push(line), nowMs: () => clock.ms });
  return { logger, lines, clock, entries: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('createLogger', () => {
  test('writes one JSON object a line with the fields of its parents', () => {
    const { logger, lines, entries } = recorder();
    logger.child({ component: 'scrape' }).warn('late', { target: 'a\nb', ms: 12 });
    expect(lines[0]?.endsWith('}\n')).toBe(true);
    expect(entries()).toEqual([
      {
        timestamp: '2026-01-01T00:00:00.000Z',
        level: 'WARNING',
        logger: 'scrape',
        message: 'late',
        target: 'a\nb',
        ms: 12,
        thread_id: 'MainThread',
        process_id: process.pid,
        environment: 'production',
        service: 'sightline',
      },
    ]);
  });

  test('writes readable text for a terminal, quoting what holds spaces', () => {
    const { logger, lines } = recorder('text');
    logger.child({ component: 'http' }).info('ready', { url: 'http://x', why: 'two words' });
    expect(lines).toEqual(['00:00:00.000 INFO  http: ready url=http://x why="two words"\n']);
  });

  test('leaves out levels below its own', () => {
    const { logger, lines } = recorder('json', 'warn');
    logger.info('no');
    expect(logger.isEnabled('info')).toBe(false);
    expect(lines).toEqual([]);
  });

  test('tells an error with its code, hint and causes', () => {
    const { logger, entries } = recorder();
    const error = Object.assign(new Error('outer', { cause: new TypeError('inner') }), { code: 'x', hint: 'do y' });
    logger.error('failed', { error });
    expect(entries()[0]?.['error']).toMatchObject({
      type: 'Error',
      message: 'outer',
      code: 'x',
      hint: 'do y',
      cause: { type: 'TypeError', message: 'inner' },
    });
  });

  test('counts repeats beyond ten a minute and tells the count with the next one', () => {
    const { logger, lines, clock, entries } = recorder();
    for (let i = 0; i < 25; i++) logger.warn('same', { i });
    logger.warn('other');
    expect(lines).toHaveLength(11);
    clock.ms += 60_000;
    logger.warn('same', { i: 25 });
    expect(entries()[11]).toMatchObject({ message: 'same', suppressed: 15 });
  });

  test('survives cycles, big integers and huge texts', () => {
    const { logger, lines, entries } = recorder();
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    logger.info('odd', { cycle, big: 10n, huge: 'x'.repeat(1_000_000) });
    expect(lines[0]?.length).toBeLessThan(40_000);
    expect(entries()).toHaveLength(1);
  });
});
