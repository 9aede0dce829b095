/** Label sets are checked by the compiler: each line below an expectation is an error of the types. */
import { expect, test } from 'vitest';
import { Registry } from './registry.ts';
import type { Counter } from './types.ts';

test('labels are those of the definition', () => {
  const registry = new Registry({ notices: { tell() {} } as never });
  const counter: Counter<'method' | 'status'> = registry.counter('c_total', 'C', { labels: ['method', 'status'] });
  counter.inc({ method: 'GET', status: 200 });
  counter.labels('GET', 200).inc();
  // @ts-expect-error a label is missing
  counter.inc({ method: 'GET' });
  // @ts-expect-error a label too many
  counter.inc({ method: 'GET', status: 200, route: '/' });
  // @ts-expect-error labels are needed
  counter.inc(1);
  const plain = registry.histogram('h', 'H');
  plain.observe(1);
  // @ts-expect-error there are no labels
  plain.observe({ a: 1 }, 1);
  // @ts-expect-error a label that is not there
  registry.gauge('g', 'G', { labels: ['a'] }).set({ b: 1 }, 1);
  expect(counter.labelNames).toEqual(['method', 'status']);
});
