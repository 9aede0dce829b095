import { describe, expect, it } from 'vitest';
import { errorSpan } from './error-span.ts';
import { fromPrometheusLink, rowsOf, rowsPatch } from './query-rows.ts';
import { draggedRange, movedRange, zoomedOut } from './range-moves.ts';
import { parseSearch, patchSearch, pickGlobals, stringifySearch } from './search-params.ts';
import { alignRange, autoStepMs, fillVariables } from './step.ts';

describe('the address bar', () => {
  it('keeps unknown and repeated parameters', () => {
    const search = parseSearch('?q=up&q=a%2Bb&foo=1&from=now-1h');
    expect(search).toEqual({ q: ['up', 'a+b'], foo: '1', from: 'now-1h' });
    expect(parseSearch(stringifySearch(search))).toEqual(search);
    expect(patchSearch(search, { q: null, to: 'now' })).toEqual({ foo: '1', from: 'now-1h', to: 'now' });
    expect(pickGlobals({ ...search, 'var-x': '1' })).toEqual({ from: 'now-1h', 'var-x': '1' });
  });

  it('holds query rows with those that are off', () => {
    const rows = rowsOf({ q: ['up', 'down'], off: 'B' });
    expect(rows).toEqual([
      { ref: 'A', expr: 'up', isOn: true },
      { ref: 'B', expr: 'down', isOn: false },
    ]);
    expect(rowsPatch(rows)).toEqual({ q: ['up', 'down'], off: 'B' });
    expect(rowsOf({})).toEqual([{ ref: 'A', expr: '', isOn: true }]);
  });

  it('understands links of Prometheus', () => {
    const link = parseSearch('?g0.expr=up&g0.tab=0&g0.range_input=2h&g1.expr=rate(x%5B5m%5D)&keep=1');
    expect(fromPrometheusLink(link)).toEqual({ keep: '1', q: ['up', 'rate(x[5m])'], from: 'now-2h', to: 'now' });
    const fixed = fromPrometheusLink(
      parseSearch('?g0.expr=up&g0.range_input=1h&g0.end_input=2026-11-20%2014:00:00&g0.tab=1'),
    );
    expect(fixed).toMatchObject({
      from: String(Date.parse('2026-11-20T13:00:00Z')),
      to: String(Date.parse('2026-11-20T14:00:00Z')),
      view: 'table',
    });
  });
});

describe('ranges and steps', () => {
  it('never asks for more points than pixels', () => {
    for (const range of [60_000, 3_600_000, 86_400_000, 30 * 86_400_000]) {
      for (const width of [100, 400, 2000]) expect(range / autoStepMs(range, width)).toBeLessThanOrEqual(width);
    }
    expect(autoStepMs(3_600_000, 1_000)).toBe(15_000);
    expect(autoStepMs(600_000, 1_000)).toBeLessThan(autoStepMs(3_600_000, 1_000));
  });

  it('aligns to the step', () => {
    expect(alignRange(1_001, 10_999, 1_000)).toEqual({ startMs: 2_000, endMs: 10_000 });
  });

  it("fills Grafana's variables", () => {
    expect(fillVariables('rate(x[$__rate_interval]) + y[${__interval}] @ z[$__range]', 15_000, 3_600_000)).toBe(
      'rate(x[60s]) + y[15s] @ z[3600s]',
    );
  });

  it('shifts by half but not into the future', () => {
    expect(movedRange(0, 1_000, -1, 5_000)).toEqual({ fromMs: -500, toMs: 500 });
    expect(movedRange(4_000, 5_000, 1, 5_200)).toEqual({ fromMs: 4_200, toMs: 5_200 });
  });

  it('zooms out and stays live', () => {
    expect(zoomedOut({ from: 'now-1h', to: 'now', fromMs: 0, toMs: 3_600_000 }, 3_600_000)).toEqual({
      from: 'now-2h',
      to: 'now',
    });
    expect(zoomedOut({ from: '1000000', to: '2000000', fromMs: 1_000_000, toMs: 2_000_000 }, 9_000_000)).toEqual({
      from: '500000',
      to: '2500000',
    });
  });

  it('refuses to zoom into less than a second', () => {
    expect(draggedRange(1_000, 1_500)).toBeNull();
    expect(draggedRange(5_000, 1_000)).toEqual({ from: '1000', to: '5000' });
  });
});

describe('positions in error messages', () => {
  it.each([
    ['invalid parameter "query": 1:5: parse error: unexpected identifier "up"', 'sum up', 4, 6],
    ['1:4: parse error: unclosed left parenthesis', 'sum(', 3, 4],
    ['2:1: parse error: unexpected', 'a +\n* b', 4, 5],
    ['something else', 'up', 0, 2],
  ])('%s', (message, text, from, to) => {
    expect(errorSpan(message, text)).toEqual({ from, to });
  });
});
