/**
 * Inhibition: while a source alert fires, targets with the same values of the `equal` labels are not notified about. An alert that
 * is both source and target is not held back by others that are both. Source: Alertmanager inhibit/inhibit.go.
 */
import type { Labels, Matcher } from '@sightline/model';
import { type Alert, isResolvedAt } from '../alert.ts';
import type { InhibitRuleConfig } from '../config/types.ts';

export interface Inhibition {
  /** Which rule of the configuration. */
  readonly rule: number;
  /** The source alert. */
  readonly fingerprint: string;
}

export class Inhibitor {
  readonly #rules: readonly Rule[];

  constructor(rules: readonly InhibitRuleConfig[]) {
    this.#rules = rules.map((rule) => new Rule(rule));
  }

  /** Takes note of an alert, new or changed. */
  see(alert: Alert, nowMs: number): void {
    for (const rule of this.#rules) rule.see(alert, nowMs);
  }

  /** What holds an alert with these labels back; empty when nothing does. */
  inhibitions(labels: Labels, nowMs: number): Inhibition[] {
    return this.#rules.flatMap((rule, index) =>
      rule.sourcesOf(labels, nowMs).map((fingerprint) => ({ rule: index, fingerprint })),
    );
  }
}

class Rule {
  readonly #config: InhibitRuleConfig;
  /** Firing sources by the values of the equal labels. */
  readonly #sources = new Map<string, Map<string, Alert>>();

  constructor(config: InhibitRuleConfig) {
    this.#config = config;
  }

  see(alert: Alert, nowMs: number): void {
    if (!matchesAll(this.#config.sourceMatchers, alert.labels)) return;
    const key = this.#key(alert.labels);
    const sources = this.#sources.get(key);
    if (isResolvedAt(alert, nowMs)) {
      sources?.delete(alert.fingerprint);
      if (sources?.size === 0) this.#sources.delete(key);
    } else if (sources === undefined) this.#sources.set(key, new Map([[alert.fingerprint, alert]]));
    else sources.set(alert.fingerprint, alert);
  }

  sourcesOf(labels: Labels, nowMs: number): string[] {
    const { sourceMatchers, targetMatchers } = this.#config;
    if (!matchesAll(targetMatchers, labels)) return [];
    const key = this.#key(labels);
    const sources = this.#sources.get(key);
    if (sources === undefined) return [];
    const isSourceToo = matchesAll(sourceMatchers, labels);
    const found: string[] = [];
    for (const source of sources.values()) {
      // A source whose end has come without a report stays until somebody asks.
      if (isResolvedAt(source, nowMs)) sources.delete(source.fingerprint);
      else if (!isSourceToo || !matchesAll(targetMatchers, source.labels)) found.push(source.fingerprint);
    }
    if (sources.size === 0) this.#sources.delete(key);
    return found;
  }

  #key(labels: Labels): string {
    return JSON.stringify(this.#config.equal.map((name) => labels.get(name)));
  }
}

function matchesAll(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every((matcher) => matcher.matches(labels.get(matcher.name)));
}
