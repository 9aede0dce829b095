/**
 * Scenarios made up by chance: route trees, streams of alerts, inhibition, silences, receivers that refuse. The same seed gives the
 * same. Everything that is posted falls on whole units, every flush between them, so that both sides see one order.
 */
import {
  type AlertSpec,
  type InhibitSpec,
  RESOLVE_TIMEOUT,
  type RouteSpec,
  type Scenario,
  type Step,
} from './scenario.ts';

const LABELS: Readonly<Record<string, readonly string[]>> = {
  alertname: ['A', 'B', 'C'],
  job: ['x', 'y', ''],
  severity: ['page', 'ticket', ''],
  instance: ['1', '2'],
};
const RECEIVERS = ['one', 'two', 'three'];
const INTERVALS = {
  always: [{ times: [{ start_time: '00:00', end_time: '24:00' }] }],
  never: [{ years: ['2000:2001'] }],
};
const FOREVER = 100;

export interface GenerateOptions {
  readonly seed: number;
  readonly count: number;
  /** Units. */
  readonly lastPost: number;
  /** With another route after a reload; then as cases/reloading.ts says. */
  readonly isReloaded?: boolean;
}

export function generatedScenarios({ seed, count, lastPost, isReloaded = false }: GenerateOptions): Scenario[] {
  return Array.from({ length: count }, (_, index) => new Generator(seed + index).scenario(lastPost, isReloaded));
}

/** Longer than anything can have fired before the reload, and than anything that is reported after it. */
const PATIENCE = 4.5;

function patient(route: RouteSpec): RouteSpec {
  const { routes = [], group_interval = 1 } = route;
  return { ...route, group_wait: PATIENCE, group_interval, routes: routes.map(patient) };
}

/**
 * What fires since when and until when unless it is reported again. What is over begins anew: an old alert would make a new group
 * tell at once, at the moment of a post and so of the next posts.
 */
type Firing = Map<string, { readonly since: number; readonly until: number }>;

function keyOf(labels: Readonly<Record<string, string>>, at: number): string {
  return JSON.stringify([at, labels]);
}

class Generator {
  readonly #seed: number;
  #state: number;

