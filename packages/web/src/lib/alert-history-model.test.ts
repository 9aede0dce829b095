import { describe, expect, it } from 'vitest';
import { contributors, filterHistory, type HistoryRow, sortHistory } from './alert-history-model.ts';

function row(name: string, instance: string, firedCount: number, firingMs: number): HistoryRow {
  const labels = { alertname: name, instance };
  return { fingerprint: name + instance, name, labels, spans: [], firedCount, firingMs, acknowledgedAfterMs: null };
}

const ROWS = [row('Slow', 'a', 1, 50), row('Down', 'a', 4, 10), row('Down', 'b', 2, 100)];

describe('the history of alerts', () => {
  it('puts what fired longest first', () => {
    expect(sortHistory(ROWS).map(({ fingerprint }) => fingerprint)).toEqual(['Downb', 'Slowa', 'Downa']);
  });

  it('is filtered by words and tests of labels', () => {
    expect(filterHistory(ROWS, ['down'], []).length).toBe(2);
    expect(filterHistory(ROWS, [], [(labels) => labels['instance'] === 'a']).map(({ name }) => name)).toEqual([
      'Slow',
      'Down',
    ]);
  });

  it('names the alerts that fired most often over all their instances', () => {
    expect(contributors(ROWS, 1)).toEqual([{ name: 'Down', firedCount: 6, firingMs: 110, instances: 2 }]);
    expect(contributors([...ROWS, row('Quiet', 'a', 0, 0)], 9).map(({ name }) => name)).toEqual(['Down', 'Slow']);
  });
});
