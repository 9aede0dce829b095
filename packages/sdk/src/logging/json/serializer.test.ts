import { describe, expect, it } from 'vitest';
import type { ShapeName } from '../shapes/shape.ts';
import { type Captured, captured } from '../testing/captured.ts';

const MAX = 16_384;
const SHAPES: ShapeName[] = ['json', 'flat', 'ecs', 'otel'];

/** Secrets that must not be in any line, wherever the fuzzer plants them. */
const SECRETS = [
  'hunter2-is-the-password',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
  'AKIAIOSFODNN7EXAMPLE',
  'ghp_0123456789abcdefghijABCDEFGHIJ012345',
  '4111111111111111',
  '5500-0000-0000-0004',
  'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC',
  'opensesame-opensesame',
];

/** Texts as they are found in lines, with the secret of the same index inside. */
const PLANTED: ((secret: string) => unknown)[] = [
  (secret) => ({ password: secret, deeper: [{ dbPassword: secret, 'X-Api-Key': secret }] }),
  (secret) => `Authorization: Bearer ${secret}`,
  (secret) => `key ${secret} used`,
  (secret) => `pushed with ${secret}`,
  (secret) => ({ note: `paid with ${secret}`, number: Number(secret), big: BigInt(secret) }),
  (secret) => [`card ${secret}`, new Map([['card', secret]])],
  (secret) => `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----`,
  (secret) => ({
    url: `postgres://app:${secret}@db:5432/app`,
    query: `/login?password=${secret}&user=x`,
    body: `{"user":"x","secret":"${secret}"}`,
    headers: new Headers({ authorization: `Basic ${secret}`, cookie: `sid=${secret}` }),
  }),
];

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}

class Odd {
  field = 'own';
  get inherited(): string {
    throw new Error('never read');
  }
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function throwing(): object {
  return {
    before: 1,
    get bad() {
      throw new Error('the getter throws');
    },
    after: 2,
  };
}

/** One value of each awkward kind. */
const ODD: (() => unknown)[] = [
  () => {
    const cycle: Record<string, unknown> = { name: 'cycle' };
    cycle['self'] = cycle;
    cycle['list'] = [cycle, { cycle }];
    return cycle;
  },
  () => 12_345_678_901_234_567_890n,
  throwing,
  () => ({
    toJSON() {
      throw new Error('toJSON throws');
    },
    kept: 1,
  }),
  () => {
    const endless = { toJSON: () => ({ ...endless }) };
    return endless;
  },
  () => Symbol('a symbol'),
  () => ({ [Symbol('key')]: 1, kept: Symbol.iterator }),
  () => function named() {},
  () => class {},
  () => '\ud800 lone \udfff and \u0000 \u001f \u2028 " \\ \u007f',
  () => 'x'.repeat(300_000),
  () => '\u0001'.repeat(20_000),
  () => '€'.repeat(20_000),
  () => {
    let deep: unknown = 'bottom';
    for (let index = 0; index < 5000; index++) deep = index % 2 === 0 ? { deep } : [deep];
    return deep;
  },
  () => JSON.parse('{"__proto__":{"polluted":true},"constructor":{"name":"x"},"toString":1}') as unknown,
  () =>
    new Proxy(
      { a: 1 },
      {
        get: () => {
          throw new Error('trap');
        },
      },
    ),
  () =>
    new Proxy(
      { a: 1 },
      {
        ownKeys: () => {
          throw new Error('trap');
        },
      },
    ),
  () =>
    new Proxy(
      {},
      {
        getPrototypeOf: () => {
          throw new Error('trap');
        },
      },
    ),
  () =>
    new Proxy([1, 2], {
      get: (target, key) => {
        if (key === 'length') throw new Error('trap');
        return Reflect.get(target, key);
      },
    }),
  revoked,
  () => new Date(Number.NaN),
  () => new Date(0),
  () =>
    new Map<unknown, unknown>([
      ['a', 1],
      [{ key: 'object' }, 2],
      [Symbol('s'), 3],
      [throwing(), 4],
    ]),
  () => new Set([1, 'two', throwing(), revoked()]),
  () => new Uint8Array(5000),
  () => new Float64Array([1, Number.NaN]),
  () => Buffer.from('secret bytes'),
  () => new ArrayBuffer(10),
  () => new WeakMap(),
  () => Promise.resolve(1),
  () => /expression/g,
  () => new URL('https://user:pass@example.org/path?x=1'),
  () => [Number.NaN, Number.POSITIVE_INFINITY, -0, 1e308, 5e-324],
  () => new Array(400_000),
  () => Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`key ${index}\n"`, index])),
  () => Object.create(null) as object,
  () => Object.create(Object.create(null) as object) as object,
  () => Object.create({ inherited: 'not shown' }) as object,
  () => new Odd(),
  () => new String('boxed'),
  () => Object.assign(new Error('outer', { cause: new TypeError('inner', { cause: 'a text' }) }), { status: 500 }),
  () => new AggregateError([new Error('one'), 'two', throwing()], 'many'),
  () => {
    const error = new Error('loop');
    error.cause = error;
    return error;
  },
  () =>
    Object.defineProperty(new Error('x'), 'stack', {
      get() {
        throw new Error('no stack');
      },
    }),
  () => Object.defineProperty(new Error('x'), 'message', { value: Symbol('no text') }),
  () => Object.assign(Object.create(Error.prototype) as object, { message: 5 }),
  () => undefined,
  () => null,
  () => '',
];

