import { describe, expect, it } from 'vitest';
import { fillQuery, fillVariables } from './step.ts';

describe('variables of a query', () => {
  it('are filled with windows that fit the step', () => {
    expect(fillVariables('rate(a[$__rate_interval]) + ${__range} + $__interval', 60_000, 3_600_000)).toBe(
      'rate(a[75s]) + 3600s + 60s',
    );
    expect(fillVariables('$__rate_interval_long $other', 60_000, 3_600_000)).toBe('$__rate_interval_long $other');
  });

  it('are found again from the filled text', () => {
    const source = 'sum(rate(a[$__rate_interval])) / max_over_time(b[${__range}])';
    const { text, sourceOf } = fillQuery(source, 15_000, 3_600_000);
    const written = (part: string): string => {
      const at = text.indexOf(part);
      const { start, end } = sourceOf({ start: at, end: at + part.length });
      return source.slice(start, end);
    };
    expect(text).toBe('sum(rate(a[60s])) / max_over_time(b[3600s])');
    expect(written('rate(a[60s])')).toBe('rate(a[$__rate_interval])');
    expect(written('60s')).toBe('$__rate_interval');
    expect(written('0s])')).toBe('$__rate_interval])');
    expect(written('a[')).toBe('a[');
    expect(written('max_over_time(b[3600s])')).toBe('max_over_time(b[${__range}])');
    expect(written('b[36')).toBe('b[${__range}');
    expect(written(text)).toBe(source);
  });
});
