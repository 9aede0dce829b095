/**
 * Keeps what is decided about alerts: events queue up and are stored in batches a moment later, so that nobody waits for the disk.
 * When the store does not answer they wait, up to a limit; what comes beyond is counted and lost.
 */
import type { Clock, Timer } from '../../lib/clock.ts';
import type { AlertEventQuery, AlertEventRecord, AlertEventStore } from '../../storage/alert-event-store.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { MetricsRegistry } from '../../telemetry/registry.ts';
import type { AlertEvent, AlertEventSink } from './alert-event.ts';
import { RepeatFilter } from './repeat-filter.ts';

const MAX_QUEUED = 100_000;
const BATCH = 5_000;
const FLUSH_AFTER_MS = 1_000;
const RETRY_AFTER_MS = 10_000;

export interface EventRecorderOptions {
  readonly store: AlertEventStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: MetricsRegistry;
}

export class EventRecorder implements AlertEventSink {
  readonly #options: EventRecorderOptions;
  readonly #filter = new RepeatFilter();
  readonly #metrics: ReturnType<typeof createMetrics>;
  readonly #queue: AlertEventRecord[] = [];
  #timer: Timer | undefined;
  #flushing: Promise<void> | undefined;
  #isFailing = false;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#metrics = createMetrics(options.registry);
  }

  record(event: AlertEvent): void {
    if (!this.#filter.isNews(event)) {
      this.#metrics.repeated.inc();
      return;
    }
    if (this.#queue.length >= MAX_QUEUED) {
      this.#metrics.dropped.inc();
      this.#filter.undo(event);
      return;
    }
    this.#queue.push({ actor: '', labels: undefined, ...event });
    this.#metrics.queued.set(this.#queue.length);
    if (this.#queue.length % BATCH === 0 && !this.#isFailing) void this.flush();
    else this.#schedule(FLUSH_AFTER_MS);
  }

  /** Resolves when what was recorded until now is stored, or the store failed: then it is tried again later. */
  async flush(): Promise<void> {
    // What is under way may have begun before the newest events came.
    await this.#flushing;
    this.#flushing ??= this.#drain().finally(() => {
      this.#flushing = undefined;
    });
    await this.#flushing;
  }

  /** What was recorded a moment ago included. @throws StorageError */
  async find(query: AlertEventQuery): Promise<readonly AlertEventRecord[]> {
    await this.flush();
    return this.#options.store.find(query);
  }

  /** Stores what is left. */
  async close(): Promise<void> {
    this.#timer?.cancel();
    await this.flush();
    this.#timer?.cancel();
    if (this.#queue.length === 0) return;
    this.#options.logger.error('events of alerts could not be stored and are lost', { events: this.#queue.length });
    this.#metrics.dropped.inc(this.#queue.length);
  }

  #schedule(delayMs: number): void {
    this.#timer ??= this.#options.clock.setTimer(delayMs, () => {
      this.#timer = undefined;
      void this.flush();
    });
  }

  /** Never rejects. */
  async #drain(): Promise<void> {
    const { store, logger } = this.#options;
    while (this.#queue.length > 0) {
      const batch = this.#queue.slice(0, BATCH);
      try {
        await store.append(batch);
      } catch (error) {
        if (!this.#isFailing) logger.warn('events of alerts could not be stored; they wait', { error });
        this.#isFailing = true;
        this.#schedule(RETRY_AFTER_MS);
        return;
      }
      this.#isFailing = false;
      this.#queue.splice(0, batch.length);
      this.#metrics.stored.inc(batch.length);
      this.#metrics.queued.set(this.#queue.length);
    }
  }
}

function createMetrics(registry: MetricsRegistry) {
  const counter = (name: string, help: string) => registry.counter({ name: `sightline_alert_events_${name}`, help });
  return {
    stored: counter('stored_total', 'Events of alerts that were stored.'),
    repeated: counter('repeated_total', 'Events of alerts left out because the same was stored a short while ago.'),
    dropped: counter('dropped_total', 'Events of alerts that were lost because the queue was full.'),
    queued: registry.gauge({ name: 'sightline_alert_events_queued', help: 'Events of alerts that wait to be stored.' }),
  };
}
