import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Registry } from './registry.ts';
import { Timed } from './timed.ts';

function make() {
  const registry = new Registry();
  const duration = registry.histogram('d_seconds', 'D', { labels: ['step'], buckets: [0.005, 10] });
  const counts = () =>
    Object.fromEntries(
      registry
        .toJSON()
        .flatMap(({ values }) => values)
        .filter(({ metricName }) => metricName === 'd_seconds_count')
        .map(({ labels, value }) => [labels['step'], value]),
    );
  return { registry, duration, counts };
}

describe('time', () => {
  test('of synchronous work, with its result or its error', () => {
    const { duration, counts } = make();
    expect(duration.time({ step: 'a' }, () => 7)).toBe(7);
    expect(() =>
      duration.labels('a').time(() => {
        throw new Error('broken');
      }),
    ).toThrow('broken');
    expect(counts()).toEqual({ a: 2 });
  });

  test('of asynchronous work ends when its promise does', async () => {
    const { registry, duration, counts } = make();
    const work = duration.time({ step: 'b' }, () => sleep(20, 'done'));
    expect(counts()).toEqual({});
    expect(await work).toBe('done');
    await expect(duration.time({ step: 'b' }, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(counts()).toEqual({ b: 2 });
    const sum = registry.toJSON()[0]?.values.find(({ metricName }) => metricName === 'd_seconds_sum');
    expect(sum?.value).toBeGreaterThan(0.015);
  });
});

test('a timer takes labels at both ends and says the seconds', () => {
  const { registry, duration, counts } = make();
  const end = duration.startTimer();
  expect(end({ step: 'late' })).toBeGreaterThanOrEqual(0);
  duration.labels('bound').startTimer()();
  expect(counts()).toEqual({ late: 1, bound: 1 });
  const gauge = registry.gauge('last_seconds', 'L');
  expect(gauge.startTimer()()).toBe(registry.metricJson('last_seconds')?.values[0]?.value);
});

test('a wrapped function and a decorated method keep this, arguments and results', async () => {
  const { duration, counts } = make();
  // As the compiler applies it: not every Node.js here has decorators.
  const decorate = Timed(duration, { step: 'pay' });
  const pay = decorate(async function (this: { name: string }, amount: number) {
    return `${this.name} ${amount}`;
  }, {} as ClassMethodDecoratorContext);
  expect(await pay.call({ name: 'shop' }, 3)).toBe('shop 3');
  const wrapped = duration.wrap(
    function (this: { factor: number }, value: number) {
      return value * this.factor;
    },
    { step: 'wrap' },
  );
  expect(wrapped.call({ factor: 2 }, 21)).toBe(42);
  expect(counts()).toEqual({ pay: 1, wrap: 1 });
});
