/** An alert manager with a clock that tests move, and receivers that write down what they get. */
import { Labels, Matcher, type MatchOp } from '@sightline/model';
import { TestClock } from '../../lib/testing/test-clock.ts';
import { MemoryStateStore } from '../../storage/testing/memory-state-store.ts';
import { createLogger } from '../../telemetry/create-logger.ts';
import type { MetricsRegistry } from '../../telemetry/registry.ts';
import { isResolvedAt } from '../alert.ts';
import { AlertManager, type AlertManagerPlan } from '../alert-manager.ts';
import type { RouteConfig } from '../config/types.ts';
import type { AlertEvent } from '../events/alert-event.ts';
import type { Integration, Notification, Receiver } from '../receivers/receiver.ts';

export const START_MS = Date.UTC(2026, 2, 2, 12, 0, 0);

/** One message as a test compares it: seconds since START_MS, receiver, and the alerts with their state. */
export interface Told {
  readonly atSeconds: number;
  readonly receiver: string;
  readonly group: string;
  readonly alerts: readonly string[];
}

export interface RigOptions {
  readonly plan: Partial<AlertManagerPlan> & { readonly route: RouteConfig };
  readonly sendResolved?: boolean;
  /** Throws to refuse a message; a promise is the answer that the message waits for once it was heard. */
  readonly onSend?: (notification: Notification, signal: AbortSignal) => void | Promise<void>;
  readonly state?: MemoryStateStore;
  readonly startMs?: number;
  readonly registry?: MetricsRegistry;
}

export function routeConfig(fields: Partial<RouteConfig>): RouteConfig {
  return {
    receiver: undefined,
    groupBy: undefined,
    groupWaitMs: undefined,
    groupIntervalMs: undefined,
    repeatIntervalMs: undefined,
    matchers: [],
    continue: false,
    muteTimeIntervals: [],
    activeTimeIntervals: [],
    routes: [],
    ...fields,
  };
}

export function matcher(text: string): Matcher {
  const [, name = '', op = '=', value = ''] = /^(\w+)(=~|!~|!=|=)(.*)$/.exec(text) ?? [];
  return new Matcher(name, op as MatchOp, value);
}

export class AlertRig {
  readonly clock: TestClock;
  readonly state: MemoryStateStore;
  readonly told: Told[];
  readonly events: readonly AlertEvent[];
  readonly manager: AlertManager;
  readonly #planOf: (plan: RigOptions['plan']) => AlertManagerPlan;

  private constructor(
    parts: Pick<AlertRig, 'clock' | 'state' | 'told' | 'events' | 'manager'>,
    makePlan: (plan: RigOptions['plan']) => AlertManagerPlan,
  ) {
    this.#planOf = makePlan;
    this.clock = parts.clock;
    this.state = parts.state;
    this.told = parts.told;
    this.events = parts.events;
    this.manager = parts.manager;
  }

  static async start(options: RigOptions): Promise<AlertRig> {
    const clock = new TestClock(options.startMs ?? START_MS);
    const state = options.state ?? new MemoryStateStore();
    const events: AlertEvent[] = [];
    const told: Told[] = [];
    const tell: Tell = async (notification, signal) => {
      const answer = options.onSend?.(notification, signal);
      told.push(toldOf(notification, clock.now()));
      await answer;
    };
    const makePlan = (plan: RigOptions['plan']) => planOf({ ...options, plan }, tell);
    const manager = await AlertManager.open(
      {
        clock,
        state,
        random: () => 0.5,
        logger: createLogger({ level: 'error', format: 'text', write: () => undefined }),
        events: { record: (event) => events.push(event) },
        maxAlerts: 10_000,
        ...(options.registry === undefined ? {} : { registry: options.registry }),
      },
      makePlan(options.plan),
    );
    return new AlertRig({ clock, state, told, events, manager }, makePlan);
  }

  /** Reports an alert; `endsIn` seconds from now, 0 to resolve it. */
  report(labels: Record<string, string>, endsIn?: number, startsAtMs?: number): void {
    const nowMs = this.clock.now();
    this.manager.receive({
      labels: Labels.fromObject(labels),
      annotations: Labels.EMPTY,
      startsAtMs,
      endsAtMs: endsIn === undefined ? undefined : nowMs + endsIn * 1000,
      generatorUrl: '',
    });
  }

  reload(plan: RigOptions['plan']): void {
    void this.manager.reload(this.#planOf(plan));
  }

  advance(seconds: number): Promise<void> {
    return this.clock.advance(seconds * 1000, nextTurn);
  }

  /** What was told since the last call. */
  take(): Told[] {
    return this.told.splice(0);
  }
}

/** Receivers of the rig answer at once, so a turn of the event loop is enough for everything a timer started. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

type Tell = (notification: Notification, signal: AbortSignal) => Promise<void>;

function planOf(options: RigOptions, tell: Tell): AlertManagerPlan {
  const { plan } = options;
  const receivers = new Map<string, Receiver>();
  const steps = plan.beyond?.escalations.flatMap((escalation) => escalation.steps) ?? [];
  for (const name of new Set([...receiverNames(plan.route), ...steps.map(({ receiver }) => receiver)])) {
    const integration: Integration = {
      name: 'webhook',
      index: 0,
      sendResolved: options.sendResolved ?? true,
      send: tell,
    };
    receivers.set(name, { name, integrations: [integration] });
  }
  return { inhibitRules: [], timeIntervals: new Map(), resolveTimeoutMs: 300_000, receivers, ...plan };
}

function receiverNames(route: RouteConfig): Set<string> {
  const names = new Set(route.receiver === undefined ? [] : [route.receiver]);
  for (const child of route.routes) for (const name of receiverNames(child)) names.add(name);
  return names;
}

function toldOf({ receiver, groupLabels, alerts, nowMs }: Notification, atMs: number): Told {
  return {
    atSeconds: (atMs - START_MS) / 1000,
    receiver,
    group: groupLabels.toString(),
    alerts: alerts.map((alert) => `${alert.labels.get('alertname')} ${isResolvedAt(alert, nowMs) ? 'ok' : 'firing'}`),
  };
}
