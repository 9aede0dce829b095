/**
 * Seeded random queries over the data set: every expression is well typed, many are nonsense, some fail. Each says how
 * exactly two engines must agree on it: operations that turn a rounding error into another answer (comparisons, floor, ...)
 * get only operands that both engines compute to the last bit.
 */
import type { QueryRange } from '@sightline/promql';
import { BASE_MS, DATA_MINUTES, randomFrom } from './dataset.ts';

/**
 * exact: the same bits. rounded: averages, sums of fractions (2.42 adds them without compensation), exp and what is made of
 * it (Go has its own in assembly), sine and cosine of large angles. cancelled: standard deviations, and such values
 * subtracted, so that only digits relative to the largest value count.
 */
export type Precision = 'exact' | 'rounded' | 'cancelled';

export interface RandomQuery {
  readonly text: string;
  readonly precision: Precision;
}

/**
 * When to ask: 13 s after a multiple of 20 s, where no window's edge meets a sample or a step of a subquery. Some times lie
 * before or after the data.
 */
export function randomTimes(random: () => number): { readonly timeMs: number; readonly range: QueryRange } {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const anyTime = () => BASE_MS + Math.floor((random() * 1.3 - 0.15) * DATA_MINUTES * 3) * 20_000 + 13_000;
  const stepMs = pick([20, 40, 60, 100, 180, 420, 3_600]) * 1_000;
  const startMs = anyTime();
  // The end need not be a step.
  const endMs = startMs + Math.floor(random() * 40) * stepMs + pick([0, 1, 13_500]);
  return { timeMs: anyTime(), range: { startMs, endMs, stepMs } };
}

interface Piece extends RandomQuery {
  /** All values are whole and small, so that sums are exact. */
  readonly isWhole: boolean;
}

const WHOLE_SELECTORS = [
  'requests_total',
  'requests_total{code="500"}',
  'requests_total{job=~"a.i", instance!="b:1"}',
  'jobs_total',
  'jobs_total{env="dev"}',
  'jobs_total{shard=~"1|10|11", nope=""}',
  'visits',
  'visits{city!~"Z.*|two\\\\s.*"}',
  'wide',
  'rare',
  'build_info',
  'latency_seconds_bucket',
  'size_bucket{kind!="empty"}',
  'odd{kind="zero"}',
  '{__name__=~"requests_total|copies_total", instance="a:1"}',
  '{__name__=~".*_bucket"}',
  '{job="api", code=~"2.*"}',
  '{__name__=~"visits|build_info|rare"}',
];
const SELECTORS = [
  'temperature',
  'temperature{room="north"}',
  'queue_length',
  'memory_bytes',
  'odd',
  'odd{kind!~"nan|inf|minus"}',
  '{__name__=~"temp.+|queue.+", instance="b:1"}',
  '{instance="a:1", job=""}',
  'moment_seconds',
  'no_such_metric',
];
/** No two values are equal, so that ranks are never ties. */
const DISTINCT = ['temperature', 'memory_bytes', 'queue_length', 'delta(temperature[7m])', 'temperature offset 3m'];
const RANGES = ['45s', '1m', '2m', '5m', '13m', '20m', '1h'];
/** In a subquery a window must not end on a step of the inner one, where 2.42 counts one point more. */
const ODD_RANGES = ['47s', '1m7s', '5m11s', '13m13s'];
const EXACT_RANGE_FUNCTIONS = [
  'min_over_time',
  'max_over_time',
  'last_over_time',
  'count_over_time',
  'present_over_time',
  'changes',
  'resets',
  'idelta',
  'irate',
  'delta',
  'deriv',
];
const ROUNDED_RANGE_FUNCTIONS = ['avg_over_time'];
const COUNTERS = ['requests_total', 'requests_total{code="500"}', 'jobs_total', 'jobs_total{env="dev"}'];
const CANCELLED_RANGE_FUNCTIONS = ['stddev_over_time', 'stdvar_over_time'];
const EXACT_FUNCTIONS = [
  ...['abs', 'ceil', 'floor', 'sgn', 'sqrt', 'round', 'timestamp', '-', '+', 'deg', 'rad'],
  ...['ln', 'log2', 'log10', 'atan', 'asinh', 'acos'],
];
const ROUNDED_FUNCTIONS = ['exp', 'sin', 'cos', 'sinh', 'tanh'];
const DATE_FUNCTIONS = [
  'hour',
  'minute',
  'month',
  'year',
  'day_of_week',
  'day_of_month',
  'day_of_year',
  'days_in_month',
];
const GROUPINGS = [
  '',
  'by ()',
  'by (instance)',
  'by (job)',
  'by (instance, code, kind)',
  'by (__name__, env)',
  'without (instance)',
  'without (code, room, shard)',
  'without ()',
];
const ARITHMETIC = ['+', '-', '*', '/'];
const COMPARISONS = ['==', '!=', '>', '<', '>=', '<='];
const SET_MATCHINGS = ['', '', 'on(instance)', 'on(job)', 'on()', 'ignoring(code)', 'ignoring(room, job, shard)'];
const MATCHINGS = [
  ...SET_MATCHINGS,
  'on(instance) group_left()',
  'on(instance) group_right()',
  'on(instance) group_left(room)',
  'on(instance) group_right(version, nope)',
  'ignoring(code) group_left()',
];
const MODIFIERS = ['', '', '', '', ' offset 2m', ' offset -4m', ' @ 1600004033', ' @ end()', ' offset 7m @ start()'];
const LABEL_CALLS = [
  (arg: string) => `label_replace(${arg}, "host", "$1", "instance", "(.*):.*")`,
  (arg: string) => `label_replace(${arg}, "job", "", "instance", "a.*")`,
  (arg: string) => `label_replace(${arg}, "instance", "${'${1}'}-$2", "instance", "(.)(.*)")`,
  (arg: string) => `label_replace(${arg}, "code", "all", "code", "200|500")`,
  (arg: string) => `label_join(${arg}, "both", "/", "instance", "nope", "job")`,
  (arg: string) => `label_join(${arg}, "room", "")`,
];

