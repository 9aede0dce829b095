import { Labels } from '@sightline/model';
import { describe, expect, test } from 'vitest';
import { TestClock } from '../../lib/testing/test-clock.ts';
import { MemoryStateStore } from '../../storage/testing/memory-state-store.ts';
import type { AlertingError } from '../errors.ts';
import { matcher, START_MS } from '../testing/alert-rig.ts';
import { silenceState } from './silence.ts';
import { type SilenceDraft, Silences } from './silences.ts';

const MINUTE = 60_000;

function draft(fields: Partial<SilenceDraft> = {}): SilenceDraft {
  return {
    matchers: [matcher('job=api')],
    startsAtMs: START_MS,
    endsAtMs: START_MS + 60 * MINUTE,
    createdBy: 'anna',
    comment: 'maintenance',
    ...fields,
  };
}

async function start() {
  const clock = new TestClock(START_MS);
  const state = new MemoryStateStore();
  const silences = await Silences.open(state, clock);
  return { clock, state, silences, later: (minutes: number) => clock.advance(minutes * MINUTE, async () => undefined) };
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: AlertingError) => error.code,
  );

describe('set', () => {
  test('a start in the past becomes now, and the silence holds matching alerts back', async () => {
    const { silences } = await start();
    const id = await silences.set(draft({ startsAtMs: START_MS - MINUTE }));
    expect(silences.get(id)?.startsAtMs).toBe(START_MS);
    expect(silences.silencing(Labels.fromObject({ job: 'api', a: 'b' })).map((silence) => silence.id)).toEqual([id]);
    expect(silences.silencing(Labels.fromObject({ job: 'web' }))).toEqual([]);
  });

  test('another end keeps the id; other matchers end it and make a new one', async () => {
    const { silences, clock } = await start();
    const id = await silences.set(draft());
    expect(await silences.set(draft({ id, endsAtMs: START_MS + 90 * MINUTE }))).toBe(id);
    const other = await silences.set(draft({ id, matchers: [matcher('job=web')] }));
    expect(other).not.toBe(id);
    const [before, after] = [silences.get(id), silences.get(other)];
    expect([before?.endsAtMs, after?.endsAtMs]).toEqual([clock.now(), START_MS + 60 * MINUTE]);
  });

  test('an expired one is not revived but made anew', async () => {
    const { silences, later } = await start();
    const id = await silences.set(draft());
    await later(61);
    const again = await silences.set(draft({ id, endsAtMs: START_MS + 120 * MINUTE }));
    expect(again).not.toBe(id);
  });

  test.each([
    ['no matcher', { matchers: [] }],
    ['only matchers of the empty text', { matchers: [matcher('a='), matcher('b=~.*')] }],
    ['an end before the start', { endsAtMs: START_MS - 1 }],
  ])('%s is refused', async (_name, fields) => {
    const { silences } = await start();
    expect(await codeOf(silences.set(draft(fields)))).toBe('silence_invalid');
    expect([...silences]).toEqual([]);
  });

  test('a refused change leaves the old silence as it is', async () => {
    const { silences, clock } = await start();
    const id = await silences.set(draft());
    expect(await codeOf(silences.set(draft({ id, matchers: [] })))).toBe('silence_invalid');
    expect(silenceState(silences.get(id) ?? expect.fail('gone'), clock.now())).toBe('active');
    expect(await codeOf(silences.set(draft({ id: 'nobody' })))).toBe('silence_not_found');
  });
});

describe('expire', () => {
  test('ends an active and a pending one at once, and an expired one not again', async () => {
    const { silences, later, clock } = await start();
    const active = await silences.set(draft());
    const pending = await silences.set(draft({ startsAtMs: START_MS + MINUTE * 30 }));
    await later(1);
    for (const id of [active, pending]) await silences.expire(id, 'bert');
    await later(1);
    for (const id of [active, pending]) {
      expect(silenceState(silences.get(id) ?? expect.fail('gone'), clock.now())).toBe('expired');
    }
    expect(await codeOf(silences.expire(active, 'bert'))).toBe('silence_expired');
    expect(await codeOf(silences.expire('nobody', 'bert'))).toBe('silence_not_found');
  });
});

describe('persistence', () => {
  test('silences are there after a restart, with who changed them', async () => {
    const { silences, state, clock } = await start();
    const id = await silences.set(draft());
    await silences.expire(id, 'bert');
    const again = await Silences.open(state, clock);
    expect([...again]).toEqual([...silences]);
    expect((await state.history('silence', id)).map(({ actor }) => actor)).toEqual(['anna', 'bert']);
  });

  test('five days after its end a silence is forgotten', async () => {
    const { silences, later } = await start();
    await silences.set(draft());
    await later(5 * 24 * 60);
    expect([...silences].length).toBe(1);
    await later(90);
    expect([...silences]).toEqual([]);
  });
});
