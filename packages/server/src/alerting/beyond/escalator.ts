/**
 * Escalation: when nobody acknowledges an alert for so long, the receiver of a step hears of it, too. Each step is told once, through
 * groups of its own that go the way of every notification: silences, inhibition, retries, notification log. Steps are told again
 * when alerts join or resolve, not by a repeat interval; a further step is the reminder.
 */
import { formatDuration } from '@sightline/model';
import type { Clock, Timer } from '../../lib/clock.ts';
import { type Alert, isResolvedAt } from '../alert.ts';
import type { TimeInterval } from '../config/types.ts';
import type { AlertEventSink } from '../events/alert-event.ts';
import { AlertGroup } from '../group/alert-group.ts';
import type { Inhibitor } from '../inhibit/inhibitor.ts';
import { containsTime } from '../intervals/time-interval.ts';
import type { NotificationLog } from '../notification-log/notification-log.ts';
import { type Notifier, notificationKey } from '../notify/notifier.ts';
import type { Receiver } from '../receivers/receiver.ts';
import { Route } from '../route/route.ts';
import { isSilencing } from '../silence/silence.ts';
import type { Silences } from '../silence/silences.ts';
import type { EscalationConfig, EscalationStepConfig } from './config/types.ts';
import type { Episodes } from './episodes.ts';

/** Between two looks at what keeps a step that is due from being taken. */
const RECHECK_MS = 10_000;
const COLLECT_MS = 30_000;
/** How soon a step is tried again, and the end of an alert is told. */
const GROUP_INTERVAL_MS = 60_000;
/** An alert that nobody acknowledged in five days is told again; the notification log keeps entries twice as long. */
const REPEAT_MS = 5 * 86_400_000;

export interface EscalatorParts {
  readonly clock: Clock;
  readonly escalations: readonly EscalationConfig[];
  readonly episodes: Episodes;
  readonly log: NotificationLog;
  readonly events: AlertEventSink;
  readonly inhibitor: Inhibitor;
  readonly silences: Silences;
  readonly notifier: Notifier;
  /** The root: an alert escalates with those that it is grouped with. */
  readonly route: Route;
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly timeIntervals: ReadonlyMap<string, readonly TimeInterval[]>;
  readonly track: (work: Promise<void>) => void;
}

interface Step extends EscalationStepConfig {
  readonly escalation: EscalationConfig;
  readonly index: number;
  readonly key: string;
  readonly route: Route;
}

export class Escalator {
  readonly #parts: EscalatorParts;
  readonly #steps: ReadonlyMap<EscalationConfig, readonly Step[]>;
  /** Alerts with steps that are not taken yet. */
  readonly #open = new Set<string>();
  /** Those that were silenced or inhibited when a step was due. */
  readonly #held = new Set<string>();
  readonly #groups = new Map<string, AlertGroup>();
  /** The groups that an alert is in, by key of the step. */
  readonly #groupsOf = new Map<string, Map<string, AlertGroup>>();
  /** By fingerprint, while the alert fires. */
  readonly #stepsByAlert = new Map<string, readonly Step[]>();
  #timer: Timer | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;