export class RandomQueries {
  readonly #random: () => number;
  #subqueries = 0;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  next(): RandomQuery {
    const choice = this.#random();
    if (choice < 0.06) return this.#sorted();
    if (choice < 0.1) return this.#scalar();
    return this.#vector(1 + Math.floor(this.#random() * 3), false);
  }

  #pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random() * items.length)] as T;
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #sorted(): Piece {
    const { text } = this.#chance(0.5) ? this.#vector(1, true) : exact(this.#pick(DISTINCT));
    return exact(`${this.#pick(['sort', 'sort_desc'])}(${text})`);
  }

  #selector(): Piece {
    const isWhole = this.#chance(0.6);
    const text = this.#pick(isWhole ? WHOLE_SELECTORS : SELECTORS) + this.#pick(MODIFIERS);
    return { text, precision: 'exact', isWhole };
  }

  #vector(depth: number, needsExact: boolean): Piece {
    const choice = this.#random();
    if (depth === 0 || choice < 0.1) return this.#selector();
    if (choice < 0.33) return this.#rangeCall(depth, needsExact);
    if (choice < 0.45) return this.#call(depth, needsExact);
    if (choice < 0.65) return this.#aggregate(depth, needsExact);
    if (choice < 0.75) return this.#withScalar(depth, needsExact);
    if (choice < 0.8) return this.#histogram(needsExact);
    return this.#binary(depth, needsExact);
  }

  #range(depth: number, needsExact: boolean): Piece {
    if (depth > 1 && this.#subqueries < 2 && this.#chance(0.3)) {
      const ranges = this.#subqueries === 0 ? RANGES : ODD_RANGES;
      this.#subqueries++;
      const inner = this.#vector(depth - 1, needsExact);
      this.#subqueries--;
      const shift = this.#subqueries === 0 ? this.#pick(MODIFIERS) : '';
      return { ...inner, text: `(${inner.text})[${this.#pick(ranges)}:${this.#pick(['', '20s', '1m'])}]${shift}` };
    }
    const isWhole = this.#chance(0.6);
    const selector = this.#pick(isWhole ? WHOLE_SELECTORS : SELECTORS);
    return { text: `${selector}[${this.#pick(RANGES)}]${this.#pick(MODIFIERS)}`, precision: 'exact', isWhole };
  }

  #rangeCall(depth: number, needsExact: boolean): Piece {
    const choice = this.#random();
    const range = this.#range(depth, true);
    if (choice < 0.4 || (needsExact && choice < 0.85))
      return exact(`${this.#pick(EXACT_RANGE_FUNCTIONS)}(${range.text})`);
    if (choice < 0.5 && range.isWhole) return { ...range, text: `sum_over_time(${range.text})` };
    if (choice < 0.56) return exact(`quantile_over_time(${this.#quantile()}, ${range.text})`);
    if (choice < 0.6) return exact(`absent_over_time(${range.text})`);
    if (needsExact) return { ...range, text: `last_over_time(${range.text})` };
    if (choice < 0.7) return rounded(`sum_over_time(${range.text})`);
    if (choice < 0.74) return exact(`predict_linear(${range.text}, ${this.#pick(['600', '-60', '0'])})`);
    if (choice < 0.77) return exact(`double_exponential_smoothing(${range.text}, 0.3, 0.6)`);
    if (choice < 0.84) return cancelled(`${this.#pick(CANCELLED_RANGE_FUNCTIONS)}(${range.text})`);
    if (choice < 0.92) return rounded(`${this.#pick(ROUNDED_RANGE_FUNCTIONS)}(${range.text})`);
    const window = `${this.#pick(COUNTERS)}[${this.#pick(RANGES)}]${this.#pick(MODIFIERS)}`;
    return exact(`${this.#pick(['rate', 'increase'])}(${window})`);
  }

  #call(depth: number, needsExact: boolean): Piece {
    const choice = this.#random();
    const inner = this.#vector(depth - 1, needsExact || choice < 0.5);
    if (choice < 0.1) return exact(`${this.#pick(DATE_FUNCTIONS)}(${inner.text})`);
    if (choice < 0.18) return exact(`absent(${inner.text})`);
    if (choice < 0.24) return exact(`round(${inner.text}, ${this.#pick(['5', '0.5', '-2', '0'])})`);
    if (choice < 0.5) return { ...exact(`${this.#pick(EXACT_FUNCTIONS)}(${inner.text})`), isWhole: false };
    if (choice < 0.6) return { ...inner, text: `clamp(${inner.text}, -10, ${this.#scalar().text})`, isWhole: false };
    if (choice < 0.65) return { ...inner, text: `clamp_min(${inner.text}, 3)` };
    if (choice < 0.7) return { ...inner, text: `clamp_max(${inner.text}, 100)` };
    if (choice < 0.88 || needsExact) return { ...inner, text: this.#pick(LABEL_CALLS)(inner.text) };
    return inner.precision === 'exact' ? rounded(`${this.#pick(ROUNDED_FUNCTIONS)}(${inner.text})`) : inner;
  }

  #aggregate(depth: number, needsExact: boolean): Piece {
    const choice = this.#random();
    const by = this.#pick(GROUPINGS);
    if (choice < 0.12) {
      return exact(
        `${this.#pick(['topk', 'bottomk'])} ${by} (${this.#pick(['1', '2', '3.9', '0'])}, ${this.#pick(DISTINCT)})`,
      );
    }
    const inner = this.#vector(depth - 1, needsExact || choice < 0.35);
    if (choice < 0.2) return exact(`quantile ${by} (${this.#quantile()}, ${inner.text})`);
    if (choice < 0.26) {
      const name = this.#pick(['value', 'job']);
      return exact(`count_values ${by.includes(',') ? '' : by} ("${name}", ${inner.text})`);
    }
    if (choice < 0.55)
      return { ...inner, text: `${this.#pick(['min', 'max', 'count', 'group'])} ${by} (${inner.text})` };
    if (inner.isWhole && inner.precision === 'exact') return { ...inner, text: `sum ${by} (${inner.text})` };
    if (needsExact) return { ...inner, text: `max ${by} (${inner.text})` };
    if (choice < 0.9) {
      return {
        ...(inner.precision === 'exact' ? rounded('') : cancelled('')),
        text: `${this.#pick(['sum', 'avg'])} ${by} (${inner.text})`,
      };
    }
    // Of a single NaN or infinity 2.42 gives 0, which would hide what else differs.
    return cancelled(`${this.#pick(['stddev', 'stdvar'])} ${by} (${this.#pick([...DISTINCT, ...WHOLE_SELECTORS])})`);
  }

  #histogram(needsExact: boolean): Piece {
    const q = this.#quantile();
    if (needsExact) return exact(`histogram_quantile(${q}, ${this.#pick(['size_bucket', 'latency_seconds_bucket'])})`);
    const range = this.#pick(['2m', '5m', '20m']);
    return this.#pick([
      exact(`histogram_quantile(${q}, size_bucket)`),
      exact(`histogram_quantile(${q}, rate(latency_seconds_bucket[${range}]))`),
      cancelled(`histogram_quantile(${q}, sum by (le) (increase(latency_seconds_bucket[${range}])))`),
      exact(`histogram_quantile(${q}, sum without (instance) (latency_seconds_bucket))`),
      exact(`histogram_quantile(${q}, max by (le, kind) (size_bucket))`),
      exact(`histogram_quantile(${q}, {__name__=~".*_bucket", instance!="b:1"})`),
    ]);
  }

  #quantile(): string {
    return this.#pick(['0', '0.1', '0.5', '0.9', '0.99', '1', '-1', '2', 'NaN', 'scalar(odd{kind="constant"}) / 5']);
  }

  #scalar(): Piece {
    const whole = ['0', '1', '-3', '100', '-1 ^ 2', '7 % -4', '2 < bool 3', '1 / 0', 'NaN'];
    const other = [
      '2.5',
      'time() / 1e9',
      'scalar(temperature{instance="a:1"})',
      'scalar(visits)',
      'pi()',
      '0.5',
      '1e21',
    ];
    return this.#chance(0.5) ? { ...exact(this.#pick(whole)), isWhole: true } : exact(this.#pick(other));
  }

  #withScalar(depth: number, needsExact: boolean): Piece {
    const isComparison = this.#chance(0.4);
    const inner = this.#vector(depth - 1, needsExact || isComparison);
    const scalar = this.#scalar();
    const op = isComparison
      ? this.#comparison()
      : this.#pick(inner.precision === 'exact' ? [...ARITHMETIC, '%'] : ARITHMETIC);
    const text = this.#chance(0.5) ? `(${inner.text}) ${op} ${scalar.text}` : `(${scalar.text}) ${op} (${inner.text})`;
    if (inner.precision === 'exact') return exact(text);
    return op === '*' || op === '/' ? { ...inner, text, isWhole: false } : cancelled(text);
  }

  #comparison(): string {
    return this.#pick(COMPARISONS) + (this.#chance(0.3) ? ' bool' : '');
  }

  #binary(depth: number, needsExact: boolean): Piece {
    if (this.#chance(0.35)) {
      const left = this.#vector(depth - 1, needsExact);
      const right = this.#vector(depth - 1, needsExact);
      const text = `(${left.text}) ${this.#pick(['and', 'or', 'unless'])} ${this.#pick(SET_MATCHINGS)} (${right.text})`;
      return { text, precision: worse(left, right), isWhole: left.isWhole && right.isWhole };
    }
    const isComparison = this.#chance(0.35);
    const left = this.#vector(depth - 1, needsExact || isComparison);
    const right = this.#vector(depth - 1, needsExact || isComparison);
    const areExact = left.precision === 'exact' && right.precision === 'exact';
    const op = isComparison ? this.#comparison() : this.#pick(areExact ? [...ARITHMETIC, '%'] : ARITHMETIC);
    const text = `(${left.text}) ${op} ${this.#pick(MATCHINGS)} (${right.text})`;
    return areExact ? exact(text) : cancelled(text);
  }
}

function exact(text: string): Piece {
  return { text, precision: 'exact', isWhole: false };
}

function rounded(text: string): Piece {
  return { text, precision: 'rounded', isWhole: false };
}

function cancelled(text: string): Piece {
  return { text, precision: 'cancelled', isWhole: false };
}

const GRADES: readonly Precision[] = ['exact', 'rounded', 'cancelled'];

function worse(a: Piece, b: Piece): Precision {
  return GRADES[Math.max(GRADES.indexOf(a.precision), GRADES.indexOf(b.precision))] as Precision;
}
