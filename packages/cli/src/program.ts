/** The command tree of `sightline`. */
import { Command, CommanderError } from 'commander';
import { addAlertCommand } from './commands/alert/index.ts';
import { addCheckCommand } from './commands/check.ts';
import { addImportCommand } from './commands/import.ts';
import { addQueryCommand } from './commands/query.ts';
import { addTestCommand } from './commands/test.ts';
import { addUpCommand } from './commands/up.ts';
import type { CliContext } from './context.ts';
import { EXIT, ExitRequest, exitCodeOf, renderError } from './errors.ts';

const EXAMPLES = `
Examples:
  sightline up                                   collect, store and show metrics of this host
  sightline up --prometheus prometheus.yml       scrape what a Prometheus scrapes
  sightline check prometheus prometheus.yml      every mistake with its line and its fix
  sightline test rules tests.yml                 promtool's unit tests of rules
  sightline query 'rate(node_cpu_seconds_total[5m])'
  sightline alert backtest rules.yml --since 7d  when rules would have fired, and who would have heard of it
  sightline import openmetrics history.om

Exit codes: 0 done, 1 failed, 2 the command was not understood.`;

/** Runs a command line (without `node` and the script). Resolves with the exit code; does not end the process. */
export async function runCli(args: readonly string[], version: string, context: CliContext): Promise<number> {
  const program = await createProgram(args, version, context);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (error instanceof ExitRequest) return error.exitCode;
    context.stderr(renderError(error, context.useColor));
    return exitCodeOf(error);
  }
}

async function createProgram(args: readonly string[], version: string, context: CliContext): Promise<Command> {
  const program = new Command('sightline');
  program
    .description('Sightline: metrics of your hosts and services, collected, stored and queried by one program')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', EXAMPLES)
    .configureOutput({
      writeOut: context.stdout,
      writeErr: context.stderr,
      outputError: (text, write) => write(renderError(text.replace(/^error: /, '').trimEnd(), context.useColor)),
    })
    .showHelpAfterError('Run the command with --help to see how it is used.')
    .exitOverride();
  await addUpCommand(program, context, args.includes('up'));
  addCheckCommand(program, context);
  addQueryCommand(program, context);
  addTestCommand(program, context);
  addAlertCommand(program, context);
  addImportCommand(program, context);
  for (const command of program.commands) inheritSettings(program, command);
  return program;
}

/** Commander copies settings to a subcommand when it is made, before ours are set on groups. */
function inheritSettings(parent: Command, command: Command): void {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inheritSettings(command, child);
}
