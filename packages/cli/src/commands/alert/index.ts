/** `sightline alert`: alerts, silences, routes and rules of a running server. */
import type { Command } from 'commander';
import type { CliContext } from '../../context.ts';
import { addRoutesCommand } from './routes.ts';
import { addSendTestCommand } from './send-test.ts';
import { addSilenceCommand } from './silence.ts';

const EXAMPLES = `
Examples:
  sightline alert silence add alertname=Down instance=web1 --duration 2h --comment 'new disk'
  sightline alert routes test severity=critical team=web
  sightline alert send-test oncall`;

export function addAlertCommand(program: Command, context: CliContext): void {
  const group = program
    .command('alert')
    .description('alerts of a running server: silences, routes, receivers, and what rules would have done')
    .addHelpText('after', EXAMPLES);
  addSilenceCommand(group, context);
  addRoutesCommand(group, context);
  addSendTestCommand(group, context);
}
