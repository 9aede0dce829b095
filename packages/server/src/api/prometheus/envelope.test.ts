import { expect, test } from 'vitest';
import { successList } from './envelope.ts';

test('a short list is one string, with its notes', () => {
  expect(successList(['a', '"'], JSON.stringify, { warnings: ['w'], infos: [] }).body).toBe(
    '{"status":"success","data":["a","\\""],"warnings":["w"]}',
  );
  expect(successList([], JSON.stringify).body).toBe('{"status":"success","data":[]}');
});

test('a long list comes in pieces that make up valid JSON', async () => {
  const items = Array.from({ length: 50_000 }, (_, i) => `item ${i}`);
  const { body } = successList(items, JSON.stringify);
  const pieces: string[] = [];
  for await (const piece of body as AsyncIterable<string>) pieces.push(piece);
  expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(70_000);
  expect(JSON.parse(pieces.join(''))).toEqual({ status: 'success', data: items });
});
