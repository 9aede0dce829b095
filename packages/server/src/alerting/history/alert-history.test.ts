import { Labels, Matcher } from '@sightline/model';
import { describe, expect, test } from 'vitest';
import { MemoryAlertEventStore } from '../../storage/testing/memory-alert-event-store.ts';
import { alertHistory } from './alert-history.ts';
import { alertPast } from './alert-past.ts';
import { pendingSpans } from './pending-spans.ts';
import { previewSilence } from './silence-preview.ts';

const NOW = Date.UTC(2026, 2, 10, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** `[minutes before now, kind, fingerprint]`; the labels are made of the fingerprint. */
type Written = readonly [minutes: number, kind: string, fingerprint: string];

async function eventsOf(...written: readonly Written[]): Promise<MemoryAlertEventStore> {
  const store = new MemoryAlertEventStore();
  await store.append(
    written.map(([minutes, kind, fingerprint]) => ({
      timeMs: NOW - minutes * MINUTE,
      kind,
      fingerprint,
      groupKey: '',
      receiver: '',
      integration: '',
      actor: '',
      detail: '',
      labels: kind === 'firing' ? Labels.fromObject({ alertname: fingerprint, severity: 'critical' }) : undefined,
    })),
  );
  return store;
}

const all = { startMs: NOW - HOUR, endMs: NOW, nowMs: NOW, isWanted: () => true };

describe('history', () => {
  test('spans are cut at the ends of the range; what fires goes on until now', async () => {
    const store = await eventsOf(
      [120, 'firing', 'a'],
      [50, 'resolved', 'a'],
      [20, 'firing', 'a'],
      [30, 'firing', 'b'],
      [5, 'resolved', 'b'],
    );
    const { rows } = await alertHistory(store, { ...all, endMs: NOW + HOUR });
    expect(
      rows.map(({ name, firedCount, firingMs, spans }) => [name, firedCount, firingMs / MINUTE, spans.length]),
    ).toEqual([
      ['a', 2, 30, 2],
      ['b', 1, 25, 1],
    ]);
    expect(rows[0]?.spans[0]).toEqual({ state: 'firing', fromMs: NOW - HOUR, toMs: NOW - 50 * MINUTE });
  });

  test('means: from firing to the first acknowledgement, and to the end', async () => {
    const store = await eventsOf(
      [50, 'firing', 'a'],
      [40, 'acknowledged', 'a'],
      [35, 'acknowledged', 'a'],
      [30, 'resolved', 'a'],
      [30, 'firing', 'b'],
      [10, 'acknowledged', 'b'],
    );
    const { rows, meanAcknowledgeMs, meanResolveMs } = await alertHistory(store, all);
    expect({ meanAcknowledgeMs, meanResolveMs }).toEqual({
      meanAcknowledgeMs: 15 * MINUTE,
      meanResolveMs: 20 * MINUTE,
    });
    expect(rows.map(({ acknowledgedAfterMs }) => acknowledgedAfterMs)).toEqual([20 * MINUTE, 10 * MINUTE]);
  });

  test('nothing recorded, and nothing wanted', async () => {
    const empty = { rows: [], meanAcknowledgeMs: null, meanResolveMs: null };
    expect(await alertHistory(await eventsOf(), all)).toMatchObject(empty);
    const store = await eventsOf([50, 'firing', 'a']);
    expect(await alertHistory(store, { ...all, isWanted: () => false })).toMatchObject(empty);
  });

  test('what ended before the range or began after it is left out; a lost end does not count twice', async () => {
    const store = await eventsOf([90, 'firing', 'a'], [70, 'resolved', 'a'], [40, 'firing', 'b'], [20, 'firing', 'b']);
    const { rows } = await alertHistory(store, all);
    expect(rows.map(({ name, firedCount }) => [name, firedCount])).toEqual([['b', 1]]);
  });
});

describe('the past of one alert', () => {
  const present = [{ state: 'firing', fromMs: NOW - HOUR, toMs: NOW }] as const;

  test('its day without gaps, pending where the series say so, and what was done', async () => {
    const store = await eventsOf(
      [240, 'firing', 'a'],
      [235, 'grouped', 'a'],
      [234, 'sent', 'a'],
      [180, 'resolved', 'a'],
      [60, 'firing', 'a'],
    );
    const pending = [{ state: 'pending', fromMs: NOW - 250 * MINUTE, toMs: NOW - 200 * MINUTE }] as const;
    const past = await alertPast(store, { fingerprint: 'a', state: 'firing' }, present, async () => pending, NOW);
    expect(
      past.states.map(({ state, fromMs, toMs }) => [state, (NOW - fromMs) / MINUTE, (NOW - toMs) / MINUTE]),
    ).toEqual([
      ['inactive', 1440, 250],
      ['pending', 250, 240],
      ['firing', 240, 180],
      ['inactive', 180, 60],
      ['firing', 60, 0],
    ]);
    expect(past.timeline.map(({ kind }) => kind)).toEqual(['firing', 'sent', 'resolved', 'firing']);
    expect(past.past).toEqual({ count: 2, medianMs: HOUR });
  });

  test('pending spans come from consecutive points of the series', async () => {
    const step = 15_000;
    const times = [0, 1, 2, 10, 11].map((n) => NOW + n * step);
    const labels = Labels.fromObject({ alertname: 'A"b' });
    let asked = '';
    const spans = await pendingSpans(labels, NOW, NOW + HOUR, async (text) => {
      asked = text;
      return times;
    });
    expect(asked).toBe('max({"ALERTS","alertstate"="pending","alertname"="A\\"b"})');
    expect(spans.map(({ fromMs, toMs }) => [(fromMs - NOW) / step, (toMs - NOW) / step])).toEqual([
      [0, 3],
      [10, 12],
    ]);
  });
});

test('the preview of a silence counts what fired within a day, also what is over', async () => {
  const store = await eventsOf(
    [3000, 'firing', 'old'],
    [2900, 'resolved', 'old'],
    [300, 'firing', 'a'],
    [200, 'resolved', 'a'],
    [3000, 'firing', 'long'],
  );
  const preview = await previewSilence([new Matcher('alertname', '=~', 'old|a|long')], [], store, NOW);
  expect(preview).toEqual({ alerts: [], lastDayCount: 2, includesCritical: true });
  const other = await previewSilence([new Matcher('alertname', '=', 'b')], [], store, NOW);
  expect(other).toEqual({ alerts: [], lastDayCount: 0, includesCritical: false });
});
