/**
 * Incidents: alerts that begin within a window and have a value of one of the correlation labels in common. An alert that shares a
 * value with two incidents makes them one. Kept in memory: alerts of a restart are put together again by when they began.
 */
import type { AlertIncident } from '@sightline/api-types';
import { type Alert, compareAlerts } from '../alert.ts';
import type { CorrelationConfig } from './config/types.ts';

interface Incident {
  readonly id: string;
  /** Of the first alert. */
  readonly startedMs: number;
  /** `service=checkout` of all alerts that ever belonged to it. */
  readonly values: Set<string>;
  readonly alerts: Map<string, Alert>;
  /** It had company once, so it stays an incident. */
  isShared: boolean;
}

export class Incidents {
  #config: CorrelationConfig;
  readonly #byValue = new Map<string, Set<Incident>>();
  readonly #byAlert = new Map<string, Incident>();

  constructor(config: CorrelationConfig) {
    this.#config = config;
  }

  /** Takes another configuration over; alerts have to be shown again. */
  configure(config: CorrelationConfig): void {
    this.#config = config;
    this.#byValue.clear();
    this.#byAlert.clear();
  }

  /** Takes note of an alert that fires. */
  see(alert: Alert): void {
    const known = this.#byAlert.get(alert.fingerprint);
    if (known !== undefined) {
      known.alerts.set(alert.fingerprint, alert);
      return;
    }
    const values = this.#valuesOf(alert);
    if (values.length === 0) return;
    const [first, ...others] = this.#near(alert, values);
    const incident = first ?? this.#open(alert);
    for (const other of others) this.#merge(other, incident);
    this.#add(alert, incident, values);
  }

  /** The alert is over. */
  end(fingerprint: string): void {
    const incident = this.#byAlert.get(fingerprint);
    this.#byAlert.delete(fingerprint);
    incident?.alerts.delete(fingerprint);
    if (incident?.alerts.size === 0) this.#close(incident);
  }

  /** Undefined for an alert alone. */
  idOf(fingerprint: string): string | undefined {
    const incident = this.#byAlert.get(fingerprint);
    return incident?.isShared === true ? incident.id : undefined;
  }

  /** The newest first. */
  list(): AlertIncident[] {
    return [...new Set(this.#byAlert.values())]
      .filter(({ isShared }) => isShared)
      .sort((a, b) => b.startedMs - a.startedMs || (a.id < b.id ? -1 : 1))
      .map((incident) => {
        const alerts = [...incident.alerts.values()].sort((a, b) => a.startsAtMs - b.startsAtMs || compareAlerts(a, b));
        const { id, startedMs } = incident;
        const fingerprints = alerts.map(({ fingerprint }) => fingerprint);
        return { id, title: this.#title(alerts), startedMs, fingerprints };
      });
  }

  #valuesOf({ labels }: Alert): string[] {
    return this.#config.labels.flatMap((name) => (labels.get(name) === '' ? [] : [`${name}=${labels.get(name)}`]));
  }

  /** Incidents it belongs to, the oldest first. */
  #near({ startsAtMs }: Alert, values: readonly string[]): Incident[] {
    const found = new Set(values.flatMap((value) => [...(this.#byValue.get(value) ?? [])]));
    return [...found]
      .filter(({ startedMs }) => Math.abs(startsAtMs - startedMs) <= this.#config.windowMs)
      .sort((a, b) => a.startedMs - b.startedMs);
  }

  #open({ fingerprint, startsAtMs }: Alert): Incident {
    const id = `${fingerprint}-${startsAtMs.toString(36)}`;
    return { id, startedMs: startsAtMs, values: new Set(), alerts: new Map(), isShared: false };
  }

  #add(alert: Alert, incident: Incident, values: Iterable<string>): void {
    incident.alerts.set(alert.fingerprint, alert);
    this.#byAlert.set(alert.fingerprint, incident);
    if (incident.alerts.size > 1) incident.isShared = true;
    for (const value of values) {
      incident.values.add(value);
      const incidents = this.#byValue.get(value);
      if (incidents === undefined) this.#byValue.set(value, new Set([incident]));
      else incidents.add(incident);
    }
  }

  #merge(from: Incident, to: Incident): void {
    this.#close(from);
    for (const alert of from.alerts.values()) this.#add(alert, to, from.values);
  }

  #close(incident: Incident): void {
    for (const value of incident.values) {
      const incidents = this.#byValue.get(value);
      incidents?.delete(incident);
      if (incidents?.size === 0) this.#byValue.delete(value);
    }
  }

  /** What most of them share; of as many, the label that the configuration names first. */
  #title(alerts: readonly Alert[]): string {
    const counts = new Map<string, number>();
    for (const alert of alerts)
      for (const value of this.#valuesOf(alert)) counts.set(value, (counts.get(value) ?? 0) + 1);
    const rank = (value: string) => this.#config.labels.findIndex((name) => value.startsWith(`${name}=`));
    const [best] = [...counts].sort(([a, countA], [b, countB]) => countB - countA || rank(a) - rank(b));
    return best?.[0] ?? '';
  }
}
