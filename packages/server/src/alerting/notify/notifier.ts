/**
 * From the alerts of a group to messages: hold back what is inhibited, outside its times or silenced, then for each integration of the
 * receiver send what it has not heard yet, and remember that it has. Source: Alertmanager notify/notify.go.
 */
import type { Labels } from '@sightline/model';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { type Alert, isResolvedAt } from '../alert.ts';
import type { TimeInterval } from '../config/types.ts';
import type { AlertEventKind, AlertEventSink } from '../events/alert-event.ts';
import type { Inhibitor } from '../inhibit/inhibitor.ts';
import { containsTime } from '../intervals/time-interval.ts';
import {
  type GroupState,
  type NotificationLog,
  type NotifyReason,
  reasonToNotify,
} from '../notification-log/notification-log.ts';
import { type Integration, integrationText, type Receiver } from '../receivers/receiver.ts';
import type { Route } from '../route/route.ts';
import type { Silences } from '../silence/silences.ts';
import { deliver } from './deliver.ts';
import type { DeliverySink } from './deliveries.ts';

export interface NotifierParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly inhibitor: Inhibitor;
  readonly silences: Silences;
  readonly log: NotificationLog;
  readonly events: AlertEventSink;
  readonly deliveries: DeliverySink | undefined;
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly timeIntervals: ReadonlyMap<string, readonly TimeInterval[]>;
  readonly gate?: NotificationGate;
}

export interface GroupFlush {
  readonly route: Route;
  readonly groupKey: string;
  readonly groupLabels: Labels;
  readonly alerts: readonly Alert[];
  /** When the flush began; decides what is resolved and which times hold. */
  readonly nowMs: number;
  /** Ends a request under way. */
  readonly signal: AbortSignal;
  /** Once aborted nothing more is sent; `signal` when absent. */
  readonly stopping?: AbortSignal;
  /** Of a message about alerts of several groups: the group that each belongs to, for events. */
  readonly groupKeyOf?: (fingerprint: string) => string | undefined;
}

/** What one integration is about to be told about a group. */
export interface GateMessage {
  /** Of the notification log. */
  readonly key: string;
  readonly integration: Integration;
  /** Everything of the group that nothing holds back, whether the integration is told of it or not. */
  readonly alerts: readonly Alert[];
  readonly flush: GroupFlush;
  readonly reason: NotifyReason;
}

/** Has the last word on whether a message goes out now. */
export interface NotificationGate {
  /** `hold`: later; the group asks again at its next interval. `skip`: never, and it counts as told. */
  enter(message: GateMessage): 'send' | 'hold' | 'skip';
  /** What came of one that could go. */
  left(message: GateMessage, isSent: boolean): void;
  /** A group that was held has nothing to tell any more. */
  settled(key: string, alerts: readonly Alert[]): void;
}

export class Notifier {
  readonly #parts: NotifierParts;

  constructor(parts: NotifierParts) {
    this.#parts = parts;
  }

