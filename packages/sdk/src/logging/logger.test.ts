import { describe, expect, it } from 'vitest';
import { captured, type Line } from './testing/captured.ts';

const messages = (lines: Line[]) => lines.map((line) => line['message']);

describe('a logger', () => {
  it('takes fields, an error, or both', () => {
    const { log, last } = captured();
    log.info('fields', { a: 1 });
    expect(last()['data']).toEqual({ a: 1 });
    log.warn('error', new TypeError('t'));
    expect(last()).toMatchObject({ message: 'error', error: { type: 'TypeError', message: 't' } });
    log.error('both', { err: new RangeError('r'), a: 1 });
    expect(last()).toMatchObject({ data: { a: 1 }, error: { type: 'RangeError' } });
    log.error('both', { error: new RangeError('r'), a: 1 });
    expect(last()).toMatchObject({ data: { a: 1 }, error: { type: 'RangeError' } });
    log.error(new Error('alone'));
    expect(last()).toMatchObject({ message: 'alone', error: { message: 'alone' } });
  });

  it('shows a class of error that has no name of its own, and all errors of an AggregateError', () => {
    class PaymentError extends Error {}
    const { log, last } = captured();
    log.error('x', new PaymentError('p'));
    expect(last()['error']).toMatchObject({ type: 'PaymentError' });
    log.error('x', new AggregateError([new Error('one'), new TypeError('two')], 'many'));
    expect(last()['error']).toMatchObject({
      type: 'AggregateError',
      errors: [{ message: 'one' }, { type: 'TypeError', message: 'two' }],
    });
  });

  it('follows causes to their end, and not in circles', () => {
    const { log, last } = captured();
    const root = new Error('root');
    const middle = new Error('middle', { cause: root });
    root.cause = middle;
    log.error('x', new Error('top', { cause: middle }));
    expect(last()['error']).toMatchObject({
      message: 'top',
      cause: { message: 'middle', cause: { message: 'root', cause: '[Circular]' } },
    });
  });

  it('has children whose fields are read once', () => {
    const { log, last } = captured();
    const order = { id: 1 };
    const child = log.child({ order }).child({ step: 'pay' });
    order.id = 2;
    child.info('x', { more: true });
    expect(last()['data']).toEqual({ order: { id: 1 }, step: 'pay', more: true });
  });

  it('writes to sinks of its own', () => {
    const own: string[] = [];
    const { logging, texts } = captured();
    const audit = logging.logger('audit', { sinks: [{ name: 'own', write: (line) => void own.push(line) }] });
    audit.info('only there');
    audit.child({ a: 1 }).info('there, too');
    expect(texts).toHaveLength(0);
    expect(messages(own.map((text) => JSON.parse(text) as Line))).toEqual(['only there', 'there, too']);
  });

  it('writes only what a sink wants', () => {
    const errors: string[] = [];
    const { log } = captured({ sinks: [{ name: 'errors', level: 'error', write: (line) => void errors.push(line) }] });
    log.info('no');
    log.error('yes');
    expect(errors).toHaveLength(1);
  });

  it('survives a sink that throws, and says so', () => {
    const broken = {
      name: 'broken',
      write: () => {
        throw new Error('sink');
      },
    };
    const { log, core, notices, lines } = captured({ sinks: [broken] });
    log.info('goes on');
    expect(messages(lines())).toEqual(['goes on']);
    expect(core.losses.count('logs', 'failed')).toBe(1);
    expect(notices.join('')).toContain('sink');
  });

  it('takes sinks while it runs', () => {
    const late: string[] = [];
    const { logging, log } = captured();
    const remove = logging.addSink({ name: 'late', shape: 'ecs', write: (line) => void late.push(line) });
    log.info('one');
    remove();
    log.info('two');
    expect(late).toHaveLength(1);
    expect(JSON.parse(late[0] ?? '')).toMatchObject({ 'log.level': 'info' });
  });
});

describe('levels', () => {
  it('come from code, then LOG_LEVEL, then are INFO', () => {
    const at = (level: 'debug' | undefined, env: Record<string, string>) => captured({ level }, 'json', env).log.level;
    expect(at(undefined, {})).toBe('info');
    expect(at(undefined, { LOG_LEVEL: 'WARNING' })).toBe('warn');
    expect(at('debug', { LOG_LEVEL: 'ERROR' })).toBe('debug');
  });

  it('are set per logger by name and pattern, the last rule first', () => {
    const { logging } = captured({ level: 'warn', levels: { 'db.*': 'debug', 'db.pool': 'error' } });
    expect(logging.logger('api').level).toBe('warn');
    expect(logging.logger('db.query').level).toBe('debug');
    expect(logging.logger('db.pool').level).toBe('error');
  });

  it('change while the service runs, for loggers and children that exist and that come', () => {
    const { logging, lines } = captured();
    const query = logging.logger('db.query');
    const child = query.child({ a: 1 });
    child.debug('no');
    logging.setLevel('db.*', 'debug');
    child.debug('yes');
    logging.logger('db.later').debug('yes, too');
    logging.logger('api').debug('no');
    logging.setLevel('*', 'critical');
    child.error('no');
    query.level = 'debug';
    child.debug('again');
    expect(messages(lines())).toEqual(['yes', 'yes, too', 'again']);
    expect(child.isEnabled('debug')).toBe(true);
    expect(logging.logger('api').isEnabled('error')).toBe(false);
  });

  it('of a child stay what they were set to', () => {
    const { log, logging, lines } = captured();
    const quiet = log.child({ a: 1 }, { level: 'error' });
    logging.setLevel('*', 'debug');
    quiet.info('no');
    log.debug('yes');
    expect(messages(lines())).toEqual(['yes']);
  });

  it('that do not exist are refused and change nothing', () => {
    const { logging, log } = captured();
    expect(() => logging.setLevel('*', 'loud' as never)).toThrow('"loud" is no level');
    expect(() => {
      log.level = 'quiet' as never;
    }).toThrow('is no level');
    expect(log.level).toBe('info');
    logging.setLevel('*', 'WARNING' as never);
    expect(log.level).toBe('warn');
    log.log('unknown' as never, 'as info: not written');
  });

  it('that are wrong are all named', () => {
    const levels = { a: 'loud', b: 'quiet' } as never;
    expect(() => captured({ levels, maxLineBytes: 10, sampleRate: 2 })).toThrow(
      /sampleRate[\s\S]*maxLineBytes[\s\S]*levels\.a[\s\S]*levels\.b/,
    );
  });
});

describe('with monitoring switched off', () => {
  it('does nothing but call what it is given', () => {
    const { log, logging, texts, core } = captured({}, 'json', { MONITORING_ENABLED: 'false' });
    expect(core.enabled).toBe(false);
    log.critical('no');
    logging.setLevel('*', 'trace');
    log.child({ a: 1 }, { level: 'trace' }).critical('no');
    log.securityEvent('access_denied');
    log.alert('No', { severity: 'critical' });
    logging.addSink({ name: 'late', write: (line) => void texts.push(line) });
    log.info('no');
    expect(log.performance('op', () => 5)).toBe(5);
    expect(texts).toEqual([]);
    expect(log.isEnabled('critical')).toBe(false);
  });
});
