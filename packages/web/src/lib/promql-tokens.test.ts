import { describe, expect, it } from 'vitest';
import { promqlTokens } from './promql-tokens.ts';

const kinds = (query: string): Record<string, string[]> => {
  const found: Record<string, string[]> = {};
  for (const { kind, text } of promqlTokens(query)) if (kind !== 'plain') found[kind] = [...(found[kind] ?? []), text];
  return found;
};

describe('pieces of a query', () => {
  it('are told apart', () => {
    expect(
      kinds('sum by (job, le) (rate(http_total{code=~"5..", job!=\'x\'}[5m] offset 1h30m)) > bool 1e3 # errors'),
    ).toEqual({
      function: ['sum', 'rate'],
      keyword: ['by', 'offset', 'bool'],
      label: ['job', 'le', 'code', 'job'],
      string: ['"5.."', "'x'"],
      number: ['5m', '1h30m', '1e3'],
      comment: ['# errors'],
    });
  });

  it('know aggregations with their labels before or behind', () => {
    expect(kinds('max(a) by (x) / on (y) group_left (z) b')).toEqual({
      function: ['max'],
      keyword: ['by', 'on', 'group_left'],
      label: ['x', 'y', 'z'],
    });
  });

  it('are all of the text, whatever it is', () => {
    for (const query of ['', '"open', '{{{', 'a\nb # c\n+ ü', "rate(x['", '5mx 0x1F .5 1.']) {
      expect(
        promqlTokens(query)
          .map(({ text }) => text)
          .join(''),
      ).toBe(query);
    }
  });
});
