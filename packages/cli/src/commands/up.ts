/** `sightline up`: runs the server in this process. Its flags are the table of options. */
import type { OptionSpec } from '@sightline/server';
import { type Command, Option } from 'commander';
import type { CliContext } from '../context.ts';
import { EXIT, ExitRequest } from '../errors.ts';

const EXAMPLES = `
Every option can stand in sightline.yml or in the environment (--data is SIGHTLINE_DATA). Flags come first, then the
environment, then the file.

Examples:
  sightline up
  sightline up --listen 127.0.0.1:9090 --data /var/lib/sightline
  sightline up --prometheus prometheus.yml --retention-metrics 90d`;

/** The server, with its database, is loaded only for the commands that need it. */
export async function addUpCommand(program: Command, context: CliContext, isWanted: boolean): Promise<void> {
  const command = program.command('up').description('run the server: collect, store, answer queries, show the web app');
  if (isWanted) {
    const { CONFIG_OPTION, OPTIONS } = await import('@sightline/server');
    command.addOption(
      new Option(`--${CONFIG_OPTION.flag} ${CONFIG_OPTION.placeholder}`, plain(CONFIG_OPTION.help)).env(
        CONFIG_OPTION.env,
      ),
    );
    for (const option of OPTIONS) {
      const shownDefault = option.default === '' ? '' : ` (default: ${option.default})`;
      command.addOption(
        new Option(`--${option.flag} ${placeholderOf(option)}`, `${plain(option.help)}${shownDefault}`),
      );
    }
  }
  command.addHelpText('after', EXAMPLES).action(async (_options: unknown, self: Command) => {
    const { up, ConfigError } = await import('@sightline/server');
    const { render } = context;
    try {
      const code = await up({ ...context, flags: flagsOf(self), render });
      if (code !== EXIT.ok) throw new ExitRequest(code);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      context.stderr(`${error.message.trimEnd()}\n`);
      throw new ExitRequest(EXIT.failure);
    }
  });
}

function placeholderOf({ type, placeholder, choices }: OptionSpec): string {
  if (type === 'boolean') return '[true|false]';
  return choices === undefined ? (placeholder ?? `<${type}>`) : `<${choices.join('|')}>`;
}

/** Values as text by flag; only what was given on the command line. */
function flagsOf(command: Command): Record<string, string | boolean | undefined> {
  const flags: Record<string, string | boolean | undefined> = {};
  for (const option of command.options) {
    const name = option.attributeName();
    if (command.getOptionValueSource(name) !== 'cli') continue;
    const value: unknown = command.getOptionValue(name);
    flags[(option.long ?? '').slice(2)] = typeof value === 'boolean' ? value : String(value);
  }
  return flags;
}

/** Help texts are written for the reference page, in Markdown. */
function plain(text: string): string {
  return text.replaceAll('`', '');
}