  constructor(parts: EscalatorParts) {
    this.#parts = parts;
    this.#steps = new Map(
      parts.escalations.map((escalation) => [escalation, escalation.steps.map(toStep(escalation))]),
    );
  }

  /** Takes a report over, before its episode ends with it: who was told hears of the end. */
  seeEnd(alert: Alert): void {
    if (!isResolvedAt(alert, this.#parts.clock.now())) return;
    for (const group of this.#groupsOf.get(alert.fingerprint)?.values() ?? []) group.insert(alert);
  }

  /** Takes a report over. */
  see(alert: Alert): void {
    if (this.#parts.episodes.alert(alert.fingerprint) !== undefined) this.#follow(alert);
  }

  /** Its acknowledgement changed. */
  recheck(fingerprint: string): void {
    const { episodes } = this.#parts;
    const alert = episodes.alert(fingerprint);
    if (alert === undefined) return;
    this.#follow(alert);
    if (episodes.marks(fingerprint).acknowledgement === undefined) return;
    for (const [key, group] of this.#groupsOf.get(fingerprint) ?? []) {
      if (this.#isTold(fingerprint, group.key, group.route.receiver)) continue;
      group.remove(fingerprint);
      this.#groupsOf.get(fingerprint)?.delete(key);
    }
  }

  /** The alert is over. */
  end(fingerprint: string): void {
    this.#open.delete(fingerprint);
    this.#held.delete(fingerprint);
    this.#groupsOf.delete(fingerprint);
    this.#stepsByAlert.delete(fingerprint);
  }

  stop(): void {
    this.#timer?.cancel();
    for (const group of this.#groups.values()) group.stop();
  }

  #follow(alert: Alert): void {
    const { episodes, clock } = this.#parts;
    const { fingerprint } = alert;
    const steps = this.#stepsOf(alert);
    if (steps.length === 0) return;
    const marks = episodes.marks(fingerprint);
    if (marks.escalatesFromMs === undefined) episodes.note(fingerprint, { ...marks, escalatesFromMs: clock.now() });
    for (const step of steps) if (marks.steps?.[step.key] !== undefined) this.#join(step, alert);
    if (steps.every(({ key }) => marks.steps?.[key] !== undefined)) return;
    this.#open.add(fingerprint);
    this.#wakeAt(this.#nextDueMs(fingerprint, clock.now()));
  }

  #stepsOf({ fingerprint, labels }: Alert): readonly Step[] {
    let found = this.#stepsByAlert.get(fingerprint);
    if (found === undefined) {
      found = [...this.#steps].flatMap(([{ matchers }, steps]) =>
        matchers.every((matcher) => matcher.matches(labels.get(matcher.name))) ? steps : [],
      );
      this.#stepsByAlert.set(fingerprint, found);
    }
    return found;
  }

  #wakeAt(timeMs: number): void {
    if (timeMs >= this.#timerAtMs) return;
    const { clock } = this.#parts;
    this.#timer?.cancel();
    this.#timerAtMs = timeMs;
    this.#timer = clock.setTimer(timeMs - clock.now(), () => this.#run());
  }

  /** A step that is due and was not taken waits for something. */
  #nextDueMs(fingerprint: string, nowMs: number): number {
    const { episodes } = this.#parts;
    const alert = episodes.alert(fingerprint);
    const { acknowledgement, escalatesFromMs = nowMs, steps = {} } = episodes.marks(fingerprint);
    if (alert === undefined || acknowledgement !== undefined) return Number.POSITIVE_INFINITY;
    let nextMs = Number.POSITIVE_INFINITY;
    for (const { key, afterMs } of this.#stepsOf(alert)) {
      if (steps[key] !== undefined) continue;
      const dueMs = escalatesFromMs + afterMs;
      nextMs = Math.min(nextMs, dueMs > nowMs ? dueMs : nowMs + RECHECK_MS);
    }
    return nextMs;
  }

  #run(): void {
    const nowMs = this.#parts.clock.now();
    this.#timerAtMs = Number.POSITIVE_INFINITY;
    const steps = [...this.#steps.values()].flat();
    const active = new Set(steps.filter((step) => this.#isActive(step, nowMs)));
    for (const fingerprint of this.#open) this.#escalate(fingerprint, active, nowMs);
    for (const [key, group] of this.#groups) {
      if (!group.isEmpty) continue;
      group.stop();
      this.#groups.delete(key);
    }
    let nextMs = this.#groups.size > 0 ? nowMs + COLLECT_MS : Number.POSITIVE_INFINITY;
    for (const fingerprint of this.#open) nextMs = Math.min(nextMs, this.#nextDueMs(fingerprint, nowMs));
    this.#wakeAt(nextMs);
  }

  #escalate(fingerprint: string, active: ReadonlySet<Step>, nowMs: number): void {
    const { episodes } = this.#parts;
    const alert = episodes.alert(fingerprint);
    if (alert === undefined) {
      this.end(fingerprint);
      return;
    }
    if (episodes.marks(fingerprint).acknowledgement !== undefined) return;
    const isLeft = ({ key }: Step) => episodes.marks(fingerprint).steps?.[key] === undefined;
    const isDue = ({ afterMs }: Step) => (episodes.marks(fingerprint).escalatesFromMs ?? nowMs) + afterMs <= nowMs;
    const left = this.#stepsOf(alert).filter(isLeft);
    const due = left.filter((step) => isDue(step) && active.has(step));
    if (due.length === 0 || this.#isHeld(alert)) return;
    for (const step of due) this.#take(step, alert, nowMs);
    if (!left.some(isLeft)) this.#open.delete(fingerprint);
  }

  /** Until nothing holds it back nobody has heard of the alert: what is due counts from then. */
  #isHeld({ fingerprint, labels }: Alert): boolean {
    const { episodes, inhibitor, silences, clock } = this.#parts;
    const nowMs = clock.now();
    const marks = episodes.marks(fingerprint);
    if (silences.silencing(labels).length > 0 || inhibitor.inhibitions(labels, nowMs).length > 0) {
      this.#held.add(fingerprint);
      return true;
    }
    const freedMs = this.#held.delete(fingerprint) ? nowMs : this.#lastSilenceEndMs(labels);
    if (freedMs <= (marks.escalatesFromMs ?? 0)) return false;
    episodes.note(fingerprint, { ...marks, escalatesFromMs: freedMs });
    return true;
  }

  #lastSilenceEndMs(labels: Alert['labels']): number {
    let endMs = 0;
    for (const silence of this.#parts.silences) {
      const { startsAtMs, endsAtMs } = silence;
      if (startsAtMs < endsAtMs && endsAtMs > endMs && isSilencing(silence, labels)) endMs = endsAtMs;
    }
    return Math.min(endMs, this.#parts.clock.now());
  }

  #isActive({ activeTimeIntervals }: Step, nowMs: number): boolean {
    if (activeTimeIntervals.length === 0) return true;
    const { timeIntervals } = this.#parts;
    return activeTimeIntervals.some((name) =>
      (timeIntervals.get(name) ?? []).some((interval) => containsTime(interval, nowMs)),
    );
  }

  #take(step: Step, alert: Alert, nowMs: number): void {
    const { episodes, events } = this.#parts;
    const { fingerprint } = alert;
    const marks = episodes.marks(fingerprint);
    episodes.note(fingerprint, { ...marks, steps: { ...marks.steps, [step.key]: nowMs } });
    const group = this.#join(step, alert);
    events.record({
      timeMs: nowMs,
      kind: 'escalated',
      fingerprint,
      groupKey: group?.key ?? '',
      receiver: step.receiver,
      integration: '',
      detail: `step ${step.index + 1} of ${step.escalation.name}: not acknowledged for ${formatDuration(step.afterMs)}`,
    });
  }

  /** Into the group of the step, so that its receiver hears of the alert and of its end. */
  #join(step: Step, alert: Alert): AlertGroup | undefined {
    const { clock, notifier, route, track, episodes } = this.#parts;
    const { fingerprint } = alert;
    const joined = this.#groupsOf.get(fingerprint)?.get(step.key);
    if (joined !== undefined) {
      joined.insert(alert);
      return joined;
    }
    const [ownRoute = route] = route.match(alert.labels);
    const labels = ownRoute.groupLabels(alert.labels);
    const key = `escalation:${step.route.groupKey(labels)}:${step.key}`;
    const isAcknowledged = episodes.marks(fingerprint).acknowledgement !== undefined;
    if (isAcknowledged && !this.#isTold(fingerprint, key, step.receiver)) return undefined;
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = new AlertGroup({ clock, notifier, route: step.route, labels, track, key });
      this.#groups.set(key, group);
      this.#wakeAt(clock.now() + COLLECT_MS);
    }
    group.insert(alert);
    const groups = this.#groupsOf.get(fingerprint);
    if (groups === undefined) this.#groupsOf.set(fingerprint, new Map([[step.key, group]]));
    else groups.set(step.key, group);
    return group;
  }

  #isTold(fingerprint: string, groupKey: string, receiver: string): boolean {
    const { log, receivers } = this.#parts;
    const integrations = receivers.get(receiver)?.integrations ?? [];
    return integrations.some((integration) =>
      log.get(notificationKey(groupKey, receiver, integration))?.firing.includes(fingerprint),
    );
  }
}

function toStep(escalation: EscalationConfig): (step: EscalationStepConfig, index: number) => Step {
  return (step, index) => {
    const route = new Route({
      receiver: step.receiver,
      groupBy: undefined,
      groupWaitMs: 0,
      groupIntervalMs: GROUP_INTERVAL_MS,
      repeatIntervalMs: REPEAT_MS,
      matchers: [],
      continue: false,
      muteTimeIntervals: [],
      activeTimeIntervals: [],
      routes: [],
    });
    return { ...step, escalation, index, key: `${escalation.name}/${index}`, route };
  };
}
