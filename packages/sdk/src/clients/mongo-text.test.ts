import { expect, it } from 'vitest';
import { commandText } from './mongo.ts';

it('keeps names and structure, not values', () => {
  const command = {
    aggregate: 'orders',
    pipeline: [{ $match: { user: 'secret', total: { $gt: 4711 } } }, { $limit: 5 }],
    cursor: {},
    lsid: { id: 'secret' },
    $db: 'shop',
    note: new Date(0),
  };
  expect(JSON.parse(commandText(command, 'aggregate'))).toEqual({
    aggregate: 'orders',
    pipeline: [{ $match: { user: '?', total: { $gt: '?' } } }],
    cursor: {},
    note: '?',
  });
});

it('is bounded in depth, fields and length', () => {
  let nested: object = { secret: 1 };
  for (let depth = 0; depth < 100; depth++) nested = { nested };
  const wide = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`field_${index}`.repeat(10), index]));
  const text = commandText({ find: 'a', filter: nested, projection: wide }, 'find');
  expect(text.length).toBeLessThanOrEqual(1024);
  expect(text).not.toContain('secret');
});
