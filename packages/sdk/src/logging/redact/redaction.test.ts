import { describe, expect, it } from 'vitest';
import { captured } from '../testing/captured.ts';

describe('redaction by path', () => {
  const data = () => ({
    user: { address: 'Main Street', name: 'Ada', phone: { home: '123456' } },
    list: [{ iban: 'DE1' }, { iban: 'DE2', other: 1 }],
    orders: { a: { iban: 'DE3' }, b: { iban: 'DE4' } },
    'a.b': { 'x-y': 1 },
    iban: 'DE5',
  });

  it.each<[string[], object]>([
    [['user.address'], { user: { address: '[REDACTED]', name: 'Ada', phone: { home: '123456' } } }],
    [['user.phone.*'], { user: { address: 'Main Street', name: 'Ada', phone: { home: '[REDACTED]' } } }],
    [['user.*'], { user: { address: '[REDACTED]', name: '[REDACTED]', phone: '[REDACTED]' } }],
    [['iban'], { iban: '[REDACTED]', list: [{ iban: 'DE1' }, { iban: 'DE2', other: 1 }] }],
    [['*.a.iban'], { orders: { a: { iban: '[REDACTED]' }, b: { iban: 'DE4' } } }],
    [['orders.*.iban', 'orders.b'], { orders: { a: { iban: '[REDACTED]' }, b: '[REDACTED]' } }],
    [['list[*].iban'], { list: [{ iban: '[REDACTED]' }, { iban: '[REDACTED]', other: 1 }] }],
    [['list[1].iban'], { list: [{ iban: 'DE1' }, { iban: '[REDACTED]', other: 1 }] }],
    [['["a.b"]["x-y"]'], { 'a.b': { 'x-y': '[REDACTED]' } }],
    [['**.iban'], { iban: '[REDACTED]', orders: { a: { iban: '[REDACTED]' }, b: { iban: '[REDACTED]' } } }],
  ])('%j hides what it names and nothing else', (paths, expected) => {
    const capture = captured({ redact: paths });
    capture.log.info('x', data());
    expect(capture.last()['data']).toMatchObject(expected);
  });

  it('reaches bindings, errors and values that are not texts', () => {
    const capture = captured({ redact: ['account', 'error.config.url'] });
    capture.log
      .child({ account: 5 })
      .error('x', { err: Object.assign(new Error('no'), { config: { url: 'u', n: 1 } }) });
    expect(capture.last()).toMatchObject({
      data: { account: '[REDACTED]' },
      error: { config: { url: '[REDACTED]', n: 1 } },
    });
  });

  it('does not change the data', () => {
    const capture = captured({ redact: ['user.address'] });
    const given = data();
    capture.log.info('x', given);
    expect(given).toEqual(data());
  });

  it('names all wrong paths at once', () => {
    expect(() => captured({ redact: { paths: ['', 'a.**.b', 'a[', 'fine.path'], customPatterns: [/x/] } })).toThrow(
      /paths\[0\][\s\S]*paths\[1\][\s\S]*paths\[2\][\s\S]*customPatterns\[0\]/,
    );
  });
});

describe('redaction by name', () => {
  it('hides the usual secrets at any depth, however they are written', () => {
    const capture = captured();
    capture.log.info('x', {
      password: 'a1',
      DB_PASSWORD: 'a2',
      nested: [{ apiKey: 'a3', 'X-Api-Key': 'a4', accessToken: 'a5', client_secret: 'a6' }],
      headers: { authorization: 'a7', Cookie: 'a8', 'set-cookie': ['a9'] },
      map: new Map([['refresh_token', 'b1']]),
      pin: 1234,
    });
    expect(capture.texts.at(-1)).not.toMatch(/"[ab]\d"|1234/);
  });

  it('leaves what only sounds like one', () => {
    const capture = captured();
    const data = { token_valid: true, token: true, tokens: 12, nextPageToken: 'abc', secretary: 'Eve', password: null };
    capture.log.info('x', data);
    expect(capture.last()['data']).toEqual(data);
  });

  it('can be switched off, and can have another censor', () => {
    const off = captured({ redact: false });
    off.log.info('Bearer abcdefghijkl', { password: 'shown' });
    expect(off.last()).toMatchObject({ message: 'Bearer abcdefghijkl', data: { password: 'shown' } });
    const other = captured({ redact: { censor: '***' } });
    other.log.info('x', { password: 'hidden' });
    expect(other.last()['data']).toEqual({ password: '***' });
  });
});

