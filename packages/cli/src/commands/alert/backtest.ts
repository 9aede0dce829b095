/** `sightline alert backtest FILE`: when alerting rules would have fired on the data of a server, and who would have heard of it. */
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { BacktestRequest, BacktestRule, BacktestStatus } from '@sightline/api-types';
import { formatDuration, parseDurationMs } from '@sightline/model';
import { type Command, Option } from 'commander';
import type { CliContext } from '../../context.ts';
import { CliError } from '../../errors.ts';
import { createJsonApi, type JsonApi } from '../../json-api.ts';
import { formatShare } from '../../render/progress.ts';
import { labelText, tableOf, timeText } from '../../render/table.ts';
import { addServerOption, type ServerOption } from '../server-option.ts';

interface BacktestOptions extends ServerOption {
  readonly since: string;
  readonly until?: string;
  readonly instances: number;
  readonly json?: true;
}

const PATH = 'api/sightline/v1/backtests';
const POLL_MS = 250;
const DEFAULT_INSTANCES = 3;

const EXAMPLES = `
The rules of the file are evaluated over the data of the server as they would have been live: for, keep_firing_for and limit count,
recording rules of the file feed the others. Messages are counted after grouping and routing with the server's alertmanager.yml;
nothing is sent. Silences, and alerts of rules that are not in the file, do not take part.

Examples:
  sightline alert backtest rules.yml --since 7d
  sightline alert backtest rules.yml --since 30d --until 2026-01-31T00:00:00Z --instances 10
  sightline alert backtest rules.yml --json | jq '.rules[] | {name, firedCount}'`;

export function addBacktestCommand(group: Command, context: CliContext): void {
  const command = group
    .command('backtest')
    .description('when the alerting rules of a file would have fired, and how many messages that would have been')
    .argument('<file>', 'a file of rules, - for standard input')
    .addOption(new Option('--since <duration>', 'how far back').default('7d'))
    .option('--until <time>', 'RFC 3339 (default: now)')
    .option(
      '--instances <count>',
      'instances shown of each rule, those that fired longest',
      parseCount,
      DEFAULT_INSTANCES,
    )
    .option('--json', 'print the result as JSON');
  addServerOption(command)
    .addHelpText('after', EXAMPLES)
    .action((file: string, options: BacktestOptions) => backtest(file, options, context));
}

async function backtest(file: string, options: BacktestOptions, context: CliContext): Promise<void> {
  const request = requestOf(file, options);
  const api = createJsonApi(options.server);
  const started = await api.post<BacktestStatus>(PATH, request);
  const result = await finished(started, api, context);
  if (result.state !== 'done') throw new CliError('failed', result.error ?? 'the backtest was cancelled');
  if (options.json) context.stdout(`${JSON.stringify(result, undefined, 2)}\n`);
  else context.stdout(resultText(result, request, options.instances));
  for (const { name, failedEvaluations, error } of result.rules) {
    if (error === null) continue;
    context.stderr(`warning: ${name} could not be evaluated ${failedEvaluations} times: ${error}\n`);
  }
}

function requestOf(file: string, { since, until }: BacktestOptions): BacktestRequest {
  const sinceMs = parseDurationMs(since);
  if (sinceMs === undefined || sinceMs <= 0) {
    throw new CliError('usage', `--since cannot be "${since}"`, { hint: 'write it as 12h, 7d or 2w' });
  }
  const endMs = until === undefined ? Date.now() : Date.parse(until);
  if (Number.isNaN(endMs)) {
    throw new CliError('usage', `--until cannot be "${until}"`, { hint: 'write it as 2026-01-31T12:00:00Z' });
  }
  try {
    return { yaml: readFileSync(file === '-' ? 0 : file, 'utf8'), startMs: endMs - sinceMs, endMs };
  } catch (error) {
    throw new CliError('failed', `cannot read ${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** Shows how far it is; Ctrl-C cancels it on the server too. */
async function finished(started: BacktestStatus, api: JsonApi, context: CliContext): Promise<BacktestStatus> {
  const { id } = started;
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  const show = progressLine(context);
  try {
    for (let status = started; ; status = await api.get<BacktestStatus>(`${PATH}/${id}`)) {
      if (status.state !== 'running') return status;
      show(status.progress);
      await setTimeout(POLL_MS, undefined, { signal: interrupt.signal });
    }
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    await api.remove(`${PATH}/${id}`);
    throw new CliError('failed', 'interrupted');
  } finally {
    process.off('SIGINT', onInterrupt);
    if (context.isErrorTerminal) context.stderr('\r\u001b[K');
  }
}

/** A bar on a terminal, a line for each tenth elsewhere. */
function progressLine({ stderr, isErrorTerminal }: CliContext): (share: number) => void {
  let tenth = 0;
  return (share) => {
    if (isErrorTerminal) {
      stderr(`\r\u001b[K${formatShare(share)}`);
      return;
    }
    if (Math.floor(share * 10) <= tenth) return;
    tenth = Math.floor(share * 10);
    stderr(`${tenth * 10}%\n`);
  };
}

function resultText(
  { rules, notifications }: BacktestStatus,
  { startMs, endMs }: BacktestRequest,
  shown: number,
): string {
  const rows = rules.map(ruleRow);
  const range = `${timeText(startMs)} to ${timeText(endMs)}`;
  const messages = notifications.map(({ receiver, count }) => `${count} to ${receiver}`).join(', ');
  return [
    `${range}\n\n`,
    tableOf(['RULE', 'FIRED', 'IN ALL', 'LONGEST', 'INSTANCES', 'MESSAGES'], rows),
    `\nMessages of all rules together: ${messages === '' ? 'none' : messages}\n`,
    ...rules.map((rule) => instancesText(rule, shown)),
  ].join('');
}

function ruleRow({ name, firedCount, firingMs, longestMs, instanceCount, notifications }: BacktestRule): string[] {
  const messages = notifications.map(({ receiver, count }) => `${receiver} ${count}`).join(', ');
  return [name, times(firedCount), shortTime(firingMs), shortTime(longestMs), String(instanceCount), messages || '-'];
}

function instancesText({ name, instances, instanceCount }: BacktestRule, shown: number): string {
  if (instances.length === 0 || shown === 0) return '';
  const rows = instances.slice(0, shown).map(({ labels: { alertname: _, ...labels }, spans }) => {
    const last = spans.at(-1);
    const sum = spans.reduce((ms, { fromMs, toMs }) => ms + toMs - fromMs, 0);
    return [
      labelText(labels) || '(no labels)',
      times(spans.length),
      shortTime(sum),
      last === undefined ? '' : `${timeText(last.fromMs)} for ${shortTime(last.toMs - last.fromMs)}`,
    ];
  });
  const more = instanceCount > rows.length ? `and ${instanceCount - rows.length} more\n` : '';
  return `\n${name}\n${tableOf(['INSTANCE', 'FIRED', 'IN ALL', 'LAST'], rows)}${more}`;
}

function times(count: number): string {
  return count === 0 ? 'never' : `${count.toLocaleString('en-US')}x`;
}

/** To the two largest units that tell something: `2d3h`, `14m`. */
function shortTime(ms: number): string {
  if (ms === 0) return '-';
  const unitMs = ms >= 86_400_000 ? 3_600_000 : ms >= 3_600_000 ? 60_000 : 1_000;
  return formatDuration(Math.max(1, Math.round(ms / unitMs)) * unitMs);
}

function parseCount(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new CliError('usage', `--instances cannot be "${text}"`, { hint: 'it is a number' });
}
