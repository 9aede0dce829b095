/** Seeded random queries over the data set: every expression is well typed, many are nonsense, some fail. */
import { randomFrom } from './dataset.ts';

const SELECTORS = [
  'requests_total',
  'requests_total{code="500"}',
  'requests_total{job="api"}',
  'temperature',
  'temperature{room="north"}',
  'queue_length',
  'memory_bytes',
  'odd{kind!~"nan|inf|minus"}',
  'build_info',
  'rare',
];
const RANGES = ['45s', '1m', '2m', '5m', '13m', '20m'];
const RANGE_FUNCTIONS = [
  'rate',
  'increase',
  'irate',
  'delta',
  'idelta',
  'changes',
  'resets',
  'sum_over_time',
  'avg_over_time',
  'min_over_time',
  'max_over_time',
  'count_over_time',
  'last_over_time',
  'stddev_over_time',
  'deriv',
  'present_over_time',
];
const VECTOR_FUNCTIONS = ['abs', 'ceil', 'floor', 'sqrt', 'sgn', 'round', 'ln', 'absent', 'timestamp', '-'];
const AGGREGATIONS = ['sum', 'avg', 'min', 'max', 'count', 'group', 'stddev'];
const GROUPINGS = [
  '',
  'by (instance)',
  'by (job)',
  'by (instance, code)',
  'without (instance)',
  'without (code, room)',
];
const OPERATORS = ['+', '-', '*', '/', '%', '==', '!=', '>', '<', '>=', '<=', 'and', 'or', 'unless'];
const MATCHINGS = [
  '',
  'on(instance)',
  'on(job)',
  'ignoring(code)',
  'ignoring(room, job)',
  'on(instance) group_left()',
  'on(instance) group_right()',
];
const MODIFIERS = ['', '', '', ' offset 2m', ' offset -4m', ' @ 1600004033', ' @ end()', ' offset 7m @ start()'];

export class RandomQueries {
  readonly #random: () => number;
  #isInSubquery = false;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  next(): string {
    return this.#vector(3);
  }

  #pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random() * items.length)] as T;
  }

  /** Subqueries are not nested: the inner one is evaluated at whole steps, where 2.42 counts one more. */
  #range(depth: number): string {
    if (depth > 1 && !this.#isInSubquery && this.#random() < 0.3) {
      this.#isInSubquery = true;
      const inner = this.#vector(depth - 1);
      this.#isInSubquery = false;
      return `(${inner})[${this.#pick(RANGES)}:${this.#pick(['', '20s', '1m'])}]${this.#pick(MODIFIERS)}`;
    }
    return `${this.#pick(SELECTORS)}[${this.#pick(RANGES)}]${this.#pick(MODIFIERS)}`;
  }

  #scalar(): string {
    return this.#pick(['0', '1', '2.5', '-3', '100', 'time() / 1e9', 'scalar(temperature{instance="a:1"})', '0.5']);
  }

  #vector(depth: number): string {
    const choice = this.#random();
    if (depth === 0 || choice < 0.12) return this.#pick(SELECTORS) + this.#pick(MODIFIERS);
    if (choice < 0.35) return `${this.#pick(RANGE_FUNCTIONS)}(${this.#range(depth)})`;
    if (choice < 0.45) return `${this.#pick(VECTOR_FUNCTIONS)}(${this.#vector(depth - 1)})`;
    if (choice < 0.65) return `${this.#pick(AGGREGATIONS)} ${this.#pick(GROUPINGS)} (${this.#vector(depth - 1)})`;
    if (choice < 0.75) return this.#withScalar(depth);
    return this.#binary(depth);
  }

  #withScalar(depth: number): string {
    const op = this.#pick(OPERATORS.slice(0, 11));
    const vector = `(${this.#vector(depth - 1)})`;
    return this.#random() < 0.5 ? `${vector} ${op} ${this.#scalar()}` : `${this.#scalar()} ${op} ${vector}`;
  }

  #binary(depth: number): string {
    const op = this.#pick(OPERATORS);
    const isSet = ['and', 'or', 'unless'].includes(op);
    const matching = this.#pick(isSet ? MATCHINGS.slice(0, 5) : MATCHINGS);
    return `(${this.#vector(depth - 1)}) ${op} ${matching} (${this.#vector(depth - 1)})`;
  }
}
