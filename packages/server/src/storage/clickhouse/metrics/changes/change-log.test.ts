import { Labels } from '@sightline/model';
import { describe, expect, test } from 'vitest';
import { SeriesEntry } from '../series-entry.ts';
import { ChangeLog } from './change-log.ts';
import { Steps } from './steps.ts';

const NEVER = Number.POSITIVE_INFINITY;
const UNKNOWN = Number.NEGATIVE_INFINITY;

function entryOf(name: string): SeriesEntry {
  return new SeriesEntry(Labels.fromObject({ __name__: name }), name.length, 1);
}

function commit(log: ChangeLog, samples: readonly (readonly [name: string, timeMs: number])[]) {
  const changes = log.gather();
  for (const [name, timeMs] of samples) changes.note(entryOf(name), timeMs);
  return changes;
}

describe('ChangeLog', () => {
  test('nothing has changed at first, and other sequences are not known', () => {
    const log = new ChangeLog();
    expect(log.oldestChangeSince(log.sequence)).toBe(NEVER);
    expect(log.oldestChangeSince(log.sequence, ['a'])).toBe(NEVER);
    expect(log.oldestChangeSince(log.sequence + 1)).toBe(UNKNOWN);
    expect(log.oldestChangeSince(0)).toBe(UNKNOWN);
    expect(log.oldestChangeSince(Number.NaN)).toBe(UNKNOWN);
  });

  test('the oldest sample of each name counts for that name only', () => {
    const log = new ChangeLog();
    const before = log.sequence;
    const changes = commit(log, [
      ['a', 50],
      ['a', 40],
      ['b', 30],
      ['a', 60],
    ]);
    log.begin(changes);
    log.end(changes);
    expect(log.oldestChangeSince(before)).toBe(30);
    expect(log.oldestChangeSince(before, ['a'])).toBe(40);
    expect(log.oldestChangeSince(before, ['a', 'b'])).toBe(30);
    expect(log.oldestChangeSince(before, ['c'])).toBe(NEVER);
    expect(log.oldestChangeSince(before, [])).toBe(NEVER);
    expect(log.oldestChangeSince(log.sequence)).toBe(NEVER);
  });

  test('a commit on its way counts for whoever began to read before it ended', () => {
    const log = new ChangeLog();
    const before = log.sequence;
    const changes = commit(log, [['a', 10]]);
    expect(log.oldestChangeSince(before)).toBe(NEVER);
    log.begin(changes);
    const during = log.sequence;
    expect(log.oldestChangeSince(before, ['a'])).toBe(10);
    expect(log.oldestChangeSince(during, ['a'])).toBe(10);
    expect(log.oldestChangeSince(during)).toBe(10);
    const next = commit(log, [['a', 20]]);
    expect(log.oldestChangeSince(during, ['a'])).toBe(10);
    log.end(changes);
    const after = log.sequence;
    expect(log.oldestChangeSince(during, ['a'])).toBe(10);
    expect(log.oldestChangeSince(after, ['a'])).toBe(NEVER);
    log.begin(next);
    log.end(next);
    expect(log.oldestChangeSince(after, ['a'])).toBe(20);
    expect(log.oldestChangeSince(during, ['a'])).toBe(10);
  });

  test('names beyond the limit share a record', () => {
    const log = new ChangeLog(1);
    const before = log.sequence;
    const changes = commit(log, [
      ['a', 50],
      ['b', 10],
    ]);
    log.begin(changes);
    log.end(changes);
    expect(log.oldestChangeSince(before, ['a'])).toBe(50);
    expect(log.oldestChangeSince(before, ['never seen'])).toBe(10);
  });

  test('while a failed insert may still become visible nothing is known', async () => {
    const log = new ChangeLog();
    log.doubt(30);
    expect(log.oldestChangeSince(log.sequence)).toBe(UNKNOWN);
    const during = log.sequence;
    await expect.poll(() => log.oldestChangeSince(log.sequence), { interval: 5 }).toBe(NEVER);
    expect(log.oldestChangeSince(during)).toBe(UNKNOWN);
  });

  test('what was forgotten is not known', () => {
    const log = new ChangeLog();
    const before = log.sequence;
    log.forget();
    expect(log.oldestChangeSince(before)).toBe(UNKNOWN);
    expect(log.oldestChangeSince(log.sequence)).toBe(NEVER);
  });
});

describe('Steps', () => {
  test('never later than the truth, exact for the recent past, and the truth when times fall', () => {
    let state = 7;
    const random = (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let run = 0; run < 200; run++) {
      const times = Array.from({ length: random(300) }, (_, i) => random(run % 2 === 0 ? 1_000 : 10) + (run % 3) * i);
      const steps = new Steps();
      for (const [sequence, timeMs] of times.entries()) steps.add(sequence, timeMs);
      for (let since = -1; since <= times.length; since++) {
        const truth = times.slice(since + 1).reduce((oldest, timeMs) => Math.min(oldest, timeMs), NEVER);
        const answer = steps.since(since);
        expect(answer).toBeLessThanOrEqual(truth);
        if (since >= times.length - 10) expect(answer).toBe(truth);
        if (since === -1) expect(answer).toBe(truth);
      }
    }
    const rising = new Steps();
    for (let i = 0; i < 10_000; i++) rising.add(i, i);
    expect(rising.since(9_990)).toBe(9_991);
    for (const age of [20, 100, 1_000, 5_000]) expect(rising.since(9_999 - age)).toBeGreaterThan(9_999 - 3 * age);
    expect(rising.since(9_999)).toBe(NEVER);
  });
});
