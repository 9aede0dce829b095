/** `sightline check config|prometheus FILE...`: every mistake of a configuration file, with its place and its fix. */
import type { Command } from 'commander';
import type { CheckResult, Diagnostic } from '@sightline/server';
import type { CliContext } from '../context.ts';
import { EXIT, ExitRequest } from '../errors.ts';
import { addCheckAlertmanagerCommand } from './check-alertmanager.ts';
import { addCheckRulesCommand } from './check-rules.ts';

interface CheckOptions {
  readonly json?: true;
}

const EXAMPLES = `
Exit code: 0 when every file is right (warnings are allowed), 1 otherwise.

Examples:
  sightline check config sightline.yml
  sightline check prometheus prometheus.yml
  sightline check prometheus --json prometheus.yml | jq '.[].message'`;

const KINDS = {
  config: 'check sightline.yml and the files it names, rule files included',
  prometheus: 'check prometheus.yml and the files it names, rule files included, as Prometheus 3 would',
} as const;

type Kind = keyof typeof KINDS;

export function addCheckCommand(program: Command, context: CliContext): void {
  const group = program.command('check').description('check configuration files without starting anything');
  for (const kind of Object.keys(KINDS) as Kind[]) {
    group
      .command(kind)
      .description(KINDS[kind])
      .argument('<file...>', 'files to check')
      .option('--json', 'print the findings as a JSON array')
      .addHelpText('after', EXAMPLES)
      .action((files: string[], options: CheckOptions) => check(kind, files, options, context));
  }
  addCheckRulesCommand(group, context);
  addCheckAlertmanagerCommand(group, context);
}

async function check(kind: Kind, files: readonly string[], { json }: CheckOptions, context: CliContext): Promise<void> {
  const { checkFiles, renderDiagnostics } = await import('@sightline/server');
  const checked = await checkFiles(kind, files, { env: context.env });
  const { ok, diagnostics, sources, summary } = await withRuleFiles(await withAlerting(checked));
  if (json) context.stdout(`${JSON.stringify(diagnostics, undefined, 2)}\n`);
  else {
    context.stderr(renderDiagnostics(diagnostics, sources, context.render));
    for (const line of summary) context.stdout(`${line}\n`);
    context.stderr(countLine(diagnostics));
  }
  if (!ok) throw new ExitRequest(EXIT.failure);
}

/** The same with what sightline.yml and the alertmanager.yml it names say about alerting. */
async function withAlerting(checked: CheckResult): Promise<CheckResult> {
  if (checked.alerting.length === 0) return checked;
  const { checkAlertingFiles } = await import('@sightline/server/alertmanager');
  const reports = checked.alerting.map((files) => checkAlertingFiles(files));
  const isValid = reports.every((report) => report.isValid);
  return {
    ...checked,
    ok: checked.ok && isValid,
    diagnostics: [...checked.diagnostics, ...reports.flatMap((report) => report.diagnostics)],
    sources: new Map([...reports.flatMap((report) => [...report.sources]), ...checked.sources]),
    summary: isValid ? checked.summary : [],
  };
}

/** The same with what is in the rule files that a configuration names. */
async function withRuleFiles({ ok, diagnostics, sources, summary, ruleFiles }: CheckResult) {
  if (ruleFiles.length === 0) return { ok, diagnostics, sources, summary };
  const { checkRuleFile } = await import('@sightline/server/rules');
  const reports = [...new Set(ruleFiles)].map((file) => checkRuleFile(file));
  return {
    ok: ok && reports.every(({ isValid }) => isValid),
    diagnostics: [...diagnostics, ...reports.flatMap((report) => report.diagnostics)],
    sources: new Map([...sources, ...reports.flatMap((report) => [...report.sources])]),
    summary: [
      ...summary,
      ...reports.flatMap(({ file, isValid, rules }) => (isValid ? [`SUCCESS: ${file}: ${rules} rules found`] : [])),
    ],
  };
}

function countLine(diagnostics: readonly Diagnostic[]): string {
  if (diagnostics.length === 0) return '';
  const count = (severity: Diagnostic['severity']) => {
    const found = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
    return `${found} ${severity}${found === 1 ? '' : 's'}`;
  };
  return `\n${count('error')}, ${count('warning')}\n`;
}
