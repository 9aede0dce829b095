/**
 * Alertmanager in the process: alerts come in, routes group them, what is not held back goes to receivers. The configuration can be
 * exchanged at any time; alerts, silences and what was already told stay.
 */
import type { Labels } from '@sightline/model';
import type { Clock } from '../lib/clock.ts';
import type { StateStore } from '../storage/state-store.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { MetricsRegistry } from '../telemetry/registry.ts';
import { type Alert, createAlert, isResolvedAt } from './alert.ts';
import { Beyond } from './beyond/beyond.ts';
import { type BeyondConfig, NOTHING_BEYOND } from './beyond/config/types.ts';
import type { InhibitRuleConfig, RouteConfig, TimeInterval } from './config/types.ts';
import type { AlertEventSink } from './events/alert-event.ts';
import type { AlertGroup } from './group/alert-group.ts';
import { Dispatcher } from './group/dispatcher.ts';
import { type Inhibition, Inhibitor } from './inhibit/inhibitor.ts';
import { containsTime } from './intervals/time-interval.ts';
import { type NotificationEntry, NotificationLog } from './notification-log/notification-log.ts';
import type { DeliverySink } from './notify/deliveries.ts';
import { Notifier } from './notify/notifier.ts';
import type { Receiver } from './receivers/receiver.ts';
import { Route } from './route/route.ts';
import type { Silence } from './silence/silence.ts';
import { Silences } from './silence/silences.ts';
import { AlertJournal } from './store/alert-journal.ts';
import { AlertStore } from './store/alert-store.ts';
import { EndWatch } from './store/end-watch.ts';
import { Intake } from './store/intake.ts';
import { restoreAlerts } from './store/restore.ts';

export interface AlertManagerOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly state: StateStore;
  readonly events: AlertEventSink;
  readonly deliveries?: DeliverySink;
  readonly maxAlerts: number;
  /** How long the rules here may need after a restart until an alert of theirs fires again, in ms; undefined for others' alerts. */
  readonly returnMs?: (labels: Labels) => number | undefined;
  readonly registry?: MetricsRegistry;
}

/** What a configuration file says, with the integrations built. */
export interface AlertManagerPlan {
  readonly route: RouteConfig;
  readonly inhibitRules: readonly InhibitRuleConfig[];
  readonly timeIntervals: ReadonlyMap<string, readonly TimeInterval[]>;
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly resolveTimeoutMs: number;
  /** `alerting` of sightline.yml. */
  readonly beyond?: BeyondConfig;
}

/** An alert as somebody reports it. */
export interface AlertReport {
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Unix ms. Missing: now, or the end. */
  readonly startsAtMs: number | undefined;
  /** Missing: firing, and resolved when nobody repeats it for resolve_timeout. */
  readonly endsAtMs: number | undefined;
  readonly generatorUrl: string;
}

/** What holds an alert back now. */
export interface Suppression {
  readonly inhibitedBy: readonly Inhibition[];
  readonly silencedBy: readonly Silence[];
}

interface Running {
  readonly plan: AlertManagerPlan;
  readonly route: Route;
  readonly inhibitor: Inhibitor;
  readonly dispatcher: Dispatcher;
  readonly unsubscribe: () => void;
}

export class AlertManager {
  readonly alerts: AlertStore;
  readonly silences: Silences;
  /** Acknowledgements, escalations, rate limits, incidents. */
  readonly beyond: Beyond;
  readonly #options: AlertManagerOptions;
  readonly #intake: Intake | undefined;
  readonly #log: NotificationLog;
  readonly #journal: AlertJournal;
  readonly #ends: EndWatch;
  readonly #work = new Set<Promise<void>>();
  #running: Running;

  private constructor(
    options: AlertManagerOptions,
    state: Pick<AlertManager, 'silences' | 'beyond'> & {
      readonly log: NotificationLog;
      readonly journal: AlertJournal;
    },
    plan: AlertManagerPlan,
  ) {
    this.#options = options;
    this.silences = state.silences;
    this.beyond = state.beyond;
    this.#log = state.log;
    this.#journal = state.journal;
    this.alerts = this.#restoreAlerts(plan);
    const { registry, logger, maxAlerts } = options;
    if (registry !== undefined)
      this.#intake = new Intake({ registry, logger, maxAlerts, size: () => this.alerts.size });
    this.#ends = new EndWatch({ clock: options.clock, onEnd: (alert) => this.#ended(alert) });
    this.alerts.subscribe((alert) => {
      this.#ends.see(alert);
      this.#journal.see(alert);
    });
    this.#running = this.#start(plan);
  }

  static async open(options: AlertManagerOptions, plan: AlertManagerPlan): Promise<AlertManager> {
    const { state, clock } = options;
    const silences = await Silences.open(state, clock);
    const log = await NotificationLog.open(state, clock);
    const beyond = await Beyond.open(options);
    const journal = await AlertJournal.open(options);
    return new AlertManager(options, { silences, log, beyond, journal }, plan);
  }

  get route(): Route {
    return this.#running.route;
  }

  /** By name. */
  get receivers(): ReadonlyMap<string, Receiver> {
    return this.#running.plan.receivers;
  }

  /** How long an alert without an end of its own fires after its last report. */
  get resolveTimeoutMs(): number {
    return this.#running.plan.resolveTimeoutMs;
  }

  get groups(): Iterable<AlertGroup> {
    return this.#running.dispatcher.groups();
  }

