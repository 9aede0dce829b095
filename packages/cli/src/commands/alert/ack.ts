/** `sightline alert ack FINGERPRINT`: takes a firing alert over, so that it does not escalate. */
import { userInfo } from 'node:os';
import type { AcknowledgeResult } from '@sightline/api-types';
import type { Command } from 'commander';
import type { CliContext } from '../../context.ts';
import { createJsonApi } from '../../json-api.ts';
import { addServerOption, type ServerOption } from '../server-option.ts';

interface AckOptions extends ServerOption {
  readonly by?: string;
  readonly note: string;
  readonly remove?: true;
  readonly json?: true;
}

const EXAMPLES = `
It holds until the alert is over. Escalations stop, notifications of alertmanager.yml go on; to stop those, make a silence.

Examples:
  sightline alert ack 1a2b3c4d5e6f7081 --note 'restarting it'
  sightline alert ack 1a2b3c4d5e6f7081 --by anna --note 'on it'
  sightline alert ack 1a2b3c4d5e6f7081 --remove`;

export function addAckCommand(group: Command, context: CliContext): void {
  const command = group
    .command('ack')
    .description('take a firing alert over: it escalates no further')
    .argument('<fingerprint>', 'of the alert, as its page, the API and notifications show it')
    .option('--by <name>', 'who (default: the user that runs the command)')
    .option('--note <text>', 'what others should know', '')
    .option('--remove', 'take the acknowledgement back')
    .option('--json', 'print the answer as JSON');
  addServerOption(command)
    .addHelpText('after', EXAMPLES)
    .action((fingerprint: string, options: AckOptions) => acknowledge(fingerprint, options, context));
}

async function acknowledge(fingerprint: string, options: AckOptions, context: CliContext): Promise<void> {
  const { server, note, remove, json } = options;
  const by = options.by ?? context.env['USER'] ?? userInfo().username;
  const api = createJsonApi(server);
  const path = `api/sightline/v1/alerts/${encodeURIComponent(fingerprint)}/acknowledge`;
  let answer: AcknowledgeResult = { acknowledgement: null };
  if (remove) await api.remove(`${path}?by=${encodeURIComponent(by)}`);
  else answer = await api.post<AcknowledgeResult>(path, { by, note });
  if (json) context.stdout(`${JSON.stringify(answer, undefined, 2)}\n`);
  else
    context.stdout(remove ? `${fingerprint}: not acknowledged any more\n` : `${fingerprint}: acknowledged by ${by}\n`);
}