describe('redaction by pattern', () => {
  it.each([
    ['Authorization: Bearer abc.def-123_456', 'Authorization: [REDACTED]'],
    ['sent bearer abcdef123456 along', 'sent bearer [REDACTED] along'],
    ['token is eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', 'token is [REDACTED]'],
    ['paid with 4111 1111 1111 1111 today', 'paid with [REDACTED] today'],
    ['paid with 4111-1111-1111-1111', 'paid with [REDACTED]'],
    ['amex 378282246310005', 'amex [REDACTED]'],
    ['key AKIAIOSFODNN7EXAMPLE in use', 'key [REDACTED] in use'],
    ['postgres://app:s3cret@db/app failed', 'postgres://[REDACTED]@db/app failed'],
    ['GET /login?user=a&password=hunter2&x=1', 'GET /login?user=a&password=[REDACTED]&x=1'],
    ['{"password":"hunter2","a":1}', '{"password":[REDACTED],"a":1}'],
    ['pushed with ghp_0123456789abcdefghijABCDEFGHIJ012345', 'pushed with [REDACTED]'],
    ['slack xoxb-123456789012-abcdefghij', 'slack [REDACTED]'],
    ['-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----', '[REDACTED]'],
    ['-----BEGIN PRIVATE KEY-----\nnever ends', '[REDACTED]'],
  ])('hides the secret of %j', (text, expected) => {
    const capture = captured();
    capture.log.info(text, { text, deeper: [text] });
    expect(capture.last()).toMatchObject({ message: expected, data: { text: expected, deeper: [expected] } });
    // The same within a text that is too long for the scan by character.
    const long = 'word '.repeat(40);
    capture.log.info(`${long}${text}`);
    expect(capture.last()['message']).toBe(`${long}${expected}`);
  });

  it.each([
    'User login successful',
    'order 1234567890123456 placed',
    '4111 1111 1111 1112 fails the check digit',
    '2026-11-20T10:30:00.123Z',
    'trace 4bf92f3577b34da6a3ce929d0e0e4736 and id 550e8400-e29b-41d4-a716-446655440000',
    'https://example.org/path?x=1&y=2',
    'mail to ada@example.org',
    'The bearer of bad news',
    'at Object.<anonymous> (/app/index.js:12:34)',
    'GET /api/users/42 200 12ms',
  ])('leaves %j', (text) => {
    const capture = captured();
    capture.log.info(text);
    expect(capture.last()['message']).toBe(text);
  });

  it('finds card numbers that are numbers, and leaves times that are', () => {
    const capture = captured();
    capture.log.info('x', { card: 4111111111111111, big: 4111111111111111n, time: 1795255013464 });
    expect(capture.last()['data']).toEqual({ card: '[REDACTED]', big: '[REDACTED]', time: 1795255013464 });
  });

  it('finds secrets in messages and stacks of errors and in their causes', () => {
    const capture = captured();
    const cause = new Error('postgres://app:hunter2@db refused');
    capture.log.error('x', new Error('login with Bearer hunter2hunter2', { cause }));
    expect(capture.texts.at(-1)).not.toContain('hunter2');
  });

  it('finds a secret that begins before the limit of a text', () => {
    const capture = captured({ maxLineBytes: 8192 });
    capture.log.info('x', { text: `${'a '.repeat(1020)}Bearer hunter2hunter2hunter2` });
    expect(capture.texts.at(-1)).not.toContain('hunter2');
  });

  it('takes own patterns', () => {
    const capture = captured({ redact: { customPatterns: [/\bSSN \d{3}-\d{2}-\d{4}\b/g] } });
    capture.log.info('has SSN 123-45-6789 on file');
    expect(capture.last()['message']).toBe('has [REDACTED] on file');
  });

  it.each([
    'a'.repeat(50_000),
    '4'.repeat(50_000),
    'eyJ'.repeat(20_000),
    'x://'.repeat(10_000),
    '-----BEGIN PRIVATE KEY-----'.repeat(2000),
    'password='.repeat(5000),
    '"\\'.repeat(20_000),
  ])('is done with a hostile text in bounded steps (%#)', (text) => {
    const capture = captured();
    const before = process.cpuUsage().user;
    capture.log.info(text, { text });
    // Generous: what is not linear takes minutes.
    expect(process.cpuUsage().user - before).toBeLessThan(5_000_000);
    expect(() => capture.last()).not.toThrow();
  });
});
