/** Inhibition rules that can never mute anything, or hardly ever what was meant. */
import type { ReadInhibitRule } from '../inhibit-rules.ts';
import { contradict, implies, possibleValues } from './implication.ts';

/** @param areAlertsKnown another lint compares the rules with the names and labels of the alerts that will come */
export function lintInhibitRules(rules: readonly ReadInhibitRule[], areAlertsKnown: boolean): void {
  for (const rule of rules) {
    const reason = reasonOf(rule);
    if (reason === undefined) {
      if (!areAlertsKnown) lintSameName(rule);
      continue;
    }
    const { cursor } = rule.reader;
    const at = rule.reader.at('equal');
    const span = reason.isEqual ? at?.key : cursor.node.kind === 'map' ? cursor.node.entries[0]?.key : undefined;
    (reason.isEqual ? (at ?? cursor) : cursor).warn({
      code: 'alertmanager/dead-inhibition',
      message: `this rule can never mute an alert: ${reason.message}`,
      hint: reason.hint,
      ...(span === undefined ? {} : { span }),
    });
  }
}

/** Most alerts have one severity: the critical one and the warning have different names. */
function lintSameName({ config, reader }: ReadInhibitRule): void {
  const { sourceMatchers, targetMatchers, equal } = config;
  const named = [...sourceMatchers, ...targetMatchers].some(({ name }) => name === 'alertname');
  const at = reader.at('equal');
  if (at === undefined || named || !equal.includes('alertname')) return;
  at.warn({
    code: 'alertmanager/same-name-inhibition',
    message:
      '`equal` wants the same `alertname`: an alert is muted only by one of its own name, not by those of other rules',
    hint: 'remove `alertname` from `equal` when rules of different severity have different names; --rules FILE tells whether they have',
    ...(at.key === undefined ? {} : { span: at.key }),
  });
}

interface Reason {
  readonly message: string;
  readonly hint: string;
  readonly isEqual?: true;
}

function reasonOf({ config }: ReadInhibitRule): Reason | undefined {
  const { sourceMatchers, targetMatchers, equal } = config;
  if (contradict(sourceMatchers))
    return { message: 'its source matchers cannot all be true', hint: 'change or remove one of them' };
  if (contradict(targetMatchers))
    return { message: 'its target matchers cannot all be true', hint: 'change or remove one of them' };
  for (const name of equal) {
    if (haveCommonValue(config, name)) continue;
    const hint =
      name === 'alertname'
        ? "remove `alertname` from `equal`: it names one alert; use labels that both have, such as `['cluster', 'namespace']`"
        : `remove \`${name}\` from \`equal\`, or from the matchers`;
    return {
      message: `\`equal\` wants the same \`${name}\`, and source and target have different ones`,
      hint,
      isEqual: true,
    };
  }
  if (sourceMatchers.length > 0 && implies(sourceMatchers, targetMatchers) && implies(targetMatchers, sourceMatchers)) {
    const hint = 'let the matchers differ, for example in `severity`';
    return { message: 'source and target match the same alerts, and those do not mute each other', hint };
  }
  return undefined;
}

/** False when the label cannot have one value in both. */
function haveCommonValue({ sourceMatchers, targetMatchers }: ReadInhibitRule['config'], name: string): boolean {
  return possibleValues([...sourceMatchers, ...targetMatchers], name)?.length !== 0;
}
