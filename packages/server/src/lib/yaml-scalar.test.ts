import { expect, test } from 'vitest';
import type { YamlScalar } from './yaml-node.ts';
import { resolveScalar } from './yaml-scalar.ts';

function plain(text: string, isPlain = true): YamlScalar {
  return { kind: 'scalar', text, isPlain, textStart: 0, tag: undefined, start: 0, end: text.length };
}

test.each([
  ['', { type: 'null' }],
  ['~', { type: 'null' }],
  ['Null', { type: 'null' }],
  ['yes', { type: 'bool', value: true }],
  ['OFF', { type: 'bool', value: false }],
  ['n', { type: 'bool', value: false }],
  ['tRUE', { type: 'string' }],
  ['12', { type: 'int', value: 12n }],
  ['-0x1F', { type: 'int', value: -31n }],
  ['010', { type: 'int', value: 8n }],
  ['0o10', { type: 'int', value: 8n }],
  ['0b101', { type: 'int', value: 5n }],
  ['1_000', { type: 'int', value: 1000n }],
  ['18446744073709551615', { type: 'int', value: 18446744073709551615n }],
  ['18446744073709551616', { type: 'float', value: 18446744073709552000 }],
  ['1.5', { type: 'float', value: 1.5 }],
  ['1e3', { type: 'float', value: 1000 }],
  ['.5', { type: 'float', value: 0.5 }],
  ['-.inf', { type: 'float', value: Number.NEGATIVE_INFINITY }],
  ['089', { type: 'float', value: 89 }],
  ['15s', { type: 'string' }],
  ['0x', { type: 'string' }],
])('%s', (text, expected) => {
  expect(resolveScalar(plain(text))).toEqual(expected);
});

test('quoted text is text', () => {
  for (const text of ['', 'true', '5', '~']) expect(resolveScalar(plain(text, false))).toEqual({ type: 'string' });
});
