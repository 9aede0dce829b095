/** Alerts as the rules of this server have them, under the fingerprints by which the rest of alerting knows them. */
import { Labels } from '@sightline/model';
import type { Alert } from '../../rules/evaluate/alert.ts';
import { AlertingRule } from '../../rules/evaluate/alerting-rule.ts';
import { Turns } from '../../rules/evaluate/turns.ts';
import type { GroupStatus } from '../../rules/live/group-loop.ts';
import type { AlertingRuleSpec } from '../../rules/rule-file/types.ts';
import { fingerprintOf } from '../fingerprint.ts';

/** The rule manager, as far as its alerts are concerned. */
export interface RuleAlertSource {
  readonly externalLabels: Labels;
  /** Another object after each change of the configuration. */
  readonly configuration: object;
  /** The labels that an alert is told with, the external ones among them; undefined when it is told to nobody. */
  toldLabels(labels: Labels): Labels | undefined;
  groups(): readonly GroupStatus[];
}

export interface RuleAlert {
  readonly alert: Alert;
  readonly spec: AlertingRuleSpec;
  readonly group: GroupStatus;
  readonly fingerprint: string;
  /** That it is told with. */
  readonly labels: Labels;
}

interface Identity {
  readonly external: Labels;
  readonly configuration: object;
  readonly labels: Labels;
  readonly fingerprint: string;
}

export class RuleAlerts {
  readonly #source: RuleAlertSource;
  /** An alert keeps its labels for life; what it is told with changes with a reload. */
  readonly #identities = new WeakMap<Alert, Identity>();

  constructor(source: RuleAlertSource) {
    this.#source = source;
  }

  get groups(): readonly GroupStatus[] {
    return this.#source.groups();
  }

  /** Pending and firing ones by fingerprint. Of two rules that give the same alert, the firing one counts. */
  async active(): Promise<Map<string, RuleAlert>> {
    const found = new Map<string, RuleAlert>();
    const turns = new Turns();
    for (const group of this.groups) {
      for (const { rule } of group.rules) {
        if (!(rule instanceof AlertingRule)) continue;
        for (const alert of rule.activeAlerts()) {
          if (turns.isOver()) await turns.next();
          const { fingerprint, labels } = this.#identityOf(alert);
          if (found.get(fingerprint)?.alert.state === 'firing') continue;
          found.set(fingerprint, { alert, spec: rule.spec, group, fingerprint, labels });
        }
      }
    }
    return found;
  }

  /** The first alerting rule of a name. */
  named(name: string): Pick<RuleAlert, 'spec' | 'group'> | undefined {
    for (const group of this.groups) {
      for (const { rule } of group.rules) {
        if (rule instanceof AlertingRule && rule.spec.name === name) return { spec: rule.spec, group };
      }
    }
    return undefined;
  }

  #identityOf(alert: Alert): Identity {
    const { externalLabels: external, configuration } = this.#source;
    const known = this.#identities.get(alert);
    if (known?.external === external && known.configuration === configuration) return known;
    const own = external.size === 0 ? alert.labels : Labels.fromPairs([...external, ...alert.labels]);
    const labels = this.#source.toldLabels(own) ?? own;
    const identity = { external, configuration, labels, fingerprint: fingerprintOf(labels) };
    this.#identities.set(alert, identity);
    return identity;
  }
}
