/** `sightline alert list`: alerts of a running server as people see them, worst first. */
import type { AlertInstance, AlertInstanceState, AlertList } from '@sightline/api-types';
import { formatDuration, type Matcher } from '@sightline/model';
import { type Command, Option } from 'commander';
import type { CliContext } from '../../context.ts';
import { createJsonApi, type JsonApi } from '../../json-api.ts';
import { labelText, tableOf } from '../../render/table.ts';
import { addServerOption, type ServerOption } from '../server-option.ts';
import { readMatchers } from './matchers.ts';

interface ListOptions extends ServerOption {
  readonly state?: AlertInstanceState;
  readonly all?: true;
  readonly json?: true;
}

const STATES: readonly AlertInstanceState[] = ['firing', 'pending', 'silenced', 'inhibited', 'muted', 'resolved'];

const EXAMPLES = `
Without --state and --all, alerts that fire and that nothing holds back.

Examples:
  sightline alert list
  sightline alert list --all severity=critical
  sightline alert list --state silenced --json | jq -r '.[].fingerprint'`;

export function addListCommand(group: Command, context: CliContext): void {
  const command = group
    .command('list')
    .description('print alerts, worst first')
    .argument('[matcher...]', 'name=value, name!=value, name=~regex or name!~regex; a bare word first is the name')
    .addOption(new Option('--state <state>', 'only those in this state').choices(STATES))
    .option('--all', 'in every state')
    .option('--json', 'print them as JSON');
  addServerOption(command)
    .addHelpText('after', EXAMPLES)
    .action((matchers: string[], options: ListOptions) => listAlerts(matchers, options, context));
}

async function listAlerts(texts: readonly string[], options: ListOptions, context: CliContext): Promise<void> {
  const matchers = await readMatchers(texts);
  const { nowMs, alerts } = await readAlerts(createJsonApi(options.server));
  const shown = alerts.filter(
    ({ state, labels }) => (options.all || state === (options.state ?? 'firing')) && isMatched(matchers, labels),
  );
  if (options.json) {
    context.stdout(`${JSON.stringify(shown, undefined, 2)}\n`);
    return;
  }
  if (shown.length === 0) context.stderr('no alert\n');
  const header = ['FINGERPRINT', 'STATE', 'SINCE', 'ALERT'];
  context.stdout(
    tableOf(
      header,
      shown.map((alert) => rowOf(alert, nowMs)),
    ),
  );
}

export function readAlerts(api: JsonApi): Promise<AlertList> {
  return api.get<AlertList>('api/sightline/v1/alerts');
}

export function isMatched(matchers: readonly Matcher[], labels: AlertInstance['labels']): boolean {
  return matchers.every((matcher) => matcher.matches(labels[matcher.name] ?? ''));
}

function rowOf({ fingerprint, state, startsAtMs, labels, acknowledgement }: AlertInstance, nowMs: number): string[] {
  const seconds = Math.max(0, Math.round((nowMs - startsAtMs) / 1000));
  const note = acknowledgement === null ? '' : ` (${acknowledgement.by})`;
  return [fingerprint, `${state}${note}`, formatDuration(seconds * 1000), labelText(labels)];
}
