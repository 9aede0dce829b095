/** `sightline check rules FILE...`: promtool's verdict over rule files, with the place and the fix of each mistake. */
import { readFileSync } from 'node:fs';
import type { CheckRulesReport } from '@sightline/server/rules';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { CliError, EXIT, ExitRequest } from '../errors.ts';
import { type CheckedRules, openRuleLinter, type RuleInput } from './rule-linter.ts';
import { addRuleFileOptions, type RuleFileOptions, ruleFileFlags } from './rule-file-options.ts';

interface CheckRulesOptions extends RuleFileOptions {
  readonly lint?: string;
  readonly server?: string;
  readonly lintFatal?: true;
  readonly json?: true;
}

/** What promtool ends with when only the lint found something. */
const LINT_EXIT = 3;

/** Names of promtool, then ours. */
const LINTS = ['all', 'duplicate-rules', 'none', 'expressions', 'templates', 'runbooks'];

const EXAMPLES = `
Without files, or with "-", the rules are read from the standard input.

Beside mistakes, warnings tell what Prometheus accepts and what does not work: counters that are compared as they stand, texts that
name labels which the expression does not keep, alerts without a runbook. With --server also what the data of that server does not
have (metrics, labels, values), and alerts that only the first route of its alertmanager.yml takes.

Exit code: 0 when every file is right, 1 otherwise; 3 when only the lint found something and --lint-fatal is given.

Examples:
  sightline check rules rules/*.yml
  sightline check rules --server http://127.0.0.1:7070 rules.yml
  sightline check rules --lint=all --lint-fatal rules.yml`;

export function addCheckRulesCommand(group: Command, context: CliContext): void {
  const command = group
    .command('rules')
    .description('check files of recording and alerting rules, as Prometheus 3 would')
    .argument('[file...]', 'files to check')
    .option('--lint <names>', `what is looked for besides mistakes (default: all): ${LINTS.join(', ')}`)
    .option('--server <url>', 'a running server, whose data and routes the rules are compared with')
    .option('--lint-fatal', 'what the lint finds fails the check, with exit code 3')
    .option('--json', 'print the findings as a JSON array');
  addRuleFileOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((files: string[], options: CheckRulesOptions) => checkRules(files, options, context));
}

async function checkRules(names: readonly string[], options: CheckRulesOptions, context: CliContext): Promise<void> {
  const lints = (options.lint ?? 'all').split(',');
  for (const lint of lints) {
    if (!LINTS.includes(lint))
      throw new CliError('usage', `--lint cannot be "${lint}"`, { hint: `choose ${LINTS.join(', ')}` });
  }
  const has = (lint: string) => lints.includes('all') || lints.includes(lint);
  const linter = await openRuleLinter(
    { expressions: has('expressions'), templates: has('templates'), runbooks: has('runbooks') },
    ruleFileFlags(options, context),
    options.server,
  );
  const files = (names.length === 0 ? ['-'] : names).map(readInput);
  await linter.prepare(files);
  const reports: CheckedRules[] = [];
  for (const file of files) {
    const report = await linter.check(file, has('duplicate-rules'));
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
  // Without --lint only what promtool looks for is fatal.
  const isFatal = ({ lint, warnings }: CheckedRules) => lint !== '' || (options.lint !== undefined && warnings > 0);
  if (options.lintFatal === true && reports.some(isFatal)) throw new ExitRequest(LINT_EXIT);
}

/** A file that cannot be read has no text; the check says so. */
function readInput(name: string): RuleInput {
  if (name === '-') return { file: 'standard input', text: readFileSync(0, 'utf8') };
  try {
    return { file: name, text: readFileSync(name, 'utf8') };
  } catch {
    return { file: name, text: undefined };
  }
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
