import { describe, expect, test } from 'vitest';
import { parseYaml } from './yaml-parse.ts';

const codes = (text: string) => parseYaml('f.yml', text).diagnostics.map(({ code }) => code);

describe('bounds', () => {
  test('aliases that multiply are stopped', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i <= 9; i++)
      lines.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    expect(codes(lines.join('\n'))).toEqual(['yaml/too-many-nodes']);
  });

  test('deep nesting is refused, however deep', () => {
    expect(codes('['.repeat(100) + ']'.repeat(100))).toEqual(['yaml/too-deep']);
    expect(codes('['.repeat(100_000))).toHaveLength(1);
  });

  test('an anchor that contains itself', () => {
    expect(codes('a: &a\n  b: *a\n')).toEqual(['yaml/unknown-alias']);
  });
});

describe('positions', () => {
  test('of keys and values, behind quotes and tabs', () => {
    const { root, source } = parseYaml('f.yml', 'a:\n  "b c": \'d\'\n');
    const map = root?.kind === 'map' ? root.entries[0]?.value : undefined;
    const entry = map?.kind === 'map' ? map.entries[0] : undefined;
    expect(entry && source.range(entry.key)).toEqual({ start: { line: 2, column: 3 }, end: { line: 2, column: 8 } });
    expect(entry?.value.kind === 'scalar' && entry.value.textStart).toBe(13);
  });

  test('text with escapes has no verbatim start', () => {
    const { root } = parseYaml('f.yml', '"a\\nb"');
    expect(root?.kind === 'scalar' && root.textStart).toBeUndefined();
  });
});

test('an empty text is null', () => {
  expect(parseYaml('f.yml', '').root).toMatchObject({ kind: 'scalar', text: '', isPlain: true });
});

test('merge keys are spread where they stand', () => {
  const { root } = parseYaml('f.yml', 'a: &x {p: 1, q: 2}\nb:\n  p: 0\n  <<: *x\n  q: 3\n');
  const b = root?.kind === 'map' ? root.entries[1]?.value : undefined;
  const texts =
    b?.kind === 'map' ? b.entries.map(({ key, value }) => [key.text, value.kind === 'scalar' && value.text]) : [];
  expect(texts).toEqual([
    ['p', '0'],
    ['p', '1'],
    ['q', '2'],
    ['q', '3'],
  ]);
});
