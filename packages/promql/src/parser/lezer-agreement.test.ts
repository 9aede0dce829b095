/** The published editor grammar and this parser accept the same queries; where they differ is written down here. */
import { parser as lezer } from '@prometheus-io/lezer-promql';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { collectErrors, parseExpr } from './index.ts';
import { formatExpr } from './print.ts';

function lezerAccepts(text: string): boolean {
  let isClean = true;
  lezer.parse(text).iterate({
    enter: (node) => {
      if (node.type.isError) isClean = false;
    },
  });
  return isClean;
}

const folder = fileURLToPath(new URL('../../testdata/', import.meta.url));
const queries = readdirSync(folder)
  .filter((name) => name.endsWith('.promqltest'))
  .flatMap((name) => readFileSync(folder + name, 'utf8').split('\n'))
  .flatMap((line) => /^eval (?:instant at \S+|range from \S+ to \S+ step \S+)\s+(.+)$/.exec(line)?.[1] ?? []);

/** Lexical forms that the editor grammar does not know. */
const ONLY_OURS = /(?:^|\W)5\.$|\(m @ 60\)|^min_of\(|\(offset\)/;

test('the grammar accepts every query of the scripts that this parser accepts', () => {
  expect(queries.length).toBeGreaterThan(300);
  const valid = queries.filter((text) => collectErrors(text, { enableExperimental: true }).length === 0);
  expect(valid.filter((text) => !ONLY_OURS.test(text) && !lezerAccepts(text))).toEqual([]);
});

describe('why its tree is not used', () => {
  function lezerTree(text: string): string {
    return lezer.parse(text).topNode.firstChild?.name ?? '';
  }

  test('it binds a modifier to the whole operation', () => {
    expect(lezerTree('a + b offset 5m')).toBe('OffsetExpr');
    expect(parseExpr('a + b offset 5m').kind).toBe('binary');
    expect(lezerTree('-a[5m]')).toBe('MatrixSelector');
  });

  test('it raises a negative literal to a power', () => {
    expect(lezer.parse('-1^2').topNode.firstChild?.firstChild?.to).toBe(2);
    expect(formatExpr(parseExpr('-1^2'))).toBe('-1 ^ 2');
    expect(parseExpr('-1^2').kind).toBe('unary');
  });

  test.each(['5.', '0XFF'])('it refuses the number %s', (text) => {
    expect(lezerAccepts(text)).toBe(false);
    expect(collectErrors(text)).toEqual([]);
  });

  test.each(['"abc', '"\\q"'])('it accepts the bad string %j', (text) => {
    expect(lezerAccepts(text)).toBe(true);
    expect(collectErrors(text)).toHaveLength(1);
  });
});
