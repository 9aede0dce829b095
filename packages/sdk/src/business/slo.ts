/**
 * A service level objective seen from inside the process: events, error budget and burn rates as gauges, with the windows of
 * multi-window alerts (Google SRE Workbook, "Alerting on SLOs"). A process knows what it served since its start; over restarts
 * and instances, rules compute the same from `slo_events_total` and `slo_good_events_total`.
 */
import { Problems } from '../lib/problems.ts';
import { CounterFamily } from '../metrics/counter.ts';
import type { Registry } from '../metrics/registry.ts';
import { EventWindow } from '../lib/event-window.ts';

/** Events that something counts already: a function, or the series of a counter. */
export type SloEvents =
  | (() => number)
  | {
      readonly counter: { readonly name: string };
      /** Which series count; all unless given. Labels without a value are the empty text. */
      readonly where?: ((labels: Readonly<Record<string, string>>) => boolean) | undefined;
    };

export interface SloOptions {
  /** Label `slo` of all its metrics, e.g. `checkout-availability`. */
  name: string;
  /** Part of events that must be good, above 0 and below 1, e.g. 0.999. */
  target: number;
  /** Over how long: a number and m, h or d, e.g. `30d`; the default. */
  window?: string | undefined;
  /** Good events so far, when something else counts them; together with `total`. Read at each scrape. */
  good?: SloEvents | undefined;
  /** All events so far. */
  total?: SloEvents | undefined;
  /** Windows of `slo_burn_rate`: `5m`, `30m`, `1h`, `6h`. At most 8. */
  burnWindows?: readonly string[] | undefined;
  /** Milliseconds since 1970; for tests. */
  now?: (() => number) | undefined;
}

export interface Slo {
  /** Counts an event. Not with `good` and `total`, which count already: then it throws. */
  record(isGood: boolean): void;
  /** 1 uses the budget up exactly at the end of the window; 14.4 in two days of thirty. 0 without events. */
  burnRate(window: string): number;
  /** Part of the error budget that is left: 1 untouched, 0 used up, below 0 overdrawn. 1 without events. */
  budgetRemaining(): number;
}

const BURN_WINDOWS = ['5m', '30m', '1h', '6h'];
const MAX_WINDOWS = 8;
const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * Watches an objective in `registry`: `slo_target_ratio`, `slo_burn_rate{slo,window}`, `slo_error_budget_remaining_ratio`,
 * `slo_good_events_total`, `slo_events_total`.
 *
 * @throws ObserveError that lists every option it can't use.
 * @example
 * const availability = slo(sightline.metrics, { name: 'checkout', target: 0.999, window: '30d' });
 * availability.record(response.status < 500);
 *
 * const counter = sightline.metrics.counter('http_requests_total', '', { labels: ['method', 'route', 'status'] });
 * const good = { counter, where: ({ status }) => !status.startsWith('5') };
 * slo(sightline.metrics, { name: 'availability', target: 0.999, good, total: { counter } });
 */
