/** Assertions on metrics: values are those of a scrape, so that help, labels and collectors are covered too. */
import type { LabelValue } from '../metrics/types.ts';
import type { Registry } from '../metrics/registry.ts';
import { failAssertion } from './assertion.ts';
import { show } from './match.ts';
import { type MetricSample, readSamples } from './metric-samples.ts';

/** Labels that a series must have; those that are not named may be anything. */
export type LabelExpectation = Readonly<Record<string, LabelValue | RegExp>>;

export interface MetricExpectation {
  /** The sum of the series that match; of a histogram the number of observations. Undefined when there is none. */
  value(): Promise<number | undefined>;
  /** @throws AssertionError that shows the series of the metric. */
  toBe(value: number): Promise<void>;
  /** @throws AssertionError when no series matches. */
  toExist(): Promise<void>;
  toNotExist(): Promise<void>;
  /**
   * Calls `fn`, waits for its promise and compares: a series that is not there yet counts as 0.
   *
   * @returns What `fn` returns.
   * @example await t.expectMetric('orders_total', { channel: 'web' }).toIncreaseBy(1, () => placeOrder());
   */
  toIncreaseBy<TResult>(difference: number, fn: () => TResult | Promise<TResult>): Promise<TResult>;
  /** As `toIncreaseBy(0, fn)`. */
  toStay<TResult>(fn: () => TResult | Promise<TResult>): Promise<TResult>;
}

const MAX_SHOWN = 30;
/** Sums of decimal fractions differ in their last digits. */
const TOLERANCE = 1e-9;

/** @param name Name in the exposition, e.g. `orders_total`; of a histogram with or without `_count`. */
export function expectMetric(registry: Registry, name: string, labels: LabelExpectation = {}): MetricExpectation {
  const read = async (): Promise<MetricSample[]> => {
    const { body } = await registry.render();
    return readSamples(body.toString());
  };
  const wanted = `${name}${Object.keys(labels).length === 0 ? '' : ` ${show(labels)}`}`;
  const sum = (samples: readonly MetricSample[]): number | undefined => {
    const own = samples.filter((sample) => sample.name === name);
    const found = (own.length > 0 ? own : samples.filter((sample) => sample.name === `${name}_count`)).filter(
      (sample) => hasLabels(sample, labels),
    );
    return found.length === 0 ? undefined : found.reduce((total, sample) => total + sample.value, 0);
  };
  const fail = (message: string, samples: readonly MetricSample[], actual: unknown, expected: unknown): never =>
    failAssertion(`${message}\n${seriesOf(samples, name)}`, { actual, expected });
  const increase = async <TResult>(difference: number, fn: () => TResult | Promise<TResult>): Promise<TResult> => {
    const before = sum(await read()) ?? 0;
    const result = await fn();
    const samples = await read();
    const after = sum(samples) ?? 0;
    if (!isSame(after - before, difference)) {
      const message = `expected ${wanted} to increase by ${difference}, it went from ${before} to ${after}`;
      fail(message, samples, after - before, difference);
    }
    return result;
  };
  return {
    value: async () => sum(await read()),
    async toBe(value) {
      const samples = await read();
      const actual = sum(samples);
      if (actual === undefined || !isSame(actual, value))
        fail(`expected ${wanted} to be ${value}, got ${actual ?? 'no such series'}`, samples, actual, value);
    },
    async toExist() {
      const samples = await read();
      if (sum(samples) === undefined) fail(`expected ${wanted} to exist`, samples, undefined, wanted);
    },
    async toNotExist() {
      const samples = await read();
      const actual = sum(samples);
      if (actual !== undefined) fail(`expected ${wanted} not to exist, it is ${actual}`, samples, actual, undefined);
    },
    toIncreaseBy: increase,
    toStay: (fn) => increase(0, fn),
  };
}

function hasLabels({ labels }: MetricSample, wanted: LabelExpectation): boolean {
  return Object.entries(wanted).every(([name, value]) => {
    const actual = labels[name] ?? '';
    return value instanceof RegExp ? new RegExp(value).test(actual) : actual === String(value ?? '');
  });
}

function isSame(left: number, right: number): boolean {
  return left === right || Math.abs(left - right) <= TOLERANCE * Math.max(Math.abs(left), Math.abs(right), 1);
}

function seriesOf(samples: readonly MetricSample[], name: string): string {
  const own = samples.filter((sample) => sample.name === name || sample.name === `${name}_count`);
  if (own.length > 0) {
    const shown = own.slice(0, MAX_SHOWN).map(({ labels, value }) => `  ${name} ${show(labels)} ${value}`);
    return `its series:\n${shown.join('\n')}${own.length > MAX_SHOWN ? `\n  and ${own.length - MAX_SHOWN} more` : ''}`;
  }
  const names = [...new Set(samples.map((sample) => sample.name))].filter((other) => !other.endsWith('_bucket'));
  return names.length === 0
    ? 'there are no metrics'
    : `metrics that are there: ${names.slice(0, MAX_SHOWN).join(', ')}`;
}
