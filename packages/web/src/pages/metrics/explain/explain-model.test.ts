import type { ExplainFigures, ExplainNode } from '@sightline/api-types';
import { describe, expect, it } from 'vitest';
import { explainRows, ownMs, slowestRow, totalMs, treeMove, wholeMs } from './explain-model.ts';

function figures(seriesOut: number, totalMs: number, selfMs: number): ExplainFigures {
  return { seriesIn: 0, seriesOut, samplesIn: 0, samplesOut: seriesOut, totalMs, selfMs, bytes: 0 };
}

function node(kind: string, text: string, more: Partial<ExplainNode> = {}): ExplainNode {
  return {
    kind,
    label: text,
    text,
    span: { start: 0, end: text.length },
    valueType: 'vector',
    figures: null,
    selector: null,
    children: [],
    ...more,
  };
}

const selector = { matchers: ['__name__="a"'], startMs: 0, endMs: 1, series: 3, samples: 30, readMs: 4, examples: [] };
const range = node('matrixSelector', 'a[5m]', { children: [node('vectorSelector', 'a', { selector })] });
const rate = node('call', 'rate(a[5m])', { figures: figures(3, 6, 2), children: [range] });
const compared = node('binary', '(rate(a[5m])) > 5', {
  figures: figures(0, 7, 1),
  children: [node('paren', '(rate(a[5m]))', { children: [rate] }), node('number', '5')],
});
const sum = node('aggregate', 'sum(…)', { figures: figures(0, 7.5, 0.5), children: [compared] });

describe('an explained query', () => {
  it('has no rows for parentheses and one for a range selector', () => {
    const rows = explainRows(sum);
    expect(rows.map(({ id, level, node: { text } }) => `${id} ${level} ${text}`)).toEqual([
      '0 1 sum(…)',
      '0.0 2 (rate(a[5m])) > 5',
      '0.0.0 3 rate(a[5m])',
      '0.0.0.0 4 a[5m]',
      '0.0.1 3 5',
    ]);
    expect(rows[3]?.selector?.series).toBe(3);
    expect(rows[3]?.hasChildren).toBe(false);
    expect(rows.map(({ place, siblings }) => `${place}/${siblings}`)).toEqual(['1/1', '1/1', '1/2', '1/1', '2/2']);
  });

  it('says where the result gets lost', () => {
    expect(explainRows(sum).flatMap(({ id, isDryUp }) => (isDryUp ? [id] : []))).toEqual(['0.0']);
  });

  it('names the part that took the time only when it stands out', () => {
    const rows = explainRows(sum);
    expect(wholeMs(sum)).toBe(11.5);
    expect(slowestRow(rows, 11.5)).toBe('0.0.0.0');
    expect(rows.map((row) => [ownMs(row), totalMs(row)])).toEqual([
      [0.5, 11.5],
      [1, 11],
      [2, 10],
      [4, 4],
      [0, 0],
    ]);
    expect(slowestRow(rows, 100)).toBeNull();
  });

  it('is walked, closed and opened by keys', () => {
    const none: ReadonlySet<string> = new Set();
    const rows = explainRows(sum);
    const press = (key: string, active: string, closed = none) =>
      treeMove(key, explainRows(sum, closed), active, closed);
    expect(press('ArrowDown', '0')?.active).toBe('0.0');
    expect(press('ArrowUp', '0')?.active).toBe('0');
    expect(press('End', '0')?.active).toBe('0.0.1');
    expect(press('ArrowLeft', '0.0.0.0')?.active).toBe('0.0.0');
    const closed = press('ArrowLeft', '0.0')?.closed ?? none;
    expect(explainRows(sum, closed).map(({ id }) => id)).toEqual(['0', '0.0']);
    expect(press('ArrowRight', '0.0', closed)?.closed).toEqual(none);
    expect(press('ArrowRight', '0.0')?.active).toBe('0.0.0');
    expect(treeMove('a', rows, '0', none)).toBeNull();
  });
});