  /** False when a message could not be delivered: the group is tried again at its next interval. Never rejects. */
  async notify(flush: GroupFlush): Promise<boolean> {
    const alerts = this.audible(flush);
    if (alerts.length === 0) return true;
    const receiver = this.#parts.receivers.get(flush.route.receiver);
    const told = await Promise.all((receiver?.integrations ?? []).map((each) => this.#tell(each, alerts, flush)));
    return told.every(Boolean);
  }

  /** The alerts that nothing holds back. */
  audible(flush: GroupFlush): readonly Alert[] {
    const { inhibitor, silences } = this.#parts;
    const free = flush.alerts.filter((alert) => {
      const [inhibition] = inhibitor.inhibitions(alert.labels, flush.nowMs);
      if (inhibition === undefined) return true;
      this.#record('inhibited', [alert], flush, `by alert ${inhibition.fingerprint} (rule ${inhibition.rule + 1})`);
      return false;
    });
    const closed = this.#closedBy(flush);
    if (closed !== undefined) {
      this.#record(closed.kind, free, flush, closed.detail);
      return [];
    }
    return free.filter((alert) => {
      const [silence] = silences.silencing(alert.labels);
      if (silence === undefined) return true;
      this.#record('silenced', [alert], flush, `by silence ${silence.id} of ${silence.createdBy}: ${silence.comment}`);
      return false;
    });
  }

  #closedBy({ route, nowMs }: GroupFlush): { kind: AlertEventKind; detail: string } | undefined {
    const { activeTimeIntervals, muteTimeIntervals } = route;
    const active = activeTimeIntervals.find((name) => this.#isWithin(name, nowMs));
    if (activeTimeIntervals.length > 0 && active === undefined) {
      return { kind: 'inactive', detail: `outside ${activeTimeIntervals.join(', ')}` };
    }
    const mute = muteTimeIntervals.find((name) => this.#isWithin(name, nowMs));
    return mute === undefined ? undefined : { kind: 'muted', detail: `within ${mute}` };
  }

  #isWithin(name: string, nowMs: number): boolean {
    return (this.#parts.timeIntervals.get(name) ?? []).some((interval) => containsTime(interval, nowMs));
  }

  /** One at a time for a key: after a reload the old group may still be at it, and two routes may share their keys. */
  async #tell(integration: Integration, alerts: readonly Alert[], flush: GroupFlush): Promise<boolean> {
    const { signal, stopping = signal, route, groupKey } = flush;
    const key = notificationKey(groupKey, route.receiver, integration);
    const leave = await this.#parts.log.enter(key);
    try {
      return !stopping.aborted && (await this.#tellAlone(key, integration, alerts, flush));
    } finally {
      leave();
    }
  }

  async #tellAlone(
    key: string,
    integration: Integration,
    alerts: readonly Alert[],
    flush: GroupFlush,
  ): Promise<boolean> {
    const { clock, log, gate } = this.#parts;
    const { route, nowMs } = flush;
    const state = groupState(alerts, nowMs);
    const { sendResolved } = integration;
    const entry = log.get(key);
    const reason = reasonToNotify(entry, state, {
      sendResolved,
      repeatIntervalMs: route.repeatIntervalMs,
      nowMs: clock.now(),
    });
    if (reason === undefined) {
      gate?.settled(key, alerts);
      const since = entry === undefined ? 'only resolved alerts, never told of' : `told ${isoTime(entry.timeMs)}`;
      this.#record('deduplicated', alerts, flush, `nothing new: ${since}`, integration);
      return true;
    }
    const sent = sendResolved ? alerts : alerts.filter((alert) => !isResolvedAt(alert, nowMs));
    if (sent.length > 0) {
      const message = { key, integration, alerts, flush, reason };
      const verdict = gate?.enter(message) ?? 'send';
      if (verdict === 'hold') return false;
      if (verdict === 'send') {
        const isSent = await this.send(integration, sent, flush, reason);
        gate?.left(message, isSent);
        if (!isSent) return false;
      }
    }
    await this.remember(key, alerts, flush);
    return true;
  }

  /** Until it is taken or given up; false for the latter, which is recorded and logged. */
  async send(integration: Integration, alerts: readonly Alert[], flush: GroupFlush, reason: string): Promise<boolean> {
    const { clock, random, logger, deliveries } = this.#parts;
    const { groupKey, groupLabels, nowMs, route, signal, stopping } = flush;
    const { receiver } = route;
    const to = integrationText(integration);
    const notification = { groupKey, groupLabels, receiver, alerts, nowMs };
    try {
      await deliver(integration, notification, {
        clock,
        random,
        signal,
        stopping,
        onRetry: (error, tries) => {
          deliveries?.retried(receiver, to, error.message);
          this.#record('retried', alerts, flush, `try ${tries}: ${error.message}`, integration);
        },
      });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      deliveries?.ended(receiver, to, message);
      this.#record('failed', alerts, flush, message, integration);
      logger.error('a notification was not delivered', {
        receiver,
        integration: to,
        group: groupKey,
        alerts: alerts.length,
        error: message,
      });
      return false;
    }
    deliveries?.ended(receiver, to, '');
    this.#record('sent', alerts, flush, reason, integration);
    return true;
  }

  /** The integration was told of these alerts. Never rejects. */
  async remember(
    key: string,
    alerts: readonly Alert[],
    { route, nowMs }: Pick<GroupFlush, 'route' | 'nowMs'>,
  ): Promise<void> {
    const { clock, log, logger } = this.#parts;
    const { firing, resolved } = groupState(alerts, nowMs);
    const timeMs = clock.now();
    const entry = {
      timeMs,
      firing: [...firing],
      resolved: [...resolved],
      expiresAtMs: timeMs + 2 * route.repeatIntervalMs,
    };
    try {
      await log.record(key, entry);
    } catch (error) {
      logger.error('a sent notification could not be recorded; after a restart it may be sent again', {
        receiver: route.receiver,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }

  #record(
    kind: AlertEventKind,
    alerts: readonly Alert[],
    { groupKey: ownKey, groupKeyOf, route }: GroupFlush,
    detail: string,
    integration?: Integration,
  ): void {
    const { clock, events } = this.#parts;
    const timeMs = clock.now();
    const to = integration === undefined ? '' : integrationText(integration);
    for (const { fingerprint } of alerts) {
      const groupKey = groupKeyOf?.(fingerprint) ?? ownKey;
      events.record({ timeMs, kind, fingerprint, groupKey, receiver: route.receiver, integration: to, detail });
    }
  }
}

/** By what the notification log knows what an integration was told of a group. */
export function notificationKey(groupKey: string, receiver: string, integration: Integration): string {
  return `${groupKey}:${receiver}/${integrationText(integration)}`;
}

function groupState(alerts: readonly Alert[], nowMs: number): GroupState {
  const firing = new Set<string>();
  const resolved = new Set<string>();
  for (const alert of alerts) (isResolvedAt(alert, nowMs) ? resolved : firing).add(alert.fingerprint);
  return { firing, resolved };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
