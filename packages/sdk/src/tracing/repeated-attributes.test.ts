/** Attributes that repeat are the same bytes as if each were written anew. */
import { expect, test } from 'vitest';
import { writeKeyValue } from '../export/otlp-protobuf.ts';
import { ProtoWriter } from '../export/proto-writer.ts';
import { RepeatedAttributes } from './repeated-attributes.ts';

function expectSame(pairs: readonly (readonly [string, unknown])[]): void {
  const plain = new ProtoWriter();
  const writer = new ProtoWriter();
  const repeated = new RepeatedAttributes(writer, 9);
  for (const [key, value] of pairs) {
    writeKeyValue(plain, 9, key, value);
    repeated.write(key, value);
  }
  expect(writer.finish().equals(plain.finish())).toBe(true);
}

test('values that stay, change, and come back', () => {
  const values = ['GET', 'GET', 'GET', 'POST', 'GET', 'GET', 'POST', 'POST', 'POST', '', '', '', 'é', 'é', 'é'];
  expectSame(values.flatMap((value) => [['method', value] as const, ['path', `/${value}`] as const]));
});

test('values that look alike', () => {
  const values = [
    1,
    1,
    1,
    '1',
    '1',
    '1',
    true,
    true,
    true,
    1.5,
    1.5,
    1.5,
    0,
    -0,
    0,
    -0,
    Number.NaN,
    Number.NaN,
    Number.NaN,
  ];
  expectSame([...values, ...values, 2 ** 53, 2 ** 53, 2 ** 53, -7, -7, -7].map((value) => ['a', value]));
});

test('an array whose elements change', () => {
  const tags = ['a'];
  const plain = new ProtoWriter();
  const writer = new ProtoWriter();
  const repeated = new RepeatedAttributes(writer, 9);
  for (let index = 0; index < 4; index++) {
    tags.push(String(index));
    writeKeyValue(plain, 9, 'tags', tags);
    repeated.write('tags', tags);
  }
  expect(writer.finish().equals(plain.finish())).toBe(true);
});

test('long values and many keys', () => {
  const long = 'x'.repeat(10_000);
  expectSame([long, long, long, 'short', 'short', 'short', long].map((value) => ['a', value]));
  const keys = Array.from({ length: 600 }, (_, index) => `key${index}`);
  expectSame([...keys, ...keys, ...keys].map((key) => [key, 'same']));
});
