import type { AlertEventEntry } from '@sightline/api-types';
import { describe, expect, it } from 'vitest';
import { laneParts, timelineEntries } from './alert-timeline.ts';

function event(timeMs: number, more: Partial<AlertEventEntry>): AlertEventEntry {
  const none = { fingerprint: 'f', groupKey: '', receiver: '', integration: '', actor: '', detail: '' };
  return { timeMs, kind: 'firing', ...none, ...more };
}

describe('the timeline', () => {
  it('tells the story oldest first, in words', () => {
    const told = timelineEntries([
      event(3, { kind: 'acknowledged', actor: 'anna', detail: 'looking' }),
      event(2, { kind: 'sent', receiver: 'pay', integration: 'slack[0]', detail: 'first' }),
      event(1, { kind: 'firing' }),
    ]);
    expect(told.map(({ title, detail }) => [title, detail])).toEqual([
      ['Fires', ''],
      ['Sent to pay (slack[0])', 'the first message of the group'],
      ['anna acknowledged', 'looking'],
    ]);
  });

  it('folds what is said again and again, but never notes', () => {
    const failed = { kind: 'failed', receiver: 'pay', detail: 'refused' } as const;
    const note = { kind: 'noted', actor: 'anna', detail: 'still looking' } as const;
    const told = timelineEntries([
      event(1, failed),
      event(2, failed),
      event(3, failed),
      event(4, note),
      event(5, note),
    ]);
    expect(told.map(({ count, firstMs, lastMs }) => [count, firstMs, lastMs])).toEqual([
      [3, 1, 3],
      [1, 4, 4],
      [1, 5, 5],
    ]);
  });
});

describe('the lane of states', () => {
  it('is cut to the range, and one state is one part', () => {
    const spans = [
      { state: 'inactive', fromMs: 0, toMs: 10 },
      { state: 'firing', fromMs: 10, toMs: 20 },
      { state: 'firing', fromMs: 20, toMs: 30 },
      { state: 'pending', fromMs: 40, toMs: 50 },
    ] as const;
    expect(laneParts(spans, 5, 40)).toEqual([
      { state: 'inactive', fromMs: 5, toMs: 10 },
      { state: 'firing', fromMs: 10, toMs: 30 },
    ]);
  });
});
