/**
 * A scenario: alerts, silences and answers of receivers at given moments, under one route of a shared alertmanager.yml. Moments and
 * durations are in units, so that all scenarios run side by side at a speed the machine can keep.
 */

/** When a scenario was played, and how fast. */
export interface Timeline {
  /** Unix ms. */
  readonly startMs: number;
  /** How long a unit takes. Posts fall on whole units, flushes on half ones: either may be late by almost half a unit. */
  readonly unitMs: number;
}

export interface RouteSpec {
  readonly receiver?: string;
  readonly matchers?: readonly string[];
  /** The form before `matchers`. */
  readonly match?: Readonly<Record<string, string>>;
  readonly match_re?: Readonly<Record<string, string>>;
  readonly group_by?: readonly string[];
  /** Units. */
  readonly group_wait?: number;
  readonly group_interval?: number;
  readonly repeat_interval?: number;
  readonly continue?: boolean;
  readonly mute_time_intervals?: readonly string[];
  readonly active_time_intervals?: readonly string[];
  readonly routes?: readonly RouteSpec[];
}

export interface WebhookSpec {
  readonly send_resolved?: boolean;
  readonly max_alerts?: number;
}

export interface InhibitSpec {
  readonly source_matchers?: readonly string[];
  readonly target_matchers?: readonly string[];
  readonly source_match?: Readonly<Record<string, string>>;
  readonly target_match_re?: Readonly<Record<string, string>>;
  readonly equal?: readonly string[];
}

export interface AlertSpec {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Units since the start; missing: left to the server. */
  readonly startsAt?: number;
  /** Units since the start; missing: left to resolve_timeout. */
  readonly endsAt?: number;
}

export interface SilenceSpec {
  /** Names it for later steps; one that exists is changed. */
  readonly ref: string;
  readonly matchers: readonly string[];
  /** Units since the start. */
  readonly from: number;
  readonly to: number;
}

export interface Step {
  /** Units since the start. */
  readonly at: number;
  readonly alerts?: readonly AlertSpec[];
  readonly silence?: SilenceSpec;
  readonly expire?: string;
  /** How a receiver answers from now on; `receiver/index`. */
  readonly answers?: Readonly<Record<string, number>>;
}

export interface Scenario {
  readonly name: string;
  readonly route: RouteSpec;
  /** After the reload of the suite; missing: the same. */
  readonly routeAfterReload?: RouteSpec;
  readonly receivers: Readonly<Record<string, readonly WebhookSpec[]>>;
  readonly inhibit?: readonly InhibitSpec[];
  /** Bodies of time intervals, the names of this scenario's own. */
  readonly intervals?: Readonly<Record<string, readonly object[]>>;
  readonly steps: readonly Step[];
  /** Tries of a failing receiver come at random times: how late the answer that succeeds may be, in units. */
  readonly tolerance?: number;
}

/** Resolve_timeout of every configuration, in units. */
export const RESOLVE_TIMEOUT = 3;

export interface ConfigOptions {
  readonly receiverUrl: string;
  readonly unitMs: number;
  readonly isReloaded?: boolean;
}

/** alertmanager.yml, as the JSON that is YAML too. */
export function configOf(
  scenarios: readonly Scenario[],
  { receiverUrl, unitMs, isReloaded = false }: ConfigOptions,
): string {
  const receivers = scenarios.flatMap(({ name, receivers: own }) =>
    Object.entries(own).map(([receiver, webhooks]) => ({
      name: `${name}.${receiver}`,
      webhook_configs: webhooks.map((webhook, index) => ({
        ...webhook,
        url: `${receiverUrl}/${name}/${receiver}/${index}`,
      })),
    })),
  );
  const intervals = scenarios.flatMap(({ name, intervals: own = {} }) =>
    Object.entries(own).map(([interval, bodies]) => ({ name: `${name}.${interval}`, time_intervals: bodies })),
  );
  return JSON.stringify(
    {
      global: { resolve_timeout: duration(RESOLVE_TIMEOUT, unitMs) },
      route: {
        receiver: 'nobody',
        routes: scenarios.map((scenario) => {
          const { route, routeAfterReload = route, name } = scenario;
          const own = routeOf(isReloaded ? routeAfterReload : route, name, unitMs);
          return { ...own, matchers: [`scenario="${name}"`, ...(own.matchers ?? [])] };
        }),
      },
      receivers: [{ name: 'nobody' }, ...receivers],
      inhibit_rules: scenarios.flatMap(({ name, inhibit = [] }) => inhibit.map((rule) => inhibitOf(rule, name))),
      ...(intervals.length > 0 && { time_intervals: intervals }),
    },
    undefined,
    1,
  );
}

interface RouteYaml {
  readonly matchers?: readonly string[];
}

function routeOf(spec: RouteSpec, scenario: string, unitMs: number): RouteYaml {
  const { group_wait, group_interval, repeat_interval, mute_time_intervals, active_time_intervals } = spec;
  const { receiver, routes, ...rest } = spec;
  return {
    ...rest,
    ...(receiver !== undefined && { receiver: `${scenario}.${receiver}` }),
    ...(group_wait !== undefined && { group_wait: duration(group_wait, unitMs) }),
    ...(group_interval !== undefined && { group_interval: duration(group_interval, unitMs) }),
    ...(repeat_interval !== undefined && { repeat_interval: duration(repeat_interval, unitMs) }),
    ...(mute_time_intervals && { mute_time_intervals: mute_time_intervals.map((name) => `${scenario}.${name}`) }),
    ...(active_time_intervals && { active_time_intervals: active_time_intervals.map((name) => `${scenario}.${name}`) }),
    ...(routes && { routes: routes.map((child) => routeOf(child, scenario, unitMs)) }),
  };
}

function inhibitOf(rule: InhibitSpec, scenario: string): object {
  const own = `scenario="${scenario}"`;
  return {
    ...rule,
    source_matchers: [own, ...(rule.source_matchers ?? [])],
    target_matchers: [own, ...(rule.target_matchers ?? [])],
  };
}

function duration(units: number, unitMs: number): string {
  return `${Math.round(units * unitMs)}ms`;
}
