/** `sightline test rules FILE...`: promtool's unit tests of rules, with its output and exit codes. */
import { writeFileSync } from 'node:fs';
import { compileAnchored, RegexError, type AnchoredRegex } from '@sightline/model';
import type { UnitTestReport } from '@sightline/server/rules';
import { type Command, Option } from 'commander';
import type { CliContext } from '../context.ts';
import { CliError, EXIT, ExitRequest } from '../errors.ts';
import { addRuleFileOptions, type RuleFileOptions, ruleFileFlags } from './rule-file-options.ts';

interface TestOptions extends RuleFileOptions {
  readonly run?: readonly string[];
  readonly diff?: true;
  readonly debug?: true;
  readonly junit?: string;
  readonly json?: true;
}

const EXAMPLES = `
Exit code: 0 when every test passes, 1 otherwise.

Examples:
  sightline test rules tests.yml
  sightline test rules --run 'disk.*' --diff tests/*.yml
  sightline test rules --junit results.xml tests.yml`;

export function addTestCommand(program: Command, context: CliContext): void {
  const group = program.command('test').description('run tests without starting anything');
  const command = group
    .command('rules')
    .description('run unit tests of recording and alerting rules, in the format of promtool')
    .argument('<file...>', 'files with tests')
    .addOption(
      new Option('--run <regex>', 'run only tests whose name contains a match; may be given again').argParser(
        (value: string, previous: readonly string[] | undefined) => [...(previous ?? []), value],
      ),
    )
    .option('--diff', 'show what differs between expected and firing alerts, line by line')
    .option('--debug', 'print how long each test takes and all of its data')
    .option('--junit <file>', 'write the results to a file, as JUnit XML')
    .option('--json', 'print the results as a JSON array');
  addRuleFileOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((files: string[], options: TestOptions) => testRules(files, options, context));
}

async function testRules(files: readonly string[], options: TestOptions, context: CliContext): Promise<void> {
  const { UnitTestRunner, debugDump, junitXml } = await import('@sightline/server/rules');
  const startedAt = new Date().toISOString().slice(0, 19);
  const runner = new UnitTestRunner({
    run: options.run === undefined ? undefined : runPattern(options.run),
    showDiff: options.diff === true,
    ...ruleFileFlags(options, context),
    ...(options.debug === true
      ? {
          onTest: (name, { store, lastTickMs }, durationMs) => {
            context.stderr(`DEBUG: Test ${name} finished, took ${durationMs.toFixed(3)}ms\n`);
            context.stderr(`DEBUG: Dump of all data (input_series and rules):\n${debugDump(store, lastTickMs)}`);
          },
        }
      : {}),
  });
  const reports: UnitTestReport[] = [];
  for (const file of files) {
    const report = await runner.run(file);
    reports.push(report);
    if (!options.json) await printReport(report, context);
  }
  if (options.json) context.stdout(`${JSON.stringify(reports.map(jsonReport), undefined, 2)}\n`);
  if (options.junit !== undefined) writeResults(options.junit, junitXml(reports, startedAt));
  if (reports.some(({ ok }) => !ok)) throw new ExitRequest(EXIT.failure);
}

/** Lines and streams as promtool has them. */
async function printReport(report: UnitTestReport, context: CliContext): Promise<void> {
  context.stdout(`Unit Testing:  ${report.file}\n`);
  for (const warning of report.warnings) context.stderr(`  WARNING: ${warning}\n`);
  if (report.ok) context.stdout('  SUCCESS\n\n');
  else {
    context.stderr('  FAILED:\n');
    if (report.diagnostics.length > 0) {
      const { renderDiagnostics } = await import('@sightline/server/rules');
      context.stderr(renderDiagnostics(report.diagnostics, report.sources, context.render));
      context.stdout('\n');
    }
    for (const failure of report.tests.flatMap(({ failures }) => failures)) {
      context.stderr(`${failure}\n`);
      context.stdout('\n');
    }
    context.stdout('\n');
  }
}

function jsonReport({ file, ok, warnings, diagnostics, tests }: UnitTestReport) {
  return { file, ok, warnings, diagnostics, tests };
}

/** Go's unanchored search, of any of the patterns. */
function runPattern(patterns: readonly string[]): AnchoredRegex {
  try {
    for (const pattern of patterns) compileAnchored(pattern);
    return compileAnchored(`.*(?:${patterns.join('|')}).*`);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw new CliError('usage', `--run is not a valid regular expression: ${error.message}`, { cause: error });
  }
}

function writeResults(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new CliError('failed', `cannot write the results: ${(error as Error).message}`, {
      hint: 'give --junit a path in a folder that exists',
      cause: error,
    });
  }
}
