/**
 * What each integration of each receiver last did, and how often it sent and failed. Kept over restarts; written a few seconds
 * late, so that a storm of messages is not a storm of writes.
 */
import type { Clock, Timer } from '../../lib/clock.ts';
import type { StateStore } from '../../storage/state-store.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { MetricsRegistry } from '../../telemetry/registry.ts';

const KIND = 'delivery';
const WRITE_AFTER_MS = 5_000;

interface DeliveryResult {
  readonly timeMs: number;
  /** '' for a success. */
  readonly error: string;
}

export interface DeliveryRecord {
  readonly last: DeliveryResult | undefined;
  readonly sentTotal: number;
  readonly failedTotal: number;
}

export interface DeliverySink {
  /** A try that failed and is followed by another. @param integration `name[index]` */
  retried(receiver: string, integration: string, error: string): void;
  /** The end of a delivery. @param error '' when the message was taken */
  ended(receiver: string, integration: string, error: string): void;
}

export interface DeliveriesOptions {
  readonly clock: Clock;
  readonly state: StateStore;
  readonly logger: Logger;
  readonly registry: MetricsRegistry;
}

const NOTHING: DeliveryRecord = { last: undefined, sentTotal: 0, failedTotal: 0 };

export class Deliveries implements DeliverySink {
  readonly #options: DeliveriesOptions;
  readonly #metrics: ReturnType<typeof createMetrics>;
  readonly #records = new Map<string, DeliveryRecord>();
  readonly #unwritten = new Set<string>();
  #timer: Timer | undefined;

  private constructor(options: DeliveriesOptions) {
    this.#options = options;
    this.#metrics = createMetrics(options.registry);
  }

  static async open(options: DeliveriesOptions): Promise<Deliveries> {
    const deliveries = new Deliveries(options);
    for (const { key, payload } of await options.state.load(KIND))
      deliveries.#records.set(key, JSON.parse(payload) as DeliveryRecord);
    return deliveries;
  }

  get(receiver: string, integration: string): DeliveryRecord {
    return this.#records.get(keyOf(receiver, integration)) ?? NOTHING;
  }

  /** Counters of these kinds of integrations begin at zero, so that the first failure is an increase. */
  expect(kinds: Iterable<string>): void {
    for (const integration of kinds) {
      this.#metrics.total.labels({ integration });
      this.#metrics.failed.labels({ integration });
    }
  }

  retried(receiver: string, integration: string, error: string): void {
    this.#record(receiver, integration, error, { sent: 0, failed: 0 });
  }

  ended(receiver: string, integration: string, error: string): void {
    const isSent = error === '';
    const labels = { integration: integration.replace(/\[\d+\]$/, '') };
    this.#metrics.total.labels(labels).inc();
    this.#metrics.failed.labels(labels).inc(isSent ? 0 : 1);
    this.#record(receiver, integration, error, { sent: isSent ? 1 : 0, failed: isSent ? 0 : 1 });
  }

  /** A message that a person asked for: it is no notification, so it is not counted. */
  tested(receiver: string, integration: string, error: string): void {
    this.#record(receiver, integration, error, { sent: 0, failed: 0 });
  }

  /** Writes what is not written yet. */
  async close(): Promise<void> {
    this.#timer?.cancel();
    await this.#write();
  }

  #record(receiver: string, integration: string, error: string, add: { sent: number; failed: number }): void {
    const key = keyOf(receiver, integration);
    const { sentTotal, failedTotal } = this.#records.get(key) ?? NOTHING;
    const last = { timeMs: this.#options.clock.now(), error };
    this.#records.set(key, { last, sentTotal: sentTotal + add.sent, failedTotal: failedTotal + add.failed });
    this.#unwritten.add(key);
    this.#timer ??= this.#options.clock.setTimer(WRITE_AFTER_MS, () => {
      this.#timer = undefined;
      void this.#write();
    });
  }

  async #write(): Promise<void> {
    const { state, logger } = this.#options;
    const keys = [...this.#unwritten];
    this.#unwritten.clear();
    if (keys.length === 0) return;
    const records = keys.map((key) => {
      const record = this.#records.get(key) ?? NOTHING;
      const timeMs = record.last?.timeMs ?? 0;
      return { kind: KIND, key, timeMs, actor: 'notifier', payload: JSON.stringify(record) };
    });
    try {
      await state.append(records);
    } catch (error) {
      // The next result of each writes its totals again.
      logger.warn('results of receivers were not stored', { error });
    }
  }
}

function keyOf(receiver: string, integration: string): string {
  return `${receiver}/${integration}`;
}

function createMetrics(registry: MetricsRegistry) {
  const labelNames = ['integration'];
  return {
    total: registry.counterFamily({
      name: 'sightline_notifications_total',
      help: 'Notifications that were delivered or given up, by kind of integration.',
      labelNames,
    }),
    failed: registry.counterFamily({
      name: 'sightline_notifications_failed_total',
      help: 'Notifications that were given up, by kind of integration.',
      labelNames,
    }),
  };
}
