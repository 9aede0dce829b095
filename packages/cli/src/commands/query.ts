/** `sightline query EXPR`: an instant or a range query against a running server, printed as promtool prints it. */
import type { QueryData } from '@sightline/api-types';
import type { Command } from 'commander';
import { createApiClient } from '../api-client.ts';
import type { CliContext } from '../context.ts';
import { CliError } from '../errors.ts';
import { promtoolText, tableText } from '../render/result-text.ts';
import { addServerOption, type ServerOption } from './server-option.ts';

interface QueryOptions extends ServerOption {
  readonly time?: string;
  readonly start?: string;
  readonly end?: string;
  readonly step?: string;
  readonly format: 'text' | 'table';
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  sightline query 'up'
  sightline query --format table 'sum by (mode) (rate(node_cpu_seconds_total[5m]))'
  sightline query --start 2026-01-01T00:00:00Z --end 2026-01-01T06:00:00Z --step 5m 'node_load1'
  sightline query --json 'up' | jq .data.result`;

/** Points of a range query whose step is not given. */
const DEFAULT_POINTS = 250;

export function addQueryCommand(program: Command, context: CliContext): void {
  const command = program
    .command('query')
    .description('run a PromQL query against a running server')
    .argument('<expr>', 'PromQL expression')
    .option('--time <time>', 'time of an instant query: RFC 3339 or Unix seconds (default: now)')
    .option('--start <time>', 'start of a range query: RFC 3339 or Unix seconds')
    .option('--end <time>', 'end of a range query (default: now)')
    .option(
      '--step <duration>',
      'distance of points in a range query: 30s, 5m or seconds (default: a 250th of the range)',
    )
    .option('--format <format>', 'text (as promtool) or table', parseFormat, 'text')
    .option('--json', 'print the JSON answer of the server');
  addServerOption(command)
    .addHelpText('after', EXAMPLES)
    .action((expr: string, options: QueryOptions) => runQuery(expr, options, context));
}

function parseFormat(text: string): string {
  if (text === 'text' || text === 'table') return text;
  throw new CliError('usage', `--format cannot be "${text}"`, { hint: 'choose text or table' });
}

async function runQuery(expr: string, options: QueryOptions, context: CliContext): Promise<void> {
  const client = createApiClient(options.server);
  const isRange = options.start !== undefined;
  if (!isRange && (options.end !== undefined || options.step !== undefined)) {
    throw new CliError('usage', '--end and --step belong to a range query', { hint: 'give its --start too' });
  }
  if (isRange && options.time !== undefined) {
    throw new CliError('usage', '--time belongs to an instant query, --start to a range query', {
      hint: 'leave one of them out',
    });
  }
  const answer = isRange
    ? await client.call<QueryData>('api/v1/query_range', rangeParams(expr, options))
    : await client.call<QueryData>('api/v1/query', {
        query: expr,
        ...(options.time === undefined ? {} : { time: options.time }),
      });
  for (const warning of answer.warnings) context.stderr(`warning: ${warning}\n`);
  for (const info of answer.infos) context.stderr(`info: ${info}\n`);
  if (options.json) context.stdout(`${JSON.stringify({ status: 'success', ...answer })}\n`);
  else context.stdout(options.format === 'table' ? tableText(answer.data) : promtoolText(answer.data));
}

function rangeParams(query: string, options: QueryOptions): Record<string, string> {
  const { start = '', end = String(Date.now() / 1e3), step } = options;
  return { query, start, end, step: step ?? defaultStep(start, end) };
}

function defaultStep(start: string, end: string): string {
  const seconds = (timeSeconds(end, '--end') - timeSeconds(start, '--start')) / DEFAULT_POINTS;
  return String(Math.max(1, Math.ceil(seconds)));
}

function timeSeconds(text: string, flag: string): number {
  const seconds = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text) / 1e3;
  if (Number.isFinite(seconds)) return seconds;
  throw new CliError('usage', `${flag} cannot be "${text}"`, {
    hint: 'write a time as 2026-01-31T12:00:00Z or as Unix seconds',
  });
}
