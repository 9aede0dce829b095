/**
 * Rate limits of receivers. Each integration gets at most so many messages within the time; what comes beyond is held, and as soon as
 * a message is free again one digest tells of all of it. Messages that only tell an end are never held: there are no more of them than
 * messages before. What was told in a digest ends in one message as well.
 */
import { formatDuration } from '@sightline/model';
import type { Clock, Timer } from '../../../lib/clock.ts';
import type { StateStore } from '../../../storage/state-store.ts';
import type { Logger } from '../../../telemetry/logger.ts';
import type { Counter, Family } from '../../../telemetry/registry.ts';
import { type Alert, compareAlerts, isResolvedAt } from '../../alert.ts';
import type { AlertEventSink } from '../../events/alert-event.ts';
import type { GateMessage, NotificationGate, Notifier } from '../../notify/notifier.ts';
import { type Integration, integrationText, type Receiver } from '../../receivers/receiver.ts';
import type { RateLimitConfig } from '../config/types.ts';
import { Channel, type Held, keyHash, type OpenDigest } from './channel.ts';
import { DIGEST_LABELS, digestAlert, digestEndAlert } from './digest.ts';

const KIND = 'rate-limit';
const DELIVERY_MS = 60_000;
/** A digest that was not delivered is tried again after this. */
const RETRY_MS = 60_000;
/** How long a digest that is under way at the end may take, so that a receiver which answers is not told twice. */
const STOP_GRACE_MS = 3_000;
/** A digest whose alerts never end is no longer waited for. */
const DIGEST_OPEN_MS = 7 * 86_400_000;

const TOLD_LATER = 'told in a digest; its end is told once all of that is over';

export interface RateLimiterOptions {
  readonly clock: Clock;
  readonly state: StateStore;
  readonly logger: Logger;
  readonly events: AlertEventSink;
  /** By receiver: messages that were held. */
  readonly heldTotal: Family<Counter> | undefined;
}

/** What a configuration says; exchanged at a reload. */
export interface LimiterPlan {
  readonly limits: ReadonlyMap<string, RateLimitConfig>;
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly notifier: Notifier;
  /** The newest that is known of an alert. */
  readonly current: (fingerprint: string) => Alert | undefined;
  readonly track: (work: Promise<void>) => void;
}

interface Delivery {
  /** No further try. */
  readonly stopping: AbortController;
  /** Ends the request under way too. */
  readonly request: AbortController;
}

export class RateLimiter implements NotificationGate {
  readonly #options: RateLimiterOptions;
  readonly #channels = new Map<string, Channel>();
  readonly #timers = new Map<Channel, Timer>();
  readonly #returns = new WeakMap<GateMessage, () => void>();
  /** Being told what was held. */
  readonly #busy = new Set<Channel>();
  readonly #deliveries = new Set<Delivery>();
  #plan: LimiterPlan | undefined;
  #end: Timer | undefined;

  private constructor(options: RateLimiterOptions) {
    this.#options = options;
  }

  static async open(options: RateLimiterOptions): Promise<RateLimiter> {
    const limiter = new RateLimiter(options);
    for (const { key, payload } of await options.state.load(KIND)) {
      limiter.#channels.set(key, new Channel(key, key.slice(0, key.lastIndexOf('/')), payload));
    }
    return limiter;
  }

  /** Takes a configuration over. What is held stays held where there is still a limit; elsewhere its groups tell it. */
  start(plan: LimiterPlan): void {
    this.#plan = plan;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    for (const channel of this.#channels.values()) {
      if (this.#limitOf(channel) === undefined) channel.held.clear();
      else if (channel.held.size > 0) this.#wake(channel);
    }
  }

  enter(message: GateMessage): 'send' | 'hold' | 'skip' {
    const { receiver } = message.flush.route;
    const limit = this.#plan?.limits.get(receiver);
    const name = `${receiver}/${integrationText(message.integration)}`;
    const channel = this.#channels.get(name);
    if (channel === undefined && limit === undefined) return 'send';
    const { digest } = channel ?? {};
    const isEnd = message.reason === 'all-resolved';
    if (channel !== undefined && digest?.groups.has(keyHash(message.key)) === true) {
      if (isEnd) {
        this.#endInDigest(channel, digest, message);
        return 'skip';
      }
      if (message.reason === 'some-resolved') {
        this.#record('deduplicated', message, TOLD_LATER);
        return 'skip';
      }
    }
    if (isEnd) channel?.held.delete(message.key);
    if (isEnd || limit === undefined) return 'send';
    return this.#limit(channel ?? this.#open(name, receiver), limit, message);
  }

  left(message: GateMessage, isSent: boolean): void {
    const giveBack = this.#returns.get(message);
    if (giveBack === undefined) return;
    if (!isSent) giveBack();
    const channel = this.#channelOf(message);
    if (channel === undefined) return;
    // From now on it is told alone, its end as well.
    if (isSent && channel.digest?.groups.delete(keyHash(message.key)) === true) this.#closeDigest(channel, message);
    this.#store(channel);
  }

