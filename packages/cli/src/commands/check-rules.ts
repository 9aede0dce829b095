/** `sightline check rules FILE...`: promtool's verdict over rule files, with the place and the fix of each mistake. */
import { readFileSync } from 'node:fs';
import type { CheckRulesReport } from '@sightline/server/rules';
import { type Command, Option } from 'commander';
import type { CliContext } from '../context.ts';
import { CliError, EXIT, ExitRequest } from '../errors.ts';
import { addRuleFileOptions, type RuleFileOptions, ruleFileFlags } from './rule-file-options.ts';

interface CheckRulesOptions extends RuleFileOptions {
  readonly lint: string;
  readonly lintFatal?: true;
  readonly json?: true;
}

/** What promtool ends with when only the lint found something. */
const LINT_EXIT = 3;

const LINTS = ['all', 'duplicate-rules', 'none'];

const EXAMPLES = `
Without files, or with "-", the rules are read from the standard input.

Exit code: 0 when every file is right, 1 otherwise; 3 when only the lint found something and --lint-fatal is given.

Examples:
  sightline check rules rules/*.yml
  sightline check rules --lint-fatal rules.yml`;

export function addCheckRulesCommand(group: Command, context: CliContext): void {
  const command = group
    .command('rules')
    .description('check files of recording and alerting rules, as Prometheus 3 would')
    .argument('[file...]', 'files to check')
    .addOption(
      new Option('--lint <names>', `what is looked for besides mistakes: ${LINTS.join(', ')}`).default(
        'duplicate-rules',
      ),
    )
    .option('--lint-fatal', 'what the lint finds fails the check, with exit code 3')
    .option('--json', 'print the findings as a JSON array');
  addRuleFileOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((files: string[], options: CheckRulesOptions) => checkRules(files, options, context));
}

async function checkRules(names: readonly string[], options: CheckRulesOptions, context: CliContext): Promise<void> {
  const { checkRuleFile } = await import('@sightline/server/rules');
  const lints = options.lint.split(',');
  for (const lint of lints) {
    if (!LINTS.includes(lint))
      throw new CliError('usage', `--lint cannot be "${lint}"`, { hint: `choose ${LINTS.join(', ')}` });
  }
  const flags = { ...ruleFileFlags(options, context), lintDuplicates: lints.some((lint) => lint !== 'none') };
  const reports: CheckRulesReport[] = [];
  for (const name of names.length === 0 ? ['-'] : names) {
    const report =
      name === '-'
        ? checkRuleFile('standard input', { ...flags, text: readFileSync(0, 'utf8') })
        : checkRuleFile(name, flags);
    reports.push(report);
    if (!options.json) await printReport(report, context);
  }
  if (options.json) {
    const findings = reports.map(({ file, isValid, rules, diagnostics, lint }) => ({
      file,
      ok: isValid,
      rules,
      diagnostics,
      lint,
    }));
    context.stdout(`${JSON.stringify(findings, undefined, 2)}\n`);
  }
  if (reports.some(({ isValid }) => !isValid)) throw new ExitRequest(EXIT.failure);
  if (options.lintFatal === true && reports.some(({ lint }) => lint !== '')) throw new ExitRequest(LINT_EXIT);
}

async function printReport(report: CheckRulesReport, context: CliContext): Promise<void> {
  const { renderDiagnostics } = await import('@sightline/server/rules');
  context.stdout(`Checking ${report.file}\n`);
  const isFailed = !report.isValid || report.lint !== '';
  if (isFailed) context.stderr('  FAILED:\n');
  context.stderr(renderDiagnostics(report.diagnostics, report.sources, context.render));
  if (report.lint !== '') context.stderr(`${report.lint}\n`);
  if (!isFailed) context.stdout(`  SUCCESS: ${report.rules} rules found\n`);
  context.stdout('\n');
}
