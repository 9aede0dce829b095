/** Alerts without a runbook: whoever is woken up has to find out what to do. */
import type { Diagnostic } from '../../../lib/diagnostic.ts';
import type { RulePlaces } from '../load.ts';
import { added } from './added.ts';

const NAMES: ReadonlySet<string> = new Set(['runbook_url', 'runbook', 'runbook_uri', 'playbook']);

/** One finding for each alert; a single one for a file in which no alert has any. */
export function lintRunbooks(places: readonly RulePlaces[]): readonly Diagnostic[] {
  const alerts = places.filter(({ spec }) => spec.kind === 'alerting');
  const bare = alerts.filter(
    ({ spec }) => spec.kind === 'alerting' && !spec.annotations.some(([name]) => NAMES.has(name)),
  );
  const [first] = bare;
  if (first !== undefined && bare.length === alerts.length && alerts.length > 1)
    return reportAt(first, `none of the ${alerts.length} alerts of this file has a runbook`);
  return bare.flatMap((rule) => reportAt(rule, `the alert \`${rule.spec.name}\` has no runbook`));
}

function reportAt(rule: RulePlaces, message: string): readonly Diagnostic[] {
  return added(rule, () =>
    rule.reader.at('alert')?.warn({
      code: 'rules/missing-runbook',
      message,
      hint: 'add the annotation `runbook_url`: the page that says what to do when it fires',
    }),
  );
}
