import { expect, test } from 'vitest';
import { nextTurn } from './turns.ts';

test('one at a time, in the order of asking, with other work in between', async () => {
  const order: string[] = [];
  const worker = async (name: string) => {
    for (let piece = 0; piece < 3; piece++) {
      await nextTurn();
      order.push(`${name}${piece}`);
      setImmediate(() => order.push('loop'));
    }
  };
  await Promise.all([worker('a'), worker('b')]);
  const pieces = order.filter((entry) => entry !== 'loop');
  expect(pieces).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2']);
  // Between any two pieces the event loop came round at least once.
  for (let i = 0; i + 1 < pieces.length; i++) {
    const between = order.slice(order.indexOf(pieces[i] as string) + 1, order.indexOf(pieces[i + 1] as string));
    if (i > 0) expect(between).toContain('loop');
  }
});

test('asking again later works after everybody was served', async () => {
  await nextTurn();
  await nextTurn();
  const many = Array.from({ length: 1_000 }, () => nextTurn());
  await Promise.all(many);
  await nextTurn();
});
