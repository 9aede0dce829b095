/**
 * Incidents: alerts that begin within a window and have a value of one of the correlation labels in common. An alert that shares a
 * value with two incidents makes them one. Kept in memory: alerts of a restart are put together again by when they began.
 */
import type { AlertIncident } from '@sightline/api-types';
import { compareStrings } from '@sightline/model';
import type { Alert } from '../alert.ts';
import type { CorrelationConfig } from './config/types.ts';

interface Incident {
  readonly id: string;
  /** Of the first alert. */
  readonly startedMs: number;
  /** `service=checkout` of all alerts that ever belonged to it, with how many of those that fire have it. */
  readonly values: Map<string, number>;
  /** What the alerts that fire have of it, by fingerprint, in the order in which they came. */
  readonly alerts: Map<string, readonly string[]>;
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
    if (this.#byAlert.has(alert.fingerprint)) return;
    const values = this.#valuesOf(alert);
    if (values.length === 0) return;
    const [first, ...others] = this.#near(alert, values);
    const incident = first ?? this.#open(alert);
    for (const other of others) this.#merge(other, incident);
    this.#add(alert.fingerprint, incident, values);
  }

  /** The alert is over. */
  end(fingerprint: string): void {
    const incident = this.#byAlert.get(fingerprint);
    if (incident === undefined) return;
    this.#byAlert.delete(fingerprint);
    for (const value of incident.alerts.get(fingerprint) ?? [])
      incident.values.set(value, (incident.values.get(value) ?? 0) - 1);
    incident.alerts.delete(fingerprint);
    if (incident.alerts.size === 0) this.#close(incident);
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
      .sort((a, b) => b.startedMs - a.startedMs || compareStrings(a.id, b.id))
      .map((incident) => {
        const { id, startedMs, alerts } = incident;
        return { id, title: this.#title(incident), startedMs, fingerprints: [...alerts.keys()] };
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
    return { id, startedMs: startsAtMs, values: new Map(), alerts: new Map(), isShared: false };
  }

  #add(fingerprint: string, incident: Incident, values: readonly string[]): void {
    incident.alerts.set(fingerprint, values);
    this.#byAlert.set(fingerprint, incident);
    if (incident.alerts.size > 1) incident.isShared = true;
    for (const value of values) {
      incident.values.set(value, (incident.values.get(value) ?? 0) + 1);
      this.#index(value, incident);
    }
  }

  #index(value: string, incident: Incident): void {
    const incidents = this.#byValue.get(value);
    if (incidents === undefined) this.#byValue.set(value, new Set([incident]));
    else incidents.add(incident);
  }

  #merge(from: Incident, to: Incident): void {
    this.#close(from);
    for (const [fingerprint, values] of from.alerts) this.#add(fingerprint, to, values);
    // Of those that are over, what came with them still leads here.
    for (const value of from.values.keys()) {
      if (!to.values.has(value)) to.values.set(value, 0);
      this.#index(value, to);
    }
  }

  #close(incident: Incident): void {
    for (const value of incident.values.keys()) {
      const incidents = this.#byValue.get(value);
      incidents?.delete(incident);
      if (incidents?.size === 0) this.#byValue.delete(value);
    }
  }

  /** What most of them share; of as many, the label that the configuration names first. */
  #title({ values }: Incident): string {
    const rank = (value: string) => this.#config.labels.findIndex((name) => value.startsWith(`${name}=`));
    const [best] = [...values].sort(([a, countA], [b, countB]) => countB - countA || rank(a) - rank(b));
    return best?.[0] ?? '';
  }
}