  constructor(seed: number) {
    this.#seed = seed;
    this.#state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  }

  scenario(lastPost: number, isReloaded: boolean): Scenario {
    const receivers = Object.fromEntries(RECEIVERS.map((name) => [name, this.#webhooks()]));
    return {
      name: `seed-${this.#seed}`,
      route: { ...this.#route(0), receiver: 'one', group_wait: 0.5, group_interval: 1, repeat_interval: 100 },
      ...(isReloaded && { routeAfterReload: patient({ ...this.#route(0), receiver: 'two', repeat_interval: 100 }) }),
      receivers,
      intervals: INTERVALS,
      inhibit: isReloaded ? [] : this.#some(2, () => this.#inhibit()),
      steps: this.#steps(lastPost, isReloaded ? PATIENCE : Number.POSITIVE_INFINITY),
    };
  }

  #webhooks(): { send_resolved: boolean; max_alerts: number }[] {
    return this.#some(2, () => ({ send_resolved: this.#is(0.7), max_alerts: this.#of([0, 0, 1, 2]) }));
  }

  #route(depth: number): RouteSpec {
    const groupBy = this.#of([['alertname'], ['job', 'alertname'], ['...'], [], ['severity']]);
    const isQuiet = depth > 0 && this.#is(0.15);
    return {
      ...(this.#is(0.8) && { group_by: groupBy }),
      ...(this.#is(0.5) && { receiver: this.#of(RECEIVERS) }),
      ...(depth > 0 && { matchers: this.#matchers() }),
      ...(depth > 0 && this.#is(0.4) && { continue: true }),
      ...(this.#is(0.4) && { group_wait: this.#of([0.5, 1.5, 2.5]) }),
      ...(this.#is(0.4) && { group_interval: this.#of([1, 2, 3]) }),
      ...(this.#is(0.3) && { repeat_interval: this.#of([1.5, 2.5, 4.5]) }),
      ...(isQuiet && { mute_time_intervals: [this.#of(['always', 'never'])] }),
      ...(depth > 0 && this.#is(0.15) && { active_time_intervals: [this.#of(['always', 'never'])] }),
      ...(depth < 3 && { routes: this.#some(3 - depth, () => this.#route(depth + 1)) }),
    };
  }

  #inhibit(): InhibitSpec {
    return {
      source_matchers: this.#matchers(),
      target_matchers: this.#matchers(),
      equal: this.#some(2, () => this.#name()),
    };
  }

  /** @param oldest an alert that fires longer is not reported again: a group that waits would tell in the middle of the post */
  #steps(lastPost: number, oldest: number): Step[] {
    const steps: Step[] = [];
    const fires: Firing = new Map();
    /** When what has no end of its own times out: whether a report of that moment is in time is up to chance. */
    const timeouts = new Set<string>();
    for (let at = 0; at <= lastPost; at++) {
      const reported = this.#some(4, () => this.#labels());
      const alerts = reported
        .filter((labels) => !timeouts.has(keyOf(labels, at)))
        .filter((labels) => at - (fires.get(JSON.stringify(labels))?.since ?? at) < oldest)
        .map((labels) => this.#alert(labels, at, fires));
      for (const { labels, endsAt } of alerts) {
        if (endsAt === undefined) timeouts.add(keyOf(labels, at + RESOLVE_TIMEOUT));
      }
      const refused = Object.fromEntries(this.#some(1, () => [`${this.#of(RECEIVERS)}/0`, this.#of([400, 403, 200])]));
      const last = Object.fromEntries(RECEIVERS.map((name) => [`${name}/0`, 200]));
      steps.push({ at, alerts, ...(this.#is(0.2) && { answers: refused }), ...(at === lastPost && { answers: last }) });
      if (this.#is(0.25)) steps.push({ at, silence: this.#silence(at) });
    }
    return steps;
  }

  #alert(labels: Readonly<Record<string, string>>, at: number, fires: Firing): AlertSpec {
    const key = JSON.stringify(labels);
    const known = fires.get(key);
    const since = known !== undefined && known.until > at ? known.since : undefined;
    const annotations = { text: this.#of(['m', 'n']) };
    if (since !== undefined && this.#is(0.5)) {
      fires.delete(key);
      return { labels, annotations, startsAt: since, endsAt: at };
    }
    const startsAt = { startsAt: since ?? at };
    // Without an end it lasts as long as resolve_timeout; with one of its own, until then.
    const end = this.#of<{ endsAt?: number }>([{}, { endsAt: FOREVER }, { endsAt: FOREVER }, { endsAt: at + 2 }]);
    fires.set(key, { since: since ?? at, until: end.endsAt ?? at + RESOLVE_TIMEOUT });
    return { labels, annotations, ...(this.#is(0.7) && startsAt), ...end };
  }

  #silence(at: number): NonNullable<Step['silence']> {
    const from = this.#of([at, at, at + 1]);
    return { ref: `s${at}`, matchers: [this.#matcher('')], from, to: from + this.#of([1, 3, 8]) };
  }

  #labels(): Record<string, string> {
    const entries = Object.entries(LABELS).map(([name, values]): [string, string] => [name, this.#of(values)]);
    return Object.fromEntries(entries.filter(([, value]) => value !== ''));
  }

  #matchers(): string[] {
    const count = this.#of([1, 1, 2]);
    return Array.from({ length: count }, () => this.#matcher('"'));
  }

  #matcher(quote: string): string {
    const name = this.#name();
    const [value = '', other = ''] = [this.#of(LABELS[name] ?? []), this.#of(LABELS[name] ?? [])];
    return this.#of([
      `${name}=${quote}${value}${quote}`,
      `${name}=${quote}${value}${quote}`,
      `${name}!=${quote}${value}${quote}`,
      `${name}=~${quote}${value}|${other}${quote}`,
      `${name}!~${quote}${value || '.+'}${quote}`,
    ]);
  }

  #name(): string {
    return this.#of(Object.keys(LABELS));
  }

  #some<T>(most: number, make: () => T): T[] {
    return Array.from({ length: Math.floor(this.#random() * (most + 1)) }, make);
  }

  #of<T>(values: readonly T[]): T {
    return values[Math.floor(this.#random() * values.length)] as T;
  }

  #is(share: number): boolean {
    return this.#random() < share;
  }

  /** mulberry32 */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let value = this.#state;
    value = Math.imul(value ^ (value >>> 15), value | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  }
}
