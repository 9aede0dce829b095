import { describe, expect, test } from 'vitest';
import { Registry } from './registry.ts';
import type { LabelValue } from './types.ts';

const VALUES: LabelValue[] = ['a', 'b', '1', 1, true, 'true', '', undefined, null, '__proto__', 'constructor', 0, -0];

/** Numbers from 0 to 1, the same ones for a seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x80000000;
  };
}

async function values(registry: Registry): Promise<Map<string, number>> {
  const [metric] = registry.toJSON();
  return new Map((metric?.values ?? []).map(({ labels, value }) => [JSON.stringify(labels), value]));
}

describe.each([1, 2, 3, 4, 5])('%i labels', (many) => {
  test.each([1, 2])('lead to the series of their texts, whatever was looked up before, seed %i', async (seed) => {
    const random = randomFrom(seed * 100 + many);
    const names = ['a', 'b', 'c', 'd', 'e'].slice(0, many);
    const registry = new Registry();
    const counter = registry.counter('c_total', 'C', { labels: names });
    const model = new Map<string, number>();
    let last: Record<string, LabelValue> = {};
    for (let step = 0; step < 3000; step++) {
      const labels: Record<string, LabelValue> = {};
      // Most labels stay as they were: that is what the short cuts are for.
      for (const name of names)
        labels[name] = random() < 0.7 ? last[name] : VALUES[Math.floor(random() * VALUES.length)];
      last = labels;
      const texts = names.map((name) => [name, labels[name] == null ? '' : String(labels[name])]);
      const key = JSON.stringify(Object.fromEntries(texts.filter(([, text]) => text !== '')));
      const chance = random();
      if (chance < 0.02) {
        expect(counter.remove(labels as never)).toBe(model.delete(key));
      } else if (chance < 0.021) {
        counter.reset();
        model.clear();
      } else {
        if (chance < 0.5) counter.inc(labels as never);
        else counter.labels(...names.map((name) => labels[name])).inc();
        model.set(key, (model.get(key) ?? 0) + 1);
      }
    }
    expect(model.size).toBeGreaterThan(3);
    expect(await values(registry)).toEqual(model);
    expect(counter.size).toBe(model.size);
  });
});

test('a value that is an object is read anew at each update', async () => {
  const registry = new Registry();
  const counter = registry.counter('c_total', 'C', { labels: ['a', 'b'] });
  const changing = { text: 'x', toString: () => changing.text } as { text: string };
  counter.inc({ a: changing as never, b: 1 });
  counter.inc({ a: changing as never, b: 1 });
  changing.text = 'y';
  counter.inc({ a: changing as never, b: 1 });
  expect(await values(registry)).toEqual(
    new Map([
      ['{"a":"x","b":"1"}', 2],
      ['{"a":"y","b":"1"}', 1],
    ]),
  );
});

test('a series that had no room finds it when there is some again', async () => {
  const registry = new Registry({ maxSeries: 2 });
  const gauge = registry.gauge('g', 'G', { labels: ['a', 'b'] });
  gauge.set({ a: 'x', b: '1' }, 1);
  gauge.set({ a: 'x', b: '2' }, 2);
  gauge.set({ a: 'x', b: '3' }, 3);
  gauge.remove({ a: 'x', b: '1' });
  gauge.set({ a: 'x', b: '3' }, 4);
  gauge.remove({ a: 'x', b: '2' });
  gauge.remove({ a: 'x', b: '3' });
  gauge.set({ a: 'x', b: '2' }, 5);
  expect(await values(registry)).toEqual(new Map([['{"a":"x","b":"2"}', 5]]));
});
