/** Rule files checked and linted, on their own or beside the data and the routes of a server. */
import type { NotifyStatus, RouteEntry } from '@sightline/api-types';
import type { LintFacts } from '@sightline/promql';
import type { CheckRulesReport, Diagnostic, RuleLints } from '@sightline/server/rules';
import { createJsonApi, type JsonApi } from '../json-api.ts';
import { fetchFacts } from './data-facts.ts';
import type { RuleFileFlags } from './rule-file-options.ts';

export interface RuleInput {
  readonly file: string;
  /** Undefined: it cannot be read. */
  readonly text: string | undefined;
}

export interface CheckedRules extends CheckRulesReport {
  /** Of the lint, among the diagnostics. */
  readonly warnings: number;
}

export interface RuleLinter {
  /** Looks up what the files need to know of the server. @throws CliError when it does not answer */
  prepare(files: readonly RuleInput[]): Promise<void>;
  check(file: RuleInput, lintDuplicates: boolean): Promise<CheckedRules>;
}

export async function openRuleLinter(
  lints: RuleLints,
  flags: RuleFileFlags,
  server: string | undefined,
): Promise<RuleLinter> {
  const { checkRuleFile, lintRuleFile, loadRuleFile } = await import('@sightline/server/rules');
  const rulesIn = ({ file, text = '' }: RuleInput) =>
    (loadRuleFile({ ...flags, file, text }).groups ?? []).flatMap(({ rules }) => rules);
  let facts: LintFacts = {};
  let route: RouteEntry | undefined;

  /** Alerts that none of the routes is made for. */
  async function unrouted(input: RuleInput): Promise<Diagnostic[]> {
    if (route === undefined) return [];
    const { knownAlert, unroutedAlerts } = await import('@sightline/server/alertmanager');
    const root = route;
    return rulesIn(input)
      .filter((rule) => rule.kind === 'alerting')
      .filter((rule) => unroutedAlerts(root, [knownAlert(rule)]).length > 0)
      .map(({ name, position }) => ({
        severity: 'warning',
        code: 'rules/unrouted',
        file: input.file,
        start: position,
        message: `only the first route takes the alert \`${name}\`, to \`${root.receiver}\`: its labels match no other`,
        hint: 'give it the labels that routes look for, or add a route',
      }));
  }

  return {
    async prepare(files) {
      if (server === undefined) return;
      const api = createJsonApi(server);
      const rules = files.flatMap(rulesIn);
      const written = rules.filter(({ kind }) => kind === 'recording').map(({ name }) => name);
      facts = await fetchFacts(
        api,
        rules.map(({ expr }) => expr),
        written,
      );
      route = await routeOf(api);
    },
    async check(input, lintDuplicates) {
      const { file, text } = input;
      const report = checkRuleFile(file, { ...flags, lintDuplicates, ...(text !== undefined && { text }) });
      if (!report.isValid || text === undefined) return { ...report, warnings: 0 };
      const found = [...(await lintRuleFile({ ...flags, file, text, lints, facts })), ...(await unrouted(input))];
      return { ...report, diagnostics: [...report.diagnostics, ...found], warnings: found.length };
    },
  };
}

/** Undefined for a Prometheus, which has no routes. */
async function routeOf(api: JsonApi): Promise<RouteEntry | undefined> {
  return (await api.find<NotifyStatus>('api/sightline/v1/notify'))?.route;
}
