import { describe, expect, it } from 'vitest';
import { labelColumns, sortRows, valueRows } from './value-rows.ts';

const sample = (room: string, value: string) => ({ metric: { __name__: 't', room }, value: [0, value] as const });

describe('rows of instant values', () => {
  const now = [sample('attic', '30'), sample('hall', '0'), sample('cellar', 'NaN'), sample('new', '5')];
  const before = [sample('attic', '20'), sample('hall', '0'), sample('cellar', '1'), sample('gone', '7')];

  it('know what they were at the earlier time', () => {
    const rows = valueRows('A', 'short', now, before);
    expect(rows.map(({ earlier, change }) => [earlier, change?.share ?? null])).toEqual([
      [20, 0.5],
      [0, 0],
      [1, null],
      [null, null],
    ]);
    expect(valueRows('A', 'short', now, undefined).every(({ earlier }) => earlier === null)).toBe(true);
  });

  it('are sorted by value, by what they were and by change, missing ones last', () => {
    const rows = valueRows('A', 'short', now, before);
    const order = (by: string, isDescending: boolean) =>
      sortRows(rows, by, isDescending).map(({ labels }) => labels['room']);
    expect(order('value', true)).toEqual(['attic', 'new', 'hall', 'cellar']);
    expect(order('value', false)).toEqual(['hall', 'new', 'attic', 'cellar']);
    expect(order('earlier', true)).toEqual(['attic', 'cellar', 'hall', 'new']);
    expect(order('change', true).slice(0, 2)).toEqual(['attic', 'hall']);
    expect(order('label:room', false)).toEqual(['attic', 'cellar', 'hall', 'new']);
  });

  it('have the metric and the labels that differ as their first columns', () => {
    expect(
      labelColumns([
        { __name__: 'a', job: 'x', room: '1' },
        { __name__: 'a', job: 'x', room: '2' },
      ]),
    ).toEqual(['__name__', 'room', 'job']);
  });
});
