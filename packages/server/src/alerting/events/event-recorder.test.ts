import { describe, expect, test } from 'vitest';
import { TestClock } from '../../lib/testing/test-clock.ts';
import type { AlertEventRecord } from '../../storage/alert-event-store.ts';
import { MemoryAlertEventStore } from '../../storage/testing/memory-alert-event-store.ts';
import { createLogger } from '../../telemetry/create-logger.ts';
import { createMetricsRegistry } from '../../telemetry/create-registry.ts';
import { exposed } from '../../telemetry/testing/exposed.ts';
import type { AlertEvent } from './alert-event.ts';
import { EventRecorder } from './event-recorder.ts';

const START = Date.UTC(2026, 2, 2, 12);

function rig(store: MemoryAlertEventStore = new MemoryAlertEventStore()) {
  const clock = new TestClock(START);
  const registry = createMetricsRegistry();
  const log: string[] = [];
  const logger = createLogger({ level: 'info', format: 'json', write: (line) => void log.push(line) });
  const recorder = new EventRecorder({ store, clock, registry, logger });
  const advance = (ms: number) => clock.advance(ms, () => new Promise((resolve) => setImmediate(resolve)));
  const record = (fields: Partial<AlertEvent>) =>
    recorder.record({
      timeMs: clock.now(),
      kind: 'sent',
      fingerprint: 'a',
      groupKey: 'g',
      receiver: 'team',
      integration: '',
      detail: '',
      ...fields,
    });
  return { store, clock, registry, log, recorder, advance, record };
}

const kinds = (store: MemoryAlertEventStore) => store.events.map(({ kind }) => kind);

class FailingStore extends MemoryAlertEventStore {
  isDown = true;

  override async append(events: readonly AlertEventRecord[]): Promise<void> {
    if (this.isDown) throw new Error('disk full');
    await super.append(events);
  }
}

describe('recording', () => {
  test('events are stored a second later, together, and at the end', async () => {
    const { store, recorder, advance, record } = rig();
    record({ kind: 'firing' });
    record({ kind: 'sent' });
    expect(store.events).toEqual([]);
    await advance(1_000);
    expect(kinds(store)).toEqual(['firing', 'sent']);
    record({ kind: 'resolved', actor: 'x' });
    await recorder.close();
    expect(store.events.at(-1)).toMatchObject({ kind: 'resolved', actor: 'x' });
  });

  test('what is asked for includes what was recorded a moment ago', async () => {
    const { recorder, record } = rig();
    record({ kind: 'noted' });
    const found = await recorder.find({ startMs: START, endMs: START, limit: 10 });
    expect(found.map(({ kind }) => kind)).toEqual(['noted']);
  });

  test('a store that is down loses nothing, and is asked again without a flood of warnings', async () => {
    const store = new FailingStore();
    const { recorder, advance, record, log } = rig(store);
    record({ kind: 'firing' });
    await advance(60_000);
    record({ kind: 'resolved' });
    await advance(10_000);
    expect(log.filter((line) => line.includes('disk full'))).toHaveLength(1);
    store.isDown = false;
    await advance(10_000);
    expect(kinds(store)).toEqual(['firing', 'resolved']);
    await recorder.close();
  });

  test('a full queue counts what it loses, and keeps a later repetition of it', async () => {
    const store = new FailingStore();
    const { recorder, registry, record } = rig(store);
    for (let i = 0; i < 100_000; i++) record({ kind: 'noted' });
    record({ kind: 'silenced', detail: 'by silence 1' });
    expect(await exposed(registry)).toContain('sightline_alert_events_dropped_total 1');
    store.isDown = false;
    await recorder.flush();
    record({ kind: 'silenced', detail: 'by silence 1' });
    await recorder.close();
    expect(kinds(store).filter((kind) => kind === 'silenced')).toHaveLength(1);
  });
});

describe('repetitions', () => {
  test('the same decision is kept once an hour, and at each change', async () => {
    const { store, recorder, advance, record } = rig();
    for (let minute = 0; minute < 130; minute += 5) {
      record({ kind: 'deduplicated', integration: 'webhook[0]', detail: 'told at 12' });
      await advance(300_000);
    }
    await recorder.flush();
    expect(store.events.map(({ timeMs }) => (timeMs - START) / 60_000)).toEqual([0, 60, 120]);
    record({ kind: 'deduplicated', integration: 'webhook[0]', detail: 'told at 16' });
    await recorder.close();
    expect(store.events.at(-1)?.detail).toBe('told at 16');
  });

  test('what is held back and let through again is told each time', async () => {
    const { store, recorder, record } = rig();
    const dedup = { kind: 'deduplicated', integration: 'webhook[0]', detail: 'told' } as const;
    const silenced = { kind: 'silenced', detail: 'by silence 1' } as const;
    for (const event of [dedup, dedup, silenced, silenced, { ...silenced, detail: 'by silence 2' }, dedup, dedup]) {
      record(event);
    }
    record({ kind: 'inhibited', detail: 'by alert b' });
    record(silenced);
    await recorder.close();
    expect(store.events.map(({ kind, detail }) => `${kind} ${detail}`)).toEqual([
      'deduplicated told',
      'silenced by silence 1',
      'silenced by silence 2',
      'deduplicated told',
      'inhibited by alert b',
      'silenced by silence 1',
    ]);
  });

  test('tries are one event until something else fails or it is sent', async () => {
    const { store, recorder, record } = rig();
    const to = { integration: 'webhook[0]' };
    for (const n of [1, 2, 3]) record({ ...to, kind: 'retried', detail: `try ${n}: refused` });
    record({ ...to, kind: 'failed', detail: 'refused after 3 tries' });
    record({ ...to, kind: 'retried', detail: 'try 1: refused' });
    record({ ...to, kind: 'retried', detail: 'try 2: timed out' });
    record({ ...to, kind: 'sent', detail: 'first' });
    record({ ...to, kind: 'retried', detail: 'try 1: timed out' });
    await recorder.close();
    expect(kinds(store)).toEqual(['retried', 'failed', 'retried', 'sent', 'retried']);
  });

  test('groups, integrations and alerts are told apart; a new start tells everything anew', async () => {
    const { store, recorder, record } = rig();
    for (const fields of [{}, { receiver: 'other' }, { groupKey: 'h' }, { fingerprint: 'b' }, {}]) {
      record({ kind: 'grouped', detail: 'by route', ...fields });
    }
    record({ kind: 'firing' });
    record({ kind: 'grouped', detail: 'by route' });
    await recorder.close();
    expect(kinds(store)).toEqual(['grouped', 'grouped', 'grouped', 'grouped', 'firing', 'grouped']);
  });
});