  settled(key: string, alerts: readonly Alert[]): void {
    for (const { held } of this.#channels.values()) {
      const entry = held.get(key);
      if (entry !== undefined) held.set(key, { ...entry, alerts });
    }
  }

  /** No further try; a request under way may still be answered for a moment. Held messages come again with their groups. */
  close(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    const deliveries = [...this.#deliveries];
    for (const { stopping } of deliveries) stopping.abort();
    if (deliveries.length === 0) return;
    this.#end = this.#options.clock.setTimer(STOP_GRACE_MS, () => deliveries.forEach(abort));
  }

  #limit(channel: Channel, limit: RateLimitConfig, message: GateMessage): 'send' | 'hold' {
    const nowMs = this.#options.clock.now();
    if (channel.held.size === 0 && channel.freeAtMs(limit, nowMs) <= nowMs && !this.#busy.has(channel)) {
      this.#returns.set(message, channel.take(nowMs));
      return 'send';
    }
    const before = channel.held.get(message.key);
    channel.held.set(message.key, { ...message, sinceMs: before?.sinceMs ?? nowMs });
    if (before === undefined || hasNews(message, before)) {
      const { notifications, perMs } = limit;
      this.#options.heldTotal?.labels({ receiver: limit.receiver }).inc();
      this.#record('limited', message, `held: the limit is ${notifications} per ${formatDuration(perMs)}`);
    }
    this.#wake(channel);
    return 'hold';
  }

