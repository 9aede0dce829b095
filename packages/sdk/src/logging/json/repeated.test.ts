import { describe, expect, it } from 'vitest';
import { captured } from '../testing/captured.ts';

/** The data of a line of a logging that has written nothing before. */
function fresh(data: object): unknown {
  const capture = captured();
  capture.log.info('x', data);
  return /,"data":.*(?=,"context":)/.exec(capture.texts[0] ?? '')?.[0];
}

describe('fields that come again', () => {
  it('have the same text as those of a line that is the first', () => {
    const capture = captured();
    const values = [
      'GET',
      'GET',
      'a "quoted" one',
      200,
      200.25,
      -0,
      0,
      true,
      false,
      null,
      '',
      '\ud800',
      'é',
      [1],
      { a: 1 },
    ];
    let state = 7;
    const next = (most: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return (state >>> 8) % most;
    };
    for (let index = 0; index < 600; index++) {
      const data: Record<string, unknown> = {};
      // Few values in the beginning, so that they are kept, then all of them, then one that stays.
      const most = index < 200 ? 2 : index < 400 ? values.length : 1;
      for (const key of ['method', 'status', 'flag', 'kind']) {
        if (next(4) > 0) data[key] = values[next(most)];
      }
      capture.log.info('x', data);
      const text = /,"data":.*(?=,"context":)/.exec(capture.texts.at(-1) ?? '')?.[0];
      expect(text).toBe(fresh(data));
    }
  });

  it('stay hidden however often they come', () => {
    const capture = captured({ redact: ['user.address'] });
    for (let index = 0; index < 10; index++) {
      capture.log.info('x', {
        password: 'hunter2',
        pin: 1234,
        card: 4111111111111111,
        note: 'Bearer hunter2hunter2',
        user: { address: 'Main Street', note: 'paid with 4111111111111111' },
      });
      expect(capture.texts.at(-1)).not.toMatch(/hunter2|1234|4111|Main Street/);
    }
  });

  it('are not hidden elsewhere because they are hidden here, nor shown here because they are shown elsewhere', () => {
    const capture = captured({ redact: ['user.name'] });
    for (let index = 0; index < 10; index++) {
      capture.log.info('x', { name: 'Ada', user: { name: 'Ada' }, other: { name: 'Ada' } });
      expect(capture.last()['data']).toEqual({ name: 'Ada', user: { name: '[REDACTED]' }, other: { name: 'Ada' } });
    }
  });

  it('go on to be written when their values change for good, and when there were too many', () => {
    const capture = captured();
    const values = [1, 1, 1, 2, 2, 2, ...Array.from({ length: 300 }, (_, index) => index), 7, 7, 7, 'a', 'a', 'a'];
    for (const value of values) {
      capture.log.info('x', { value, after: value });
      expect(capture.last()['data']).toEqual({ value, after: value });
    }
  });
});

describe('lines of one millisecond', () => {
  it('have each its own level, logger, message and shape', () => {
    const others: string[] = [];
    const ecs = { name: 'other', shape: 'ecs' as const, write: (line: string) => void others.push(line) };
    const capture = captured({ sinks: [ecs] });
    const db = capture.logging.logger('db');
    for (let round = 0; round < 3; round++) {
      capture.log.logAt(1000, 'info', 'one');
      capture.log.logAt(1000, 'info', 'one');
      capture.log.logAt(1000, 'warn', 'two "quoted"');
      db.logAt(1000, 'info', 'one');
      capture.log.logAt(2000, 'info', 'Bearer hunter2hunter2');
    }
    const expected = [
      ['00:00:01', 'INFO', 'shop', 'one'],
      ['00:00:01', 'INFO', 'shop', 'one'],
      ['00:00:01', 'WARNING', 'shop', 'two "quoted"'],
      ['00:00:01', 'INFO', 'db', 'one'],
      ['00:00:02', 'INFO', 'shop', 'Bearer [REDACTED]'],
    ];
    const lines = capture
      .lines()
      .map((line) => [String(line['timestamp']).slice(11, 19), line['level'], line['logger'], line['message']]);
    expect(lines).toEqual([...expected, ...expected, ...expected]);
    const messages = others.map((line) => (JSON.parse(line) as { message: string }).message);
    expect(messages).toEqual([...expected, ...expected, ...expected].map((line) => line[3]));
  });
});
