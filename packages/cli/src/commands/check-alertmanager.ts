/** `sightline check alertmanager FILE...`: amtool's verdict over alertmanager.yml, with the place and the fix of each mistake. */
import { readFileSync } from 'node:fs';
import type { CheckAlertmanagerReport, KnownAlert } from '@sightline/server/alertmanager';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { EXIT, ExitRequest } from '../errors.ts';
import { createJsonApi } from '../json-api.ts';

interface CheckAlertmanagerOptions {
  readonly json?: true;
  readonly rules?: readonly string[];
  readonly server?: string;
}

/** `/api/v1/rules`, as far as it is needed. */
interface RunningRules {
  readonly data: {
    readonly groups: readonly {
      readonly rules: readonly { readonly name: string; readonly labels?: Readonly<Record<string, string>> }[];
    }[];
  };
}

const EXAMPLES = `
Without files, or with "-", the configuration is read from the standard input.

Warnings tell what Alertmanager accepts and what does not work: routes that no alert reaches, receivers no route names, inhibition
rules that never mute, templates that fail when a message is sent.

Exit code: 0 when every file is right (warnings are allowed), 1 otherwise.

Examples:
  sightline check alertmanager alertmanager.yml
  sightline check alertmanager alertmanager.yml --rules rules/*.yml
  sightline check alertmanager alertmanager.yml --server http://127.0.0.1:7070
  sightline check alertmanager --json alertmanager.yml | jq '.[].diagnostics[].message'`;

export function addCheckAlertmanagerCommand(group: Command, context: CliContext): void {
  group
    .command('alertmanager')
    .description('check alertmanager.yml and its template files, as Alertmanager would')
    .argument('[file...]', 'files to check')
    .option('--rules <file...>', 'files of alerting rules: tells which routes and inhibitions they do not meet')
    .option('--server <url>', 'a running server, whose alerting rules are taken beside those of --rules')
    .option('--json', 'print the findings as a JSON array')
    .addHelpText('after', EXAMPLES)
    .action((files: string[], options: CheckAlertmanagerOptions) => checkAlertmanager(files, options, context));
}

async function checkAlertmanager(
  names: readonly string[],
  { json, rules = [], server }: CheckAlertmanagerOptions,
  context: CliContext,
): Promise<void> {
  const { checkAlertmanagerFile } = await import('@sightline/server/alertmanager');
  const alerts = server === undefined ? [] : await runningAlerts(server);
  const reports: CheckAlertmanagerReport[] = [];
  for (const name of names.length === 0 ? ['-'] : names) {
    const report =
      name === '-'
        ? checkAlertmanagerFile('standard input', { text: readFileSync(0, 'utf8'), ruleFiles: rules, alerts })
        : checkAlertmanagerFile(name, { ruleFiles: rules, alerts });
    reports.push(report);
    if (!json) await printReport(report, context);
  }
  if (json) {
    const findings = reports.map(({ file, isValid, diagnostics }) => ({ file, ok: isValid, diagnostics }));
    context.stdout(`${JSON.stringify(findings, undefined, 2)}\n`);
  }
  if (reports.some(({ isValid }) => !isValid)) throw new ExitRequest(EXIT.failure);
}

/** The alerting rules of a server, Sightline or Prometheus. */
async function runningAlerts(server: string): Promise<readonly KnownAlert[]> {
  const { knownAlert } = await import('@sightline/server/alertmanager');
  const { data } = await createJsonApi(server).get<RunningRules>('api/v1/rules?type=alert');
  return data.groups
    .flatMap((group) => group.rules)
    .map(({ name, labels = {} }) => knownAlert({ name, labels: Object.entries(labels) }));
}

async function printReport(report: CheckAlertmanagerReport, context: CliContext): Promise<void> {
  const { renderDiagnostics } = await import('@sightline/server/alertmanager');
  const { file, isValid, diagnostics, sources, summary } = report;
  context.stdout(`Checking ${file}\n`);
  if (!isValid) context.stderr('  FAILED:\n');
  context.stderr(renderDiagnostics(diagnostics, sources, context.render));
  if (isValid) context.stdout(`  SUCCESS: ${summary}\n`);
  context.stdout('\n');
}
