import { expect, test } from 'vitest';
import type { Diagnostic } from './diagnostic.ts';
import { Cursor } from './yaml-cursor.ts';
import { ObjectReader } from './yaml-object.ts';
import { parseYaml } from './yaml-parse.ts';

function open(text: string): { reader: ObjectReader; diagnostics: Diagnostic[] } {
  const { source, root } = parseYaml('f.yml', text);
  if (root === undefined) throw new Error('not YAML');
  const diagnostics: Diagnostic[] = [];
  const context = { source, diagnostics, secrets: [], fileExists: () => true };
  const reader = ObjectReader.open(new Cursor(context, root, ''));
  if (reader === undefined) throw new Error('not a mapping');
  return { reader, diagnostics };
}

test('an absent key gives the fallback, a key without a value the zero value', () => {
  const { reader, diagnostics } = open('a:\n');
  expect(reader.string('a', 'x')).toBe('');
  expect(reader.string('b', 'x')).toBe('x');
  expect(reader.boolean('a', true)).toBe(false);
  expect(reader.duration('b', 5)).toBe(5);
  expect(diagnostics).toEqual([]);
});

test('a wrong value is reported and gives the fallback', () => {
  const { reader, diagnostics } = open('a: x\n');
  expect(reader.integer('a', 7)).toBe(7);
  expect(diagnostics).toMatchObject([{ code: 'config/wrong-type', keyPath: 'a', start: { line: 1, column: 4 } }]);
});

test('keys nobody asked for are unknown', () => {
  const { reader, diagnostics } = open('alpha: 1\nbetta: 2\n"odd key": 3\n');
  reader.integer('alpha');
  reader.integer('beta');
  reader.finish();
  expect(diagnostics.map(({ keyPath, hint }) => [keyPath, hint])).toEqual([
    ['betta', 'did you mean `beta`?'],
    ['["odd key"]', 'known keys here: alpha, beta'],
  ]);
});

test('of a key that a merge gives too, the later one counts', () => {
  const { reader } = open('x: &x {p: 1}\n<<: *x\np: 2\n');
  expect(reader.integer('p')).toBe(2);
});
