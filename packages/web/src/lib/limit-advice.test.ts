import { describe, expect, it } from 'vitest';
import { limitAdvice, splitHint } from './limit-advice.ts';

describe('limits of queries', () => {
  it("tell the server's hint apart from its message", () => {
    expect(
      splitHint('query would read more than 5 series: select fewer series, or raise query.max_series (5)'),
    ).toEqual({
      message: 'query would read more than 5 series',
      hint: 'Select fewer series, or raise query.max_series (5).',
    });
    expect(splitHint('exceeded maximum resolution of 11000 points: or raise query.max_points').hint).toBe(
      'Raise query.max_points.',
    );
    const syntax = 'invalid parameter "query": 1:5: parse error: unexpected identifier "b"';
    expect(splitHint(syntax)).toEqual({ message: syntax, hint: '' });
  });

  it.each([
    ['exceeded maximum resolution of 11000 points per timeseries. Try decreasing the query resolution', 'auto-step'],
    ['20 queries run and 200 wait already', 'queries'],
    ['all queries together would hold more than 2 GiB', 'queries'],
    ['query timed out in query queue', 'queries'],
    ['query would read more than 200000 series', 'topk'],
    ['query processing would load too many samples into memory in query execution', 'halve'],
    ['the query would hold more than 800 MiB of samples', 'halve'],
    ['query timed out in expression evaluation', 'halve'],
  ])('%s', (message, action) => {
    expect(limitAdvice(message)?.actions[0]).toBe(action);
  });

  it('are not seen in other errors', () => {
    expect(limitAdvice('multiple matches for labels: many-to-one matching must be explicit')).toBeNull();
  });
});
