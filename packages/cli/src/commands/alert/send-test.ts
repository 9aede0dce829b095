/** `sightline alert send-test RECEIVER`: whether messages arrive, without waiting for trouble. */
import type { ReceiverTestResult } from '@sightline/api-types';
import type { Command } from 'commander';
import type { CliContext } from '../../context.ts';
import { EXIT, ExitRequest } from '../../errors.ts';
import { createJsonApi } from '../../json-api.ts';
import { addServerOption, type ServerOption } from '../server-option.ts';

interface SendTestOptions extends ServerOption {
  readonly json?: true;
}

const EXAMPLES = `
The message says that it is a test. Each integration gets it once, whatever routes, silences and time intervals say.

Exit code: 0 when every integration took it, 1 otherwise.

Examples:
  sightline alert send-test oncall
  sightline alert send-test oncall --json | jq '.results[].error'`;

export function addSendTestCommand(group: Command, context: CliContext): void {
  const command = group
    .command('send-test')
    .description('send a test message to every integration of a receiver')
    .argument('<receiver>', 'its name in alertmanager.yml')
    .option('--json', 'print the results as JSON');
  addServerOption(command)
    .addHelpText('after', EXAMPLES)
    .action((receiver: string, options: SendTestOptions) => sendTest(receiver, options, context));
}

async function sendTest(receiver: string, { server, json }: SendTestOptions, context: CliContext): Promise<void> {
  const path = `api/sightline/v1/notify/receivers/${encodeURIComponent(receiver)}/test`;
  const answer = await createJsonApi(server).post<ReceiverTestResult>(path, {});
  const { results } = answer;
  if (json) context.stdout(`${JSON.stringify(answer, undefined, 2)}\n`);
  else {
    for (const { integration, isOk, error, ms } of results) {
      if (isOk) context.stdout(`${integration}: taken after ${ms} ms\n`);
      else context.stderr(`${integration}: FAILED after ${ms} ms: ${error}\n`);
    }
    if (results.length === 0)
      context.stderr(`the receiver "${receiver}" has no integration: messages to it go nowhere\n`);
  }
  if (results.length === 0 || results.some(({ isOk }) => !isOk)) throw new ExitRequest(EXIT.failure);
}
