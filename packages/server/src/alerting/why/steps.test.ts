import { expect, test } from 'vitest';
import type { AlertEventRecord } from '../../storage/alert-event-store.ts';
import { escalatedRoutes, pastRoutes } from './past-facts.ts';
import { routeAnswer } from './steps.ts';
import { storyOf } from './story.ts';

const START = Date.UTC(2026, 2, 2, 12);
const TEAM = { receiver: 'team', groupKey: '{}:{}' };
const HOOK = { ...TEAM, integration: 'webhook[0]' };

/** `[seconds, fields]` */
function eventsOf(...written: readonly (readonly [number, Partial<AlertEventRecord>])[]): AlertEventRecord[] {
  return written.map(([seconds, fields]) => ({
    timeMs: START + seconds * 1000,
    kind: 'firing',
    fingerprint: 'a',
    groupKey: '',
    receiver: '',
    integration: '',
    actor: '',
    detail: '',
    labels: undefined,
    ...fields,
  }));
}

function answersOf(events: readonly AlertEventRecord[]) {
  return pastRoutes(storyOf(events)).map(routeAnswer);
}

test('a rate limit holds what would have been sent, and says since when', () => {
  const [answer] = answersOf(
    eventsOf(
      [0, {}],
      [0, { ...TEAM, kind: 'grouped', detail: 'the first route' }],
      [30, { ...HOOK, kind: 'limited', detail: 'held: more than 5 notifications within 60 s' }],
      [330, { ...HOOK, kind: 'limited', detail: 'held: more than 5 notifications within 60 s' }],
    ),
  );
  expect(answer?.steps.at(-1)).toMatchObject({
    stage: 'limit',
    outcome: 'held',
    timeMs: START + 330_000,
    text: 'limited: held: more than 5 notifications within 60 s, since 2026-03-02T12:00:30Z',
  });
  expect(answer?.verdicts).toEqual([
    {
      outcome: 'held',
      text: 'team (webhook[0]) has too many notifications: held: more than 5 notifications within 60 s',
    },
  ]);
});

test('tries that failed, given up, and then taken', () => {
  const troubles = eventsOf(
    [0, {}],
    [30, { ...HOOK, kind: 'retried', detail: 'try 1: 503' }],
    [300, { ...HOOK, kind: 'failed', detail: '503 (time is over, after 9 tries)' }],
  );
  const outcomes = (events: readonly AlertEventRecord[]) =>
    answersOf(events)[0]
      ?.steps.slice(-2)
      .map(({ outcome, text }) => `${outcome}: ${text}`);
  expect(outcomes(troubles)).toEqual([
    'waiting: tried again: try 1: 503',
    'failed: failed: 503 (time is over, after 9 tries)',
  ]);
  const sent = [...troubles, ...eventsOf([330, { ...HOOK, kind: 'sent', detail: 'first' }])];
  expect(outcomes(sent)?.at(-1)).toBe('sent: sent: the first message about its group');
});

test('an escalation is a way of its own', () => {
  const step = { receiver: 'boss', groupKey: 'escalation:{}:{}:late/0' };
  const story = storyOf(
    eventsOf(
      [0, {}],
      [0, { ...TEAM, kind: 'grouped', detail: 'the first route' }],
      [600, { ...step, kind: 'escalated', detail: 'step 1 of late: not acknowledged for 10m' }],
      [600, { ...step, integration: 'webhook[0]', kind: 'sent', detail: 'first' }],
    ),
  );
  const [answer, ...more] = escalatedRoutes(story).map(routeAnswer);
  expect(more).toEqual([]);
  expect(answer?.steps[0]?.text).toBe('goes to boss by step 1 of late: not acknowledged for 10m');
  expect(answer?.verdicts[0]).toMatchObject({ outcome: 'sent' });
});

test('what was decided before the last start is of no interest any more', () => {
  const before = eventsOf(
    [0, {}],
    [1, { ...TEAM, kind: 'grouped', detail: 'an older route' }],
    [30, { ...TEAM, kind: 'silenced', detail: 'by silence x' }],
    [60, { kind: 'resolved' }],
  );
  expect(answersOf(before)).toHaveLength(1);
  expect(answersOf([...before, ...eventsOf([3_600, {}])])).toEqual([]);
});

test('a silence that ended, and was followed by a message, holds no more', () => {
  const [answer] = answersOf(
    eventsOf(
      [0, {}],
      [30, { ...TEAM, kind: 'silenced', detail: 'by silence x' }],
      [330, { ...HOOK, kind: 'sent', detail: 'first' }],
      [630, { ...HOOK, kind: 'deduplicated', detail: 'nothing new: told' }],
    ),
  );
  expect(answer?.steps.map(({ stage, outcome }) => `${stage} ${outcome}`).slice(-3)).toEqual([
    'silence passed',
    'send sent',
    'dedup held',
  ]);
});
