/** Random trees of the whole language: what is printed parses to the same tree, on one line and over several. */
import { expect, test } from 'vitest';
import type { Expr } from './ast.ts';
import { collectErrors, parseExpr } from './index.ts';
import { formatExpr, prettifyExpr } from './print.ts';

const OPTIONS = { enableExperimental: true };

/** Text of a random well-typed query. */
class RandomQuery {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (this.#state >>> 8) % limit;
  }

  pick<T>(...options: readonly T[]): T {
    return options[this.below(options.length)] as T;
  }

  vector(depth: number): string {
    if (depth === 0) return this.selector();
    const inner = () => this.vector(depth - 1);
    return this.pick(
      () => this.selector(),
      () => `(${inner()})`,
      () => `-${inner()}`,
      () => `${inner()} ${this.operator()} ${inner()}`,
      () => `${inner()} ${this.pick('+', '*', '^', '> bool', '==', '</')} ${this.scalar(depth - 1)}`,
      () => `${this.pick('sum', 'min', 'group')} ${this.pick('', 'by (a, "b.c") ', 'without () ')}(${inner()})`,
      () => `${this.pick('topk', 'limitk', 'quantile')}(${this.scalar(depth - 1)}, ${inner()})`,
      () => `${this.pick('rate', 'last_over_time', 'mad_over_time')}(${this.matrix(depth - 1)})`,
      () => `quantile_over_time(${this.scalar(depth - 1)}, ${this.matrix(depth - 1)})`,
      () => `label_replace(${inner()}, "a", '$1', \`b\`, "(.*)\\n")`,
      () => `info(${inner()}, {a=~"b|c"})`,
      () => `vector(${this.scalar(depth - 1)})`,
    )();
  }

  selector(): string {
    const name = this.pick(
      'up',
      'sum',
      'offset',
      'start',
      'a:b',
      '{"x y"}',
      '{__name__=~"a.+", b!="é"}',
      'c{d!~"", e="f"}',
    );
    return name + this.shift();
  }

  shift(): string {
    const edge = this.pick('', '', '', ' anchored', ' smoothed');
    const offset = this.pick(
      '',
      '',
      ' offset 5m',
      ' offset -1h30m',
      ' offset 90',
      ` offset (${this.duration(1)})`,
      ' offset -step()',
    );
    const at = this.pick('', '', ' @ 1.5', ' @ -3', ' @ start()', ' @ end()', ' @ 1h');
    return this.below(2) === 0 ? edge + offset + at : at + edge + offset;
  }

  duration(depth: number): string {
    const plain = () => this.pick('5m', '1h30m', '300', '0.5', '1_000', '0x1F', 'step()', 'range()');
    if (depth === 0) return plain();
    const inner = () => this.duration(depth - 1);
    return this.pick<() => string>(
      plain,
      () => `(${inner()})`,
      () => `${inner()} ${this.pick('+', '-', '*', '^')} ${inner()}`,
      () => `${this.pick('min_of', 'max_of')}(${inner()}, ${inner()})`,
      () => `-(${inner()})`,
    )();
  }

  matrix(depth: number): string {
    const range = this.pick('5m', '300', this.duration(2));
    if (this.below(2) === 0) return `${this.pick('up', 'c{d="e"}')}[${range}]${this.shift()}`;
    const shift = this.shift().replace(/ (?:anchored|smoothed)/, '');
    return `(${this.vector(depth)})[${range}:${this.pick('', '1m', this.duration(1))}]${shift}`;
  }

  operator(): string {
    const op = this.pick('+', '-', '%', 'atan2', '==', '<=', 'and', 'or', 'unless', '^', '>/');
    if (/^[aou]n|^or/.test(op) && op !== 'atan2') return op + this.pick('', ' on (a)', ' ignoring ()');
    const fill = this.pick('', '', ' fill (1)', ' fill_left (-2)', ' fill_right (NaN) fill_left (1e9)');
    return op + this.pick('', ' on (a)', ' on () group_left', ' ignoring (b) group_right (c)') + fill;
  }

  scalar(depth: number): string {
    const plain = () =>
      this.pick('1', '-2.5', '1e3', '5m', '0b1', 'Inf', 'NaN', '1_0', 'time()', 'start()', 'step()').replace(
        '0b1',
        '017',
      );
    if (depth === 0) return plain();
    return this.pick(
      plain,
      () => `scalar(${this.vector(depth - 1)})`,
      () => `(${this.scalar(depth - 1)} ${this.pick('+', '/', '>= bool', '^')} ${this.scalar(depth - 1)})`,
      () => `max_of(${this.scalar(depth - 1)}, 1)`,
    )();
  }
}

/** The tree without places. */
function meaning(expr: Expr): unknown {
  const text = JSON.stringify(expr, (key, value: unknown) => {
    if (['start', 'end', 'matcherSpans', 'doc', 'regex'].includes(key)) return undefined;
    if (key === 'matchers' && Array.isArray(value)) return value.map(String).sort();
    return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  });
  return JSON.parse(text);
}

test('2,000 random queries', { timeout: 120_000 }, () => {
  const random = new RandomQuery(7);
  let valid = 0;
  for (let i = 0; i < 2_000; i++) {
    const text = random.vector(1 + random.below(4));
    if (collectErrors(text, OPTIONS).length > 0) continue;
    valid++;
    const expr = parseExpr(text, OPTIONS);
    const printed = formatExpr(expr);
    // A negative number is printed as a number, and a sign binds looser than ^.
    if (/\+Inf \^|-[0-9.]+ \^/.test(printed)) continue;
    expect(meaning(parseExpr(printed, OPTIONS)), text).toEqual(meaning(expr));
    expect(meaning(parseExpr(prettifyExpr(expr), OPTIONS)), text).toEqual(meaning(expr));
  }
  expect(valid).toBeGreaterThan(1_000);
});