function build(next: () => number, depth: number, secrets: boolean): unknown {
  const pick = next();
  if (secrets && pick < 0.15) {
    const index = Math.floor(next() * SECRETS.length);
    return PLANTED[index]?.(SECRETS[index] ?? '');
  }
  if (depth > 3 || pick < 0.6) return ODD[Math.floor(next() * ODD.length)]?.();
  if (pick < 0.8) return Array.from({ length: Math.floor(next() * 5) }, () => build(next, depth + 1, secrets));
  const keys = ['a', 'user', '__proto__', 'constructor', 'timestamp', 'level', 'data', 'error', 'err', 'ключ', '"', ''];
  const out: Record<string, unknown> = {};
  for (let count = Math.floor(next() * 6); count > 0; count--) {
    const key = keys[Math.floor(next() * keys.length)] ?? 'k';
    Object.defineProperty(out, key, { value: build(next, depth + 1, secrets), enumerable: true, configurable: true });
  }
  return out;
}

function check(capture: Captured, what: string): void {
  const text = capture.texts.at(-1) ?? '';
  expect(text.endsWith('\n'), what).toBe(true);
  expect(text.indexOf('\n'), what).toBe(text.length - 1);
  expect(Buffer.byteLength(text), what).toBeLessThanOrEqual(MAX);
  expect(() => JSON.parse(text), `${what}: ${text.slice(0, 500)}`).not.toThrow();
  // Once more as bytes, the way a sink writes them.
  expect(() => JSON.parse(Buffer.from(text).toString()), what).not.toThrow();
}

describe.each(SHAPES)('lines of the shape %s under fuzzing', (shape) => {
  it('are valid JSON within the limit for every awkward value, in every place of a call', () => {
    const capture = captured({ maxLineBytes: MAX, level: 'trace' }, shape);
    for (const [index, make] of ODD.entries()) {
      const what = `value ${index}`;
      const before = capture.texts.length;
      capture.log.info('message', make() as object);
      check(capture, what);
      capture.log.info('message', { value: make(), list: [make(), { nested: make() }] });
      check(capture, `${what} in fields`);
      capture.log.error('message', { err: make(), error: make() });
      check(capture, `${what} as error`);
      capture.log.critical(make() as string, make() as object);
      check(capture, `${what} as message`);
      capture.log.child({ bound: make(), a: 1 }).info('message', { a: make() });
      check(capture, `${what} as binding`);
      capture.log.info('message', undefined, { duration_ms: make() as number, more: make() as string });
      check(capture, `${what} as performance`);
      expect(capture.texts.length - before, what).toBe(6);
    }
    expect(capture.core.losses.count('logs', 'failed')).toBe(0);
  });

  it('are valid JSON without any planted secret for random data', () => {
    const capture = captured({ maxLineBytes: MAX, level: 'trace' }, shape);
    const next = random(20_261_121);
    for (let round = 0; round < 50; round++) {
      const data = build(next, 0, true);
      capture.log.warn(typeof data === 'string' ? data : 'message', data as object);
      check(capture, `round ${round}`);
      capture.log.child({ bound: build(next, 2, true) }).error('message', { data: build(next, 1, true) });
      check(capture, `round ${round}, child`);
    }
    const all = capture.texts.join('');
    for (const secret of SECRETS) expect(all.includes(secret), secret).toBe(false);
    expect(all).toContain('[REDACTED]');
  });
});

