import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { captured } from '../testing/captured.ts';
import { prettySink } from './pretty.ts';

const path = join(tmpdir(), `sightline-pretty-${process.pid}.log`);
let descriptor: number;

beforeEach(() => {
  descriptor = openSync(path, 'w');
});

afterEach(() => {
  closeSync(descriptor);
  rmSync(path, { force: true });
});

function shown(colors: boolean, write: (log: ReturnType<typeof captured>['log']) => void): string {
  const sink = prettySink({ descriptor, colors });
  write(captured({ sinks: [sink] }).log);
  sink.flushSync?.();
  return readFileSync(path, 'utf8');
}

describe('lines for a terminal', () => {
  it('say time, level, logger, message and fields', () => {
    const text = shown(false, (log) =>
      log.info('User login', { method: 'oauth', note: 'two words', nested: { a: 1 } }, { duration_ms: 4.5 }),
    );
    expect(text).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} INFO {5}shop User login method=oauth note="two words" nested=\{"a":1\} duration_ms=4.5\n$/,
    );
  });

  it('show errors with their causes, and no secret', () => {
    const text = shown(false, (log) =>
      log.error('It failed', { password: 'hunter2', err: new Error('outer', { cause: new TypeError('inner') }) }),
    );
    expect(text).toContain('    Error: outer\n');
    expect(text).toContain('    caused by:\n    TypeError: inner\n');
    expect(text).not.toContain('hunter2');
  });

  it('have colours, and never those of the data', () => {
    const text = shown(true, (log) => log.warn('evil \u001b[2J\u0007 text\nsecond line'));
    expect(text).toContain('\u001b[33mWARNING \u001b[0m');
    expect(text).toContain('evil \\u001b[2J\\u0007 text\\nsecond line');
    expect(text.split('\n')).toHaveLength(2);
  });
});