  #open(name: string, receiver: string): Channel {
    const channel = new Channel(name, receiver);
    this.#channels.set(name, channel);
    return channel;
  }

  #channelOf({ flush, integration }: GateMessage): Channel | undefined {
    return this.#channels.get(`${flush.route.receiver}/${integrationText(integration)}`);
  }

  #limitOf(channel: Channel): RateLimitConfig | undefined {
    return this.#plan?.limits.get(channel.receiver);
  }

  #integrationOf(channel: Channel): Integration | undefined {
    const integrations = this.#plan?.receivers.get(channel.receiver)?.integrations ?? [];
    return integrations.find((each) => `${channel.receiver}/${integrationText(each)}` === channel.name);
  }

  /** Sets the timer for what is held, to when the limit allows it. */
  #wake(channel: Channel, leastMs = 0): void {
    const limit = this.#limitOf(channel);
    if (limit === undefined || this.#timers.has(channel) || this.#busy.has(channel)) return;
    const nowMs = this.#options.clock.now();
    const delayMs = Math.max(leastMs, channel.freeAtMs(limit, nowMs) - nowMs);
    const timer = this.#options.clock.setTimer(delayMs, () => {
      this.#timers.delete(channel);
      this.#track(this.#tellHeld(channel, limit));
    });
    this.#timers.set(channel, timer);
  }

  async #tellHeld(channel: Channel, limit: RateLimitConfig): Promise<void> {
    const { clock } = this.#options;
    const nowMs = clock.now();
    const integration = this.#integrationOf(channel);
    const groups = integration === undefined ? [] : this.#audibleGroups(channel, nowMs);
    const [first] = groups;
    if (integration === undefined || first === undefined) {
      channel.held.clear();
      return;
    }
    const alerts = uniqueAlerts(groups);
    const groupKey = channel.digest?.groupKey ?? `digest:${channel.name}:${nowMs}`;
    const sinceMs = Math.min(...groups.map((group) => group.sinceMs));
    const said = digestAlert({ limit, groups: groups.length, alerts, sinceMs, nowMs });
    const shown = integration.sendResolved ? alerts : alerts.filter((alert) => !isResolvedAt(alert, nowMs));
    const giveBack = channel.take(nowMs);
    this.#busy.add(channel);
    const keys = new Map(
      groups.flatMap(({ alerts: own, flush }) => own.map(({ fingerprint }) => [fingerprint, flush.groupKey])),
    );
    const isSent = await this.#deliver(integration, first, groupKey, [said, ...shown], keys);
    this.#busy.delete(channel);
    if (isSent) {
      if (!isResolvedAt(said, nowMs))
        channel.digest ??= { groupKey, sinceMs: nowMs, groups: new Set(), ended: new Map() };
      await this.#rememberAll(channel, groups, nowMs);
      this.#store(channel);
    } else giveBack();
    if (channel.held.size > 0) this.#wake(channel, isSent ? 0 : RETRY_MS);
  }

  /** What is still to be told of each group that is held; one that is silent now is left to its own group. */
  #audibleGroups(channel: Channel, nowMs: number): Held[] {
    const { notifier, current } = this.#plan ?? {};
    const found: Held[] = [];
    for (const [key, held] of channel.held) {
      const newest = held.alerts.map((alert) => newer(alert, current?.(alert.fingerprint)));
      const alerts = notifier?.audible({ ...held.flush, alerts: newest, nowMs }) ?? [];
      if (alerts.length === 0) channel.held.delete(key);
      else found.push({ ...held, alerts });
    }
    return found;
  }

  async #deliver(
    integration: Integration,
    { flush }: GateMessage,
    groupKey: string,
    alerts: readonly Alert[],
    ownKeys: ReadonlyMap<string, string>,
  ): Promise<boolean> {
    const { clock } = this.#options;
    const delivery = { stopping: new AbortController(), request: new AbortController() };
    this.#deliveries.add(delivery);
    const timer = clock.setTimer(DELIVERY_MS, () => abort(delivery));
    const { route } = flush;
    const groupKeyOf = (fingerprint: string) => ownKeys.get(fingerprint);
    const signals = { signal: delivery.request.signal, stopping: delivery.stopping.signal };
    const digest = { route, groupKey, groupLabels: DIGEST_LABELS, alerts, nowMs: clock.now(), ...signals, groupKeyOf };
    const isSent = (await this.#plan?.notifier.send(integration, alerts, digest, 'digest')) ?? false;
    timer.cancel();
    this.#deliveries.delete(delivery);
    if (this.#deliveries.size === 0) this.#end?.cancel();
    return isSent;
  }

  async #rememberAll(channel: Channel, groups: readonly Held[], nowMs: number): Promise<void> {
    const { notifier } = this.#plan ?? {};
    const writes: (Promise<void> | undefined)[] = [];
    for (const { key, alerts, flush, reason } of groups) {
      const newer = channel.held.get(key);
      const told = new Set(alerts.map(({ fingerprint }) => fingerprint));
      // One that was held again meanwhile may have alerts that the digest did not.
      if (newer?.alerts.every(({ fingerprint }) => told.has(fingerprint)) === true) channel.held.delete(key);
      const isFiring = alerts.some((alert) => !isResolvedAt(alert, nowMs));
      if (reason === 'first' && isFiring) channel.digest?.groups.add(keyHash(key));
      // Of what fired and ended while it was held there is nothing more to tell.
      if (isFiring || reason !== 'first') writes.push(notifier?.remember(key, alerts, { route: flush.route, nowMs }));
    }
    await Promise.all(writes);
  }

  #endInDigest(channel: Channel, digest: OpenDigest, message: GateMessage): void {
    this.#record('deduplicated', message, TOLD_LATER);
    digest.groups.delete(keyHash(message.key));
    for (const alert of message.alerts)
      digest.ended.set(alert.fingerprint, { alert, groupKey: message.flush.groupKey });
    this.#closeDigest(channel, message);
    this.#store(channel);
  }

  /** Once nothing of it is left, one message tells that it is over. */
  #closeDigest(channel: Channel, last: GateMessage): void {
    const { digest } = channel;
    const nowMs = this.#options.clock.now();
    if (digest === undefined) return;
    if (digest.groups.size > 0 && nowMs - digest.sinceMs < DIGEST_OPEN_MS) return;
    channel.digest = undefined;
    const integration = this.#integrationOf(channel);
    if (integration?.sendResolved !== true) return;
    const { groupKey, sinceMs, ended } = digest;
    const keys = new Map([...ended].map(([fingerprint, end]) => [fingerprint, end.groupKey]));
    const over = [...ended.values()].map(({ alert }) => alert).sort(compareAlerts);
    const alerts = [digestEndAlert(channel.receiver, sinceMs, nowMs), ...over];
    this.#track(this.#deliver(integration, last, groupKey, alerts, keys));
  }

  #track(work: Promise<unknown>): void {
    this.#plan?.track(work.then(() => undefined));
  }

  #record(kind: 'limited' | 'deduplicated', { flush, integration, alerts }: GateMessage, detail: string): void {
    const { clock, events } = this.#options;
    const { route, groupKey } = flush;
    const timeMs = clock.now();
    const to = integrationText(integration);
    for (const { fingerprint } of alerts)
      events.record({ timeMs, kind, fingerprint, groupKey, receiver: route.receiver, integration: to, detail });
  }

  #store(channel: Channel): void {
    const { state, clock, logger } = this.#options;
    const record = { kind: KIND, key: channel.name, timeMs: clock.now(), actor: 'notifier', payload: channel.toJson() };
    const work = state.append([record]).catch((error: unknown) => {
      logger.warn('the rate limit of a receiver was not stored; a restart begins it anew', { error });
    });
    this.#track(work);
  }
}

function abort({ stopping, request }: Delivery): void {
  stopping.abort();
  request.abort();
}

function hasNews(message: GateMessage, before: GateMessage): boolean {
  const known = new Set(before.alerts.map(({ fingerprint }) => fingerprint));
  return message.alerts.some(({ fingerprint }) => !known.has(fingerprint));
}

function newer(alert: Alert, current: Alert | undefined): Alert {
  return current !== undefined && current.updatedAtMs > alert.updatedAtMs ? current : alert;
}

function uniqueAlerts(groups: readonly Held[]): Alert[] {
  const found = new Map<string, Alert>();
  for (const { alerts } of groups) for (const alert of alerts) found.set(alert.fingerprint, alert);
  return [...found.values()].sort(compareAlerts);
}