  /** Takes a report. False: there are too many alerts already. */
  receive(report: AlertReport): boolean {
    const nowMs = this.#options.clock.now();
    const { labels, annotations, generatorUrl } = report;
    const isTimeout = report.endsAtMs === undefined;
    const alert = createAlert({
      labels,
      annotations,
      generatorUrl,
      isTimeout,
      startsAtMs: report.startsAtMs ?? report.endsAtMs ?? nowMs,
      endsAtMs: report.endsAtMs ?? nowMs + this.#running.plan.resolveTimeoutMs,
      updatedAtMs: nowMs,
    });
    if (!this.alerts.hasRoomFor(alert.fingerprint)) {
      this.#intake?.refused();
      return false;
    }
    this.#recordState(alert, nowMs);
    this.#intake?.taken(isResolvedAt(alert, nowMs));
    return this.alerts.put(alert);
  }

  suppression(labels: Labels): Suppression {
    const { clock } = this.#options;
    return {
      inhibitedBy: this.#running.inhibitor.inhibitions(labels, clock.now()),
      silencedBy: this.silences.silencing(labels),
    };
  }

  /** What an integration was last told of a group. @param key as notificationKey gives it */
  told(key: string): NotificationEntry | undefined {
    return this.#log.get(key);
  }

  /** The time intervals that keep a route quiet now: those that mute it, or all it is active in when it is in none of them. */
  mutedBy({ activeTimeIntervals, muteTimeIntervals }: Route, atMs = this.#options.clock.now()): readonly string[] {
    const { timeIntervals } = this.#running.plan;
    const isNow = (name: string) => (timeIntervals.get(name) ?? []).some((interval) => containsTime(interval, atMs));
    if (activeTimeIntervals.length > 0 && !activeTimeIntervals.some(isNow)) return activeTimeIntervals;
    return muteTimeIntervals.filter(isNow);
  }

  /**
   * Takes a new configuration over. Groups form anew; what receivers were told is remembered. Resolves when the last message of the
   * old one was answered or given up: only then its integrations may be closed.
   */
  reload(plan: AlertManagerPlan): Promise<void> {
    this.#stop();
    const old = Promise.all(this.#work);
    this.#running = this.#start(plan);
    return old.then(() => undefined);
  }

  /** Resolves when nothing is being delivered. */
  async settled(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  async close(): Promise<void> {
    this.#stop();
    this.beyond.close();
    await this.settled();
    await this.beyond.closed();
    this.#ends.close();
    this.alerts.close();
    await this.#journal.close();
    this.silences.close();
    this.#log.close();
  }

  #start(plan: AlertManagerPlan): Running {
    const { clock, random, logger, events, deliveries } = this.#options;
    const route = new Route(plan.route);
    const inhibitor = new Inhibitor(plan.inhibitRules);
    const { silences, beyond, alerts } = this;
    const { receivers, timeIntervals } = plan;
    const log = this.#log;
    const notifier = new Notifier({
      clock,
      random,
      logger,
      inhibitor,
      silences,
      log,
      events,
      deliveries,
      receivers,
      timeIntervals,
      gate: beyond.gate,
    });
    const track = (work: Promise<void>) => this.#track(work);
    const dispatcher = new Dispatcher({ clock, notifier, route, events, track });
    const config = plan.beyond ?? NOTHING_BEYOND;
    const current = (fingerprint: string) => alerts.get(fingerprint);
    beyond.start({ config, log, inhibitor, silences, notifier, route, receivers, timeIntervals, track, current });
    const unsubscribe = alerts.subscribe((alert) => {
      inhibitor.see(alert, clock.now());
      dispatcher.dispatch(alert);
      beyond.see(alert);
    });
    return { plan, route, inhibitor, dispatcher, unsubscribe };
  }

  #stop(): void {
    this.#running.unsubscribe();
    this.#running.dispatcher.stop();
    this.beyond.stop();
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#work.delete(tracked));
    this.#work.add(tracked);
  }

  /** What an earlier process wrote down. */
  #restoreAlerts({ resolveTimeoutMs }: AlertManagerPlan): AlertStore {
    const { clock, maxAlerts, returnMs = () => undefined } = this.#options;
    const initial = restoreAlerts(this.#journal.entries(), {
      nowMs: clock.now(),
      resolveTimeoutMs,
      returnMs,
      told: this.#log.entries(),
    });
    const kept = new Set(initial.map(({ fingerprint }) => fingerprint));
    const dropped = [...this.#journal.entries()].map(({ alert }) => alert.fingerprint).filter((key) => !kept.has(key));
    this.#journal.forget(dropped);
    return new AlertStore({ clock, maxAlerts, initial, onForget: (over) => this.#journal.forget(over) });
  }

  /** Nobody repeated it. */
  #ended(alert: Alert): void {
    this.#journal.see(alert);
    this.#recordChange('resolved', alert, alert.endsAtMs);
  }

  #recordState(alert: Alert, nowMs: number): void {
    const known = this.alerts.get(alert.fingerprint);
    const isResolved = isResolvedAt(alert, nowMs);
    const wasFiring = known !== undefined && !isResolvedAt(known, nowMs);
    if (isResolved ? wasFiring : !wasFiring) this.#recordChange(isResolved ? 'resolved' : 'firing', alert, nowMs);
  }

  #recordChange(kind: 'firing' | 'resolved', alert: Alert, timeMs: number): void {
    this.#options.events.record({
      timeMs,
      kind,
      fingerprint: alert.fingerprint,
      groupKey: '',
      receiver: '',
      integration: '',
      detail: `since ${new Date(alert.startsAtMs).toISOString()}`,
      labels: alert.labels,
    });
  }
}
