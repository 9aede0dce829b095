import { expect, test } from 'vitest';
import { Pacer } from './pacer.ts';
import { sortPaced } from './sort-paced.ts';

const pacer = new Pacer(new AbortController().signal);

test.each([0, 1, 2_000, 2_001, 9_999])(
  'sorts %i elements as Array.sort does, keeping equal ones in order',
  async (size) => {
    const items = Array.from({ length: size }, (_, index) => ({ key: (index * 7_919) % 1_000, index }));
    const compare = (a: { key: number }, b: { key: number }) => a.key - b.key;
    expect(await sortPaced(items, compare, pacer)).toEqual([...items].sort(compare));
  },
);

test('stops when the query is stopped', async () => {
  const controller = new AbortController();
  const stopped = new Pacer(controller.signal);
  controller.abort();
  const slow = (a: number, b: number) => {
    const end = performance.now() + 0.05;
    while (performance.now() < end);
    return a - b;
  };
  const items = Array.from({ length: 4_000 }, (_, index) => -index);
  await expect(sortPaced(items, slow, stopped)).rejects.toMatchObject({ code: 'canceled' });
});
