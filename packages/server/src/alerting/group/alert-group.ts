/**
 * Alerts that are notified about together: they wait group_wait for company, then every group_interval what changed is handed on.
 * Source: Alertmanager dispatch/dispatch.go (aggrGroup).
 */
import type { Labels } from '@sightline/model';
import type { Clock, Timer } from '../../lib/clock.ts';
import { type Alert, compareAlerts, isResolvedAt } from '../alert.ts';
import type { Notifier } from '../notify/notifier.ts';
import type { Route } from '../route/route.ts';

/** Delivery may take as long as the interval, and this at least. */
const LEAST_DELIVERY_MS = 10_000;
/** How long a request that is under way when the group stops may take, so that a receiver which answers is not told twice. */
const STOP_GRACE_MS = 3_000;

export interface AlertGroupParts {
  readonly clock: Clock;
  readonly notifier: Notifier;
  readonly route: Route;
  readonly labels: Labels;
  /** Keeps track of work under way, so that shutdown and tests can wait for it. */
  readonly track: (work: Promise<void>) => void;
  /** What the notification log knows it by; the route's key for it when absent. */
  readonly key?: string;
}

interface Delivery {
  /** No further try. */
  readonly stopping: AbortController;
  /** Ends the request under way too. */
  readonly request: AbortController;
}

export class AlertGroup {
  readonly key: string;
  readonly route: Route;
  readonly labels: Labels;
  readonly #parts: AlertGroupParts;
  readonly #alerts = new Map<string, Alert>();
  #timer: Timer;
  #delivery: Delivery | undefined;
  #hasFlushed = false;
  #nextFlushMs = 0;
  #isOverdue = false;
  #isStopped = false;

  constructor(parts: AlertGroupParts) {
    this.#parts = parts;
    this.route = parts.route;
    this.labels = parts.labels;
    this.key = parts.key ?? parts.route.groupKey(parts.labels);
    this.#timer = this.#schedule(parts.route.groupWaitMs);
  }

  get isEmpty(): boolean {
    return this.#alerts.size === 0 && this.#delivery === undefined;
  }

  /** When its alerts are looked at next, unix ms. */
  get nextFlushMs(): number {
    return this.#nextFlushMs;
  }

  /** It has waited for company; the interval counts now. */
  get hasFlushed(): boolean {
    return this.#hasFlushed;
  }

  get isDelivering(): boolean {
    return this.#delivery !== undefined;
  }

  get alerts(): Alert[] {
    return [...this.#alerts.values()].sort(compareAlerts);
  }

  insert(alert: Alert): void {
    this.#alerts.set(alert.fingerprint, alert);
    const { clock, route } = this.#parts;
    // The wait of an alert that began long ago is over; after the first flush the interval counts.
    if (!this.#hasFlushed && alert.startsAtMs + route.groupWaitMs < clock.now()) {
      this.#timer.cancel();
      this.#timer = this.#schedule(0);
    }
  }

  /** As if it had never been in the group: its end is not told. */
  remove(fingerprint: string): void {
    this.#alerts.delete(fingerprint);
  }

  /** Stops the timer and further tries. A request that is under way may still be answered for a moment. */
  stop(): void {
    this.#isStopped = true;
    this.#timer.cancel();
    const delivery = this.#delivery;
    if (delivery === undefined) return;
    delivery.stopping.abort();
    this.#timer = this.#parts.clock.setTimer(STOP_GRACE_MS, () => delivery.request.abort());
  }

  #schedule(delayMs: number): Timer {
    this.#nextFlushMs = this.#parts.clock.now() + delayMs;
    return this.#parts.clock.setTimer(delayMs, () => {
      this.#hasFlushed = true;
      this.#timer = this.#schedule(this.#untilNext());
      this.#flush();
    });
  }

  /** The interval, less what this flush is late by: ticks do not drift. A clock that was set counts as on time. */
  #untilNext(): number {
    const { groupIntervalMs } = this.route;
    const lateMs = this.#parts.clock.now() - this.#nextFlushMs;
    return lateMs >= 0 && lateMs < groupIntervalMs ? groupIntervalMs - lateMs : groupIntervalMs;
  }

  /** One at a time: what falls due while a delivery is still under way is done after it. */
  #flush(): void {
    if (this.#delivery !== undefined) {
      this.#isOverdue = true;
      return;
    }
    const delivery = { stopping: new AbortController(), request: new AbortController() };
    this.#delivery = delivery;
    const limitMs = Math.max(this.route.groupIntervalMs, LEAST_DELIVERY_MS);
    const limit = this.#parts.clock.setTimer(limitMs, () => {
      delivery.stopping.abort();
      delivery.request.abort();
    });
    const work = this.#deliver(delivery).finally(() => {
      limit.cancel();
      this.#delivery = undefined;
      if (this.#isStopped) this.#timer.cancel();
      if (!this.#isOverdue || this.#isStopped) return;
      this.#isOverdue = false;
      this.#flush();
    });
    this.#parts.track(work);
  }

  async #deliver({ stopping, request }: Delivery): Promise<void> {
    const { clock, notifier, route, labels } = this.#parts;
    const nowMs = clock.now();
    const alerts = this.alerts;
    if (alerts.length === 0) return;
    const isDone = await notifier.notify({
      route,
      groupKey: this.key,
      groupLabels: labels,
      alerts,
      nowMs,
      signal: request.signal,
      stopping: stopping.signal,
    });
    if (!isDone) return;
    for (const alert of alerts) {
      // One that fired again meanwhile is another object.
      if (isResolvedAt(alert, nowMs) && this.#alerts.get(alert.fingerprint) === alert) {
        this.#alerts.delete(alert.fingerprint);
      }
    }
  }
}
