import { describe, expect, it } from 'vitest';
import { assignLooks, colourOf, hashLabels, NEUTRAL_FROM, SERIES_DARK, SERIES_LIGHT, SLOTS } from './series-colour.ts';

const labels = (count: number): Record<string, string>[] =>
  Array.from({ length: count }, (_, index) => ({ instance: `host-${index}` }));

describe('colours of series', () => {
  it('do not depend on the order of labels', () => {
    expect(hashLabels({ a: '1', b: '2' })).toBe(hashLabels({ b: '2', a: '1' }));
    expect(hashLabels({ a: '1', b: '2' })).not.toBe(hashLabels({ a: '12', b: '' }));
  });

  it('stay with the series when the order of series changes', () => {
    const series = labels(6);
    const first = assignLooks(series);
    const second = assignLooks([...series].reverse()).reverse();
    expect(second).toEqual(first);
  });

  it('are all different up to eight, then differ by dash, then are neutral', () => {
    const eight = assignLooks(labels(SLOTS));
    expect(new Set(eight.map(({ slot }) => slot)).size).toBe(SLOTS);
    expect(eight.every(({ dash }) => dash.length === 0)).toBe(true);
    const many = assignLooks(labels(NEUTRAL_FROM + 3));
    expect(new Set(many.map(({ slot, dash }) => `${slot}/${dash.join()}`)).size).toBe(NEUTRAL_FROM + 1);
    expect(many.filter(({ slot }) => slot === null)).toHaveLength(3);
  });

  it('keep the slot in both themes', () => {
    const [look] = assignLooks([{ job: 'x' }]);
    expect(look?.slot).not.toBeNull();
    if (look === undefined || look.slot === null) return;
    expect(SERIES_LIGHT.indexOf(colourOf(look, 'light') as never)).toBe(
      SERIES_DARK.indexOf(colourOf(look, 'dark') as never),
    );
  });
});
