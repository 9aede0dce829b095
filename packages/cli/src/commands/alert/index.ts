/** `sightline alert`: alerts, silences, routes and rules of a running server. */
import type { Command } from 'commander';
import type { CliContext } from '../../context.ts';
import { addBacktestCommand } from './backtest.ts';
import { addAckCommand } from './ack.ts';
import { addListCommand } from './list.ts';
import { addRoutesCommand } from './routes.ts';
import { addSendTestCommand } from './send-test.ts';
import { addSilenceCommand } from './silence.ts';
import { addWhyCommand } from './why.ts';

const EXAMPLES = `
Examples:
  sightline alert list --all severity=critical
  sightline alert why Down instance=web1
  sightline alert ack 1a2b3c4d5e6f7081 --note 'on it'
  sightline alert silence add alertname=Down instance=web1 --duration 2h --comment 'new disk'
  sightline alert routes test severity=critical team=web
  sightline alert send-test oncall
  sightline alert backtest rules.yml --since 7d`;

export function addAlertCommand(program: Command, context: CliContext): void {
  const group = program
    .command('alert')
    .description('alerts of a running server: silences, routes, receivers, and what rules would have done')
    .addHelpText('after', EXAMPLES);
  addListCommand(group, context);
  addWhyCommand(group, context);
  addBacktestCommand(group, context);
  addAckCommand(group, context);
  addSilenceCommand(group, context);
  addRoutesCommand(group, context);
  addSendTestCommand(group, context);
}
