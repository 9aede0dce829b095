/**
 * What waits to be sent to one Alertmanager: a bounded queue, sent in batches one after the other. A batch that fails is given
 * up and counted: rules tell alerts again, with their newest state. Standard: Prometheus 3.x notifier/sendloop.go.
 */
import type { AlertReport } from '../../rules/live/notify.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { checkAnswer } from '../receivers/http/answer.ts';
import type { NotifyClient } from '../receivers/http/notify-client.ts';
import type { ExternalMetrics } from './metrics.ts';

export interface SendLoopOptions {
  readonly url: string;
  readonly timeoutMs: number;
  readonly client: NotifyClient;
  readonly metrics: ExternalMetrics;
  readonly logger: Logger;
  readonly capacity: number;
  readonly batchSize: number;
}

export class SendLoop {
  readonly #options: SendLoopOptions;
  readonly #stop = new AbortController();
  #queue: AlertReport[] = [];
  #sending: Promise<void> | undefined;
  #isClosed = false;
  /** Alerts that were given up since the Alertmanager last took some. */
  #lost = 0;

  constructor(options: SendLoopOptions) {
    this.#options = options;
    options.metrics.add(options.url);
  }

  /** When there are too many, the oldest go. */
  add(reports: readonly AlertReport[]): void {
    if (this.#isClosed) return;
    const { capacity } = this.#options;
    const over = Math.max(0, this.#queue.length + reports.length - capacity);
    for (const report of reports) this.#queue.push(report);
    if (over > 0) {
      this.#queue.splice(0, over);
      this.#drop(over, `more than ${capacity} alerts are waiting`);
    }
    this.#showLength();
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
  }

  /** Takes no more, sends what waits, and gives up what is not sent after `graceMs`. */
  async close(graceMs: number): Promise<void> {
    this.#isClosed = true;
    const timer = setTimeout(() => this.#stop.abort(new Error('sending is stopped')), graceMs);
    await this.#sending;
    clearTimeout(timer);
    this.#options.metrics.forget(this.#options.url);
  }

  async #sendAll(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, this.#options.batchSize);
      this.#showLength();
      await this.#send(batch);
    }
  }

  async #send(batch: readonly AlertReport[]): Promise<void> {
    const { url, timeoutMs, client, metrics } = this.#options;
    const alertmanager = { alertmanager: url };
    const began = performance.now();
    try {
      checkAnswer(await client.send({ url, json: batch.map(postableAlert), timeoutMs }, this.#stop.signal));
    } catch (error) {
      metrics.errors.labels(alertmanager).inc(batch.length);
      this.#drop(batch.length, error instanceof Error ? error.message : String(error));
      return;
    }
    metrics.latency.labels(alertmanager).observe((performance.now() - began) / 1e3);
    metrics.sent.labels(alertmanager).inc(batch.length);
    if (this.#lost === 0) return;
    this.#options.logger.info('an Alertmanager takes alerts again', { alertmanager: url, lost: this.#lost });
    this.#lost = 0;
  }

  /** Said once in an outage, counted always. */
  #drop(count: number, reason: string): void {
    const { url, metrics, logger } = this.#options;
    metrics.dropped.labels({ alertmanager: url }).inc(count);
    if (this.#lost === 0) {
      logger.warn('alerts were not sent; rules tell them again', { alertmanager: url, count, error: reason });
    }
    this.#lost += count;
  }

  #showLength(): void {
    const { metrics, url } = this.#options;
    metrics.queueLength.labels({ alertmanager: url }).set(this.#queue.length);
  }
}

/** As `POST /api/v2/alerts` takes it. */
function postableAlert({ labels, annotations, startsAtMs, endsAtMs, generatorUrl }: AlertReport) {
  return {
    annotations: annotations.toObject(),
    endsAt: new Date(endsAtMs).toISOString(),
    startsAt: new Date(startsAtMs).toISOString(),
    generatorURL: generatorUrl,
    labels: labels.toObject(),
  };
}