describe('what is left of awkward values', () => {
  it('keeps the fields around one that throws', () => {
    const capture = captured();
    capture.log.info('x', throwing());
    expect(capture.last()['data']).toEqual({ before: 1, bad: '[Throws]', after: 2 });
  });

  it('names cycles and depths', () => {
    const capture = captured({ maxDepth: 2 });
    const cycle: Record<string, unknown> = { a: { b: { c: { d: 1 } } } };
    cycle['self'] = cycle;
    capture.log.info('x', cycle);
    expect(capture.last()['data']).toEqual({ a: { b: '[Object]' }, self: '[Circular]' });
  });

  it('writes dates, maps, sets, big integers and bytes as something to read', () => {
    const capture = captured();
    capture.log.info('x', {
      date: new Date(0),
      none: new Date(Number.NaN),
      map: new Map([['a', 1]]),
      set: new Set([1, 2]),
      big: 123n,
      bytes: new Uint8Array(3),
      nan: Number.NaN,
      fn: function pay() {},
      url: new URL('https://example.org/x'),
    });
    expect(capture.last()['data']).toEqual({
      date: '1970-01-01T00:00:00.000Z',
      none: '[Invalid Date]',
      map: { a: 1 },
      set: [1, 2],
      big: '123',
      bytes: '[Uint8Array of 3 bytes]',
      nan: null,
      fn: '[Function: pay]',
      url: 'https://example.org/x',
    });
  });

  it('does not read what a class inherits, nor change the prototype of anything', () => {
    const capture = captured();
    capture.log.info('x', { odd: new Odd(), bad: JSON.parse('{"__proto__":{"polluted":1}}') as object });
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(capture.texts.at(-1)).toContain('"odd":{"field":"own"}');
    expect(capture.texts.at(-1)).toContain('"__proto__":{"polluted":1}');
  });

  it('keeps names apart that bindings and data both have', () => {
    const capture = captured();
    capture.log.child({ order: 1, user: 'a' }).info('x', { order: 2 });
    expect(capture.texts.at(-1)?.match(/"order"/g)).toHaveLength(1);
    expect(capture.last()['data']).toEqual({ user: 'a', order: 2 });
  });

  it('counts the fields of data that logs itself without end, and goes on', () => {
    const capture = captured();
    const self: Record<string, unknown> = {
      get again() {
        capture.log.info('inside', self);
        return 1;
      },
    };
    capture.log.info('outside', self);
    expect(capture.core.losses.count('logs', 'recursion')).toBeGreaterThan(0);
    capture.log.info('after');
    expect(capture.last()['message']).toBe('after');
    for (const text of capture.texts) expect(() => JSON.parse(text)).not.toThrow();
  });
});

describe('lines that are too long', () => {
  it('are shortened to valid lines that keep message and level, and counted', () => {
    const capture = captured({ maxLineBytes: 8192 });
    capture.log.error('It broke', Object.fromEntries(Array.from('abcdefgh', (key) => [key, ['€'.repeat(1500)]])));
    expect(capture.last()['message']).toBe('It broke');
    expect(Buffer.byteLength(capture.texts.at(-1) ?? '')).toBeLessThanOrEqual(8192);
    expect(capture.core.losses.count('logs', 'shortened')).toBe(1);
  });

  it('tell how much of a text is missing', () => {
    const capture = captured({ maxLineBytes: 16_384 });
    capture.log.info('x', { text: 'a'.repeat(10_000) });
    expect((capture.last()['data'] as { text: string }).text).toMatch(/^a{4096}… \(5904 more\)$/);
  });
});