export function slo(registry: Registry, options: SloOptions): Slo {
  const now = options.now ?? Date.now;
  const { windowMs, burns } = check(options);
  const { good, total, record } = source(registry, options);
  const allowed = 1 - options.target;
  const budget = new EventWindow(windowMs);
  const rates = burns.map(({ label, lengthMs }) => ({ label, events: new EventWindow(lengthMs) }));
  const burnOf = (events: EventWindow, goodSoFar: number, totalSoFar: number): number => {
    const [goodEvents, all] = events.read(now(), goodSoFar, totalSoFar);
    return all <= 0 ? 0 : Math.max(0, all - goodEvents) / all / allowed;
  };
  // The numbers of now are where every window begins.
  for (const events of [budget, ...rates.map((rate) => rate.events)]) burnOf(events, good(), total());

  const labels = ['slo'] as const;
  registry
    .gauge('slo_target_ratio', 'Part of events that must be good', { labels })
    .labels(options.name)
    .set(options.target);
  const remaining = registry
    .gauge('slo_error_budget_remaining_ratio', 'Error budget that is left since the start of the process', { labels })
    .labels(options.name);
  const burning = registry.gauge('slo_burn_rate', 'Use of the error budget; 1 uses it up in the whole window', {
    labels: ['slo', 'window'],
  });
  const shown = rates.map(({ label, events }) => ({ events, gauge: burning.labels(options.name, label) }));
  registry.onCollect(() => {
    const goodSoFar = good();
    const totalSoFar = total();
    remaining.set(1 - burnOf(budget, goodSoFar, totalSoFar));
    for (const { events, gauge } of shown) gauge.set(burnOf(events, goodSoFar, totalSoFar));
  });
  return {
    record,
    burnRate(window) {
      const rate = rates.find(({ label }) => label === window);
      return rate === undefined ? 0 : burnOf(rate.events, good(), total());
    },
    budgetRemaining: () => 1 - burnOf(budget, good(), total()),
  };
}

interface Source {
  good(): number;
  total(): number;
  record(isGood: boolean): void;
}

/** Who counts the events: the caller's functions, or counters of the objective's own. */
function source(registry: Registry, options: SloOptions): Source {
  const labels = ['slo'] as const;
  if (options.good !== undefined && options.total !== undefined) {
    const record = () => {
      throw new Error(`slo ${options.name} reads its events from good and total: record() can't count them as well`);
    };
    return { good: reader(options.good), total: reader(options.total), record };
  }
  const goodEvents = registry.counter('slo_good_events_total', 'Good events', { labels }).labels(options.name);
  const allEvents = registry.counter('slo_events_total', 'Events that count', { labels }).labels(options.name);
  let good = 0;
  let total = 0;
  return {
    good: () => good,
    total: () => total,
    record(isGood) {
      total++;
      allEvents.inc();
      if (!isGood) return;
      good++;
      goodEvents.inc();
    },
  };
}

function reader(events: SloEvents): () => number {
  if (typeof events === 'function') return events;
  const { counter, where } = events;
  // Switched off, a counter is another class and counts nothing.
  return counter instanceof CounterFamily ? () => sumOf(counter, where) : () => 0;
}

function sumOf(counter: CounterFamily, where: ((labels: Record<string, string>) => boolean) | undefined): number {
  let sum = 0;
  for (const [values, series] of counter.series()) {
    if (where !== undefined && !where(labelled(counter.labelNames, values))) continue;
    sum += counter.chunkOf(series).values[counter.indexOf(series)] as number;
  }
  return sum;
}

function labelled(names: readonly string[], values: readonly string[]): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [index, name] of names.entries()) labels[name] = values[index] ?? '';
  return labels;
}

function check(options: SloOptions): { windowMs: number; burns: { label: string; lengthMs: number }[] } {
  const problems = new Problems();
  if (!(options.target > 0 && options.target < 1))
    problems.add('target', `${options.target} must be above 0 and below 1, e.g. 0.999 for 99.9 %`);
  if ((options.good === undefined) !== (options.total === undefined))
    problems.add('good', 'good and total are given together or not at all');
  const length = (path: string, text: string): number => {
    const [, digits = '', unit = ''] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
    const lengthMs = Number(digits) * (UNITS[unit] ?? 0);
    if (lengthMs === 0) problems.add(path, `${JSON.stringify(text)} must be a number and s, m, h, d or w, e.g. 30d`);
    return lengthMs;
  };
  const windowMs = length('window', options.window ?? '30d');
  const labels = options.burnWindows ?? BURN_WINDOWS;
  if (labels.length > MAX_WINDOWS) problems.add('burnWindows', `at most ${MAX_WINDOWS}`);
  const burns = labels.map((label, index) => ({ label, lengthMs: length(`burnWindows[${index}]`, label) }));
  problems.throwIfAny();
  return { windowMs, burns };
}
