/** Existing calls of pino, winston and console become lines of the SDK. */
import {
  captureConsole,
  createCore,
  createLogging,
  fromPino,
  pinoMixin,
  Registry,
  winstonTransport,
  withCorrelation,
} from '@sightline/sdk';
import pino from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import winston from 'winston';

type Line = Record<string, unknown>;

const texts: string[] = [];
const lines = () => texts.map((text) => JSON.parse(text) as Line);
const last = () => lines().at(-1) as Line;
const { logging } = start();

function start() {
  const core = createCore({ service: 'shop' }, {});
  const sink = { name: 'memory', write: (line: string) => void texts.push(line) };
  return {
    logging: createLogging(core, new Registry(), { sinks: [sink], level: 'trace', handleSignals: false }),
  };
}

beforeEach(() => {
  texts.length = 0;
});

describe('pino', () => {
  const log = pino({ level: 'trace' }, fromPino(logging.logger('legacy')));

  it('keeps its levels, fields, children and times', () => {
    const before = Date.now();
    for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const)
      log[level]({ a: 1 }, `at ${level}`);
    expect(lines().map((line) => line['level'])).toEqual(['TRACE', 'DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL']);
    log.child({ module: 'pay' }).info({ order: 5 }, 'child %s', 'formatted');
    expect(last()).toMatchObject({
      logger: 'legacy',
      message: 'child formatted',
      data: { module: 'pay', order: 5 },
    });
    expect(Date.parse(String(last()['timestamp']))).toBeGreaterThanOrEqual(before);
    expect(JSON.stringify(last())).not.toContain('hostname');
  });

  it('has its errors as errors, and our ids and redaction', () => {
    withCorrelation({ correlationId: 'c1' }, () => log.error(new TypeError('wrong'), 'It failed'));
    expect(last()).toMatchObject({
      message: 'It failed',
      correlation_id: 'c1',
      error: { type: 'TypeError', message: 'wrong', stack: expect.stringContaining('bridges.test') as unknown },
    });
    log.info({ password: 'hunter2', deep: { token: 'hunter2' } }, 'x');
    expect(texts.at(-1)).not.toContain('hunter2');
  });

  it('may have other formats of its own; text that is no JSON becomes the message', () => {
    const other = pino({ timestamp: pino.stdTimeFunctions.isoTime, base: null }, fromPino(logging.root));
    other.info('iso');
    expect(last()).toMatchObject({ message: 'iso', logger: 'shop' });
    fromPino(logging.root).write('plain text\n');
    expect(last()['message']).toBe('plain text');
  });

  it('gets our ids in the lines it writes itself', () => {
    const own: string[] = [];
    const plain = pino({ mixin: pinoMixin() }, { write: (line: string) => void own.push(line) });
    withCorrelation({ correlationId: 'c1', userId: 'u1', requestId: 'r1' }, () => plain.info('x'));
    plain.info('outside');
    expect(JSON.parse(own[0] ?? '')).toMatchObject({ correlation_id: 'c1', user_id: 'u1', request_id: 'r1' });
    expect(JSON.parse(own[1] ?? '')).not.toHaveProperty('correlation_id');
  });
});

describe('winston', () => {
  const log = winston.createLogger({
    level: 'silly',
    format: winston.format.errors({ stack: true }),
    transports: [winstonTransport(logging.logger('legacy'))],
  });

  it('keeps its levels, fields and children', () => {
    for (const level of ['silly', 'debug', 'verbose', 'http', 'info', 'warn', 'error']) log.log(level, `at ${level}`);
    expect(lines().map((line) => line['level'])).toEqual([
      'TRACE',
      'DEBUG',
      'TRACE',
      'DEBUG',
      'INFO',
      'WARNING',
      'ERROR',
    ]);
    log.child({ module: 'pay' }).info('child', { order: 5, password: 'hunter2' });
    expect(last()).toMatchObject({ message: 'child', data: { module: 'pay', order: 5, password: '[REDACTED]' } });
  });

  it('has its errors as errors', () => {
    log.error(new TypeError('wrong'));
    expect(last()).toMatchObject({ level: 'ERROR', message: 'wrong', error: { message: 'wrong' } });
  });
});

describe('console', () => {
  it('becomes lines until it is given back', () => {
    const former = console.log;
    const restore = captureConsole(logging.logger('console'));
    try {
      console.log('text %d', 5, { a: 1 });
      console.warn('careful');
      console.error('It failed:', new TypeError('wrong'));
      console.error(new TypeError('alone'));
      console.debug('Bearer hunter2hunter2');
    } finally {
      restore();
    }
    expect(lines()).toMatchObject([
      { level: 'INFO', logger: 'console', message: 'text 5 { a: 1 }' },
      { level: 'WARNING', message: 'careful' },
      { level: 'ERROR', message: 'It failed:', error: { type: 'TypeError', message: 'wrong' } },
      { level: 'ERROR', message: 'alone', error: { type: 'TypeError' } },
      { level: 'DEBUG', message: 'Bearer [REDACTED]' },
    ]);
    expect(console.log).toBe(former);
  });

  it('does not go in circles when a sink itself writes to the console', () => {
    const shown: unknown[] = [];
    const former = console.log;
    console.log = (...args: unknown[]) => void shown.push(args);
    const remove = logging.addSink({ name: 'loud', write: (line) => console.log(line.length) });
    const restore = captureConsole(logging.root);
    try {
      console.log('once');
    } finally {
      restore();
      remove();
      console.log = former;
    }
    expect(texts).toHaveLength(1);
    expect(shown).toHaveLength(1);
  });
});
