import { describe, expect, it } from 'vitest';
import { seriesOfAlert, sparkPath, sparkScale, watchedUnit } from './alert-series.ts';

const series = (metric: Record<string, string>) => ({ metric, values: [] });

describe('the series of an alert', () => {
  const ofA = series({ __name__: 'up', instance: 'a', job: 'x' });
  const ofB = series({ __name__: 'up', instance: 'b', job: 'x' });

  it('has only labels that the alert has', () => {
    expect(seriesOfAlert([ofA, ofB], { alertname: 'Down', instance: 'b', job: 'x' })).toBe(ofB);
  });
  it('is the one with most in common', () => {
    const wide = series({ job: 'x' });
    expect(seriesOfAlert([wide, ofA], { instance: 'a', job: 'x' })).toBe(ofA);
  });
  it('is the only one even when the rule changed its labels, and none of several', () => {
    expect(seriesOfAlert([ofA], { instance: 'renamed' })).toBe(ofA);
    expect(seriesOfAlert([ofA, ofB], { instance: 'renamed' })).toBeNull();
    expect(seriesOfAlert([], {})).toBeNull();
  });
});

describe('a sparkline', () => {
  const box = { startMs: 0, endMs: 100_000, stepMs: 10_000 };
  const size = { width: 100, height: 20 };

  it('lifts the pen over gaps and leaves out what is no number', () => {
    const values: [number, string][] = [
      [0, '0'],
      [10, '10'],
      [20, 'NaN'],
      [50, '10'],
    ];
    expect(sparkPath(values, box, { min: 0, max: 10 }, size)).toBe('M0.0 20.0L10.0 0.0M50.0 0.0');
  });
  it('has the threshold on its scale and starts at zero when near it', () => {
    expect(sparkScale([[0, '3']], 10)).toEqual({ min: 0, max: 10 });
    expect(sparkScale([[0, '98']], 100)).toEqual({ min: 98, max: 100 });
    expect(sparkScale([[0, '5']], 5)).toEqual({ min: 4, max: 6 });
    expect(sparkScale([], null)).toEqual({ min: 0, max: 1 });
  });
});

describe('the unit of what is watched', () => {
  it('is a plain number for what is up or down', () => {
    expect(watchedUnit('up')).toBe('short');
    expect(watchedUnit('process_start_time_seconds')).toBe('timestamp');
  });
});
