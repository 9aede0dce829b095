/**
 * How many messages receivers would have got: the transitions of a backtest go through an Alertmanager of its own, with the running
 * configuration and a clock that runs as fast as it can. Nothing is sent. Silences and alerts of other rules do not take part.
 */
import { Labels } from '@sightline/model';
import { SimulatedClock } from '../../lib/simulated-clock.ts';
import type { Transition } from '../../rules/backtest/firing-log.ts';
import { Turns } from '../../rules/evaluate/turns.ts';
import type { StateStore } from '../../storage/state-store.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { AlertManager } from '../alert-manager.ts';
import type { AlertmanagerConfig } from '../config/types.ts';
import { fingerprintOf } from '../fingerprint.ts';
import type { Notification, Receiver } from '../receivers/receiver.ts';

export interface CounterOptions {
  readonly config: Pick<
    AlertmanagerConfig,
    'route' | 'inhibitRules' | 'timeIntervals' | 'receivers' | 'resolveTimeoutMs'
  >;
  readonly externalLabels: Labels;
  readonly logger: Logger;
  /** What fired before begins to fire now. */
  readonly startMs: number;
}

/** By receiver. */
export type Counts = ReadonlyMap<string, number>;

/** What would be written about a simulation is not. */
const NOTHING_STORED: StateStore = {
  load: async () => [],
  history: async () => [],
  append: async () => undefined,
  remove: async () => undefined,
};
const MAX_ALERTS = 50_000;
const TURN_MS = 4;
/** A firing alert ends when its rule says so. */
const NEVER_MS = Date.UTC(9999, 0, 1);

export class NotificationCounter {
  readonly #clock: SimulatedClock;
  readonly #manager: AlertManager;
  readonly #options: CounterOptions;
  readonly #rules: Map<string, Set<number>>;
  readonly #total: Map<string, number>;
  readonly #byRule: Map<number, Map<string, number>>;

  private constructor(parts: {
    clock: SimulatedClock;
    manager: AlertManager;
    options: CounterOptions;
    rules: Map<string, Set<number>>;
    total: Map<string, number>;
    byRule: Map<number, Map<string, number>>;
  }) {
    this.#clock = parts.clock;
    this.#manager = parts.manager;
    this.#options = parts.options;
    this.#rules = parts.rules;
    this.#total = parts.total;
    this.#byRule = parts.byRule;
  }

  static async open(options: CounterOptions): Promise<NotificationCounter> {
    const clock = new SimulatedClock(options.startMs);
    const rules = new Map<string, Set<number>>();
    const total = new Map<string, number>();
    const byRule = new Map<number, Map<string, number>>();
    const count = ({ receiver, alerts }: Notification): void => {
      add(total, receiver);
      for (const rule of new Set(alerts.flatMap(({ fingerprint }) => [...(rules.get(fingerprint) ?? [])]))) {
        const counts = byRule.get(rule) ?? new Map<string, number>();
        add(counts, receiver);
        byRule.set(rule, counts);
      }
    };
    const { route, inhibitRules, timeIntervals, resolveTimeoutMs, receivers } = options.config;
    const plan = {
      route,
      inhibitRules,
      timeIntervals,
      resolveTimeoutMs,
      receivers: new Map(receivers.map((receiver) => [receiver.name, countingReceiver(receiver, count)])),
    };
    const { logger } = options;
    const manager = await AlertManager.open(
      {
        clock,
        logger,
        random: () => 0.5,
        state: NOTHING_STORED,
        events: { record: () => undefined },
        maxAlerts: MAX_ALERTS,
      },
      plan,
    );
    return new NotificationCounter({ clock, manager, options, rules, total, byRule });
  }

  /** Messages to any receiver; one about alerts of several rules counts once. */
  get total(): Counts {
    return this.#total;
  }

  ofRule(rule: number): Counts {
    return this.#byRule.get(rule) ?? new Map();
  }

  /** Takes what happened up to a time, in order. */
  async take(transitions: readonly Transition[], untilMs: number): Promise<void> {
    const turns = new Turns(TURN_MS);
    const settle = async (): Promise<void> => {
      await this.#manager.settled();
      if (turns.isOver()) await turns.next();
    };
    for (const transition of transitions) {
      await this.#clock.advanceTo(transition.timeMs, settle);
      this.#report(transition);
    }
    await this.#clock.advanceTo(untilMs, settle);
  }

  async close(): Promise<void> {
    await this.#manager.close();
  }

  #report({ rule, labels, isFiring }: Transition): void {
    const timeMs = this.#clock.now();
    const all = Labels.fromPairs([...this.#options.externalLabels, ...labels]);
    const fingerprint = fingerprintOf(all);
    this.#rules.set(fingerprint, (this.#rules.get(fingerprint) ?? new Set()).add(rule));
    this.#manager.receive({
      labels: all,
      annotations: Labels.EMPTY,
      generatorUrl: '',
      startsAtMs: isFiring ? timeMs : undefined,
      endsAtMs: isFiring ? NEVER_MS : timeMs,
    });
  }
}

/** One integration in place of all: a message to a receiver counts once. One without integrations shows what it would get. */
function countingReceiver(
  { name, integrations }: CounterOptions['config']['receivers'][number],
  count: (notification: Notification) => void,
): Receiver {
  const integration = {
    name: 'counter',
    index: 0,
    sendResolved: integrations.some(({ sendResolved }) => sendResolved),
    send: async (notification: Notification) => count(notification),
  };
  return { name, integrations: [integration] };
}

function add(counts: Map<string, number>, receiver: string): void {
  counts.set(receiver, (counts.get(receiver) ?? 0) + 1);
}
