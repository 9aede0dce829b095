/** `sightline alert silence`: as amtool's, with a comment that is required and a look at what a silence would keep quiet. */
import type { SilencePreview } from '@sightline/api-types';
import { formatDuration, Matcher, parseDurationMs } from '@sightline/model';
import { type Command, Option } from 'commander';
import type { CliContext } from '../../context.ts';
import { CliError } from '../../errors.ts';
import { createJsonApi } from '../../json-api.ts';
import { labelText, tableOf, timeText } from '../../render/table.ts';
import { addServerOption, type ServerOption } from '../server-option.ts';
import { apiMatcher, readMatchers } from './matchers.ts';

interface AddOptions extends ServerOption {
  readonly comment: string;
  readonly duration: string;
  readonly author?: string;
  readonly start?: string;
  readonly end?: string;
}

interface ListOptions extends ServerOption {
  readonly expired?: true;
  readonly json?: true;
}

/** As `/api/v2/silences` has it. */
interface ApiSilence {
  readonly id: string;
  readonly status: { readonly state: 'active' | 'pending' | 'expired' };
  readonly comment: string;
  readonly createdBy: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly matchers: readonly ReturnType<typeof apiMatcher>[];
}

const SILENCES = 'api/v2/silences';
const MATCHERS_HELP = 'name=value, name!=value, name=~regex or name!~regex; a bare word first is the name of the alert';

const ADD_EXAMPLES = `
All matchers must match. Prints the id of the silence.

Examples:
  sightline alert silence add Down instance=web1 --duration 2h --comment 'new disk'
  sightline alert silence add 'alertname=~Disk.*' --author ann --end 2026-01-31T08:00:00Z --comment 'until the move'`;

const LIST_EXAMPLES = `
Examples:
  sightline alert silence list
  sightline alert silence list --expired instance=web1
  sightline alert silence list --json | jq '.[].id'`;

const EXPIRE_EXAMPLES = `
Examples:
  sightline alert silence expire 3f0e5c1a-2b1d-4a8e-9b57-0c8f2d1e6a44
  sightline alert silence list --json | jq -r '.[].id' | xargs sightline alert silence expire`;

const PREVIEW_EXAMPLES = `
Examples:
  sightline alert silence preview job=api 'severity=~"warning|info"'`;

export function addSilenceCommand(group: Command, context: CliContext): void {
  const silence = group.command('silence').description('keep alerts from being notified about for a while');
  addAdd(silence, context);
  addServerOption(
    silence.command('list').description('print silences').argument('[matcher...]', 'matchers that the silence has'),
  )
    .option('--expired', 'those that are over, instead of those that are not')
    .option('--json', 'print them as JSON, as the Alertmanager API does')
    .addHelpText('after', LIST_EXAMPLES)
    .action((matchers: string[], options: ListOptions) => listSilences(matchers, options, context));
  addServerOption(silence.command('expire').description('end silences now').argument('<id...>', 'their ids'))
    .addHelpText('after', EXPIRE_EXAMPLES)
    .action((ids: string[], options: ServerOption) => expireSilences(ids, options, context));
  addServerOption(
    silence
      .command('preview')
      .description('print what a silence with these matchers would keep quiet')
      .argument('<matcher...>', MATCHERS_HELP),
  )
    .option('--json', 'print it as JSON')
    .addHelpText('after', PREVIEW_EXAMPLES)
    .action((matchers: string[], options: ListOptions) => previewSilence(matchers, options, context));
}

function addAdd(silence: Command, context: CliContext): void {
  const command = silence
    .command('add')
    .description('make a silence')
    .argument('<matcher...>', MATCHERS_HELP)
    .requiredOption('-c, --comment <text>', 'why; others will read it')
    .addOption(new Option('-d, --duration <duration>', 'how long').default('1h'))
    .option('-a, --author <name>', 'who (default: the user that runs the command)')
    .option('--start <time>', 'RFC 3339 (default: now)')
    .option('--end <time>', 'RFC 3339, instead of --duration');
  addServerOption(command)
    .addHelpText('after', ADD_EXAMPLES)
    .action((matchers: string[], options: AddOptions) => addSilence(matchers, options, context));
}

async function addSilence(texts: readonly string[], options: AddOptions, context: CliContext): Promise<void> {
  const matchers = await readMatchers(texts);
  if (matchers.every((matcher) => matcher.matchesEmpty())) {
    throw new CliError('usage', 'these matchers match everything', { hint: 'name at least one label value' });
  }
  if (options.comment.trim() === '') {
    throw new CliError('usage', 'the comment is empty', { hint: 'say why: others will ask' });
  }
  const startsMs = options.start === undefined ? Date.now() : readTime(options.start, '--start');
  const endsMs = options.end === undefined ? startsMs + readDuration(options.duration) : readTime(options.end, '--end');
  const body = {
    matchers: matchers.map(apiMatcher),
    startsAt: new Date(startsMs).toISOString(),
    endsAt: new Date(endsMs).toISOString(),
    comment: options.comment,
    createdBy: authorOf(options, context),
  };
  const { silenceID } = await createJsonApi(options.server).post<{ silenceID: string }>(SILENCES, body);
  context.stdout(`${silenceID}\n`);
}

async function listSilences(
  texts: readonly string[],
  { server, expired, json }: ListOptions,
  context: CliContext,
): Promise<void> {
  const filters = (await readMatchers(texts)).map((matcher) => ['filter', matcher.toString()] as [string, string]);
  const all = await createJsonApi(server).get<ApiSilence[]>(`${SILENCES}?${new URLSearchParams(filters)}`);
  const wanted = all.filter(({ status }) => (status.state === 'expired') === (expired === true));
  if (json) {
    context.stdout(`${JSON.stringify(wanted, undefined, 2)}\n`);
    return;
  }
  const rows = wanted.map((silence) => [
    silence.id,
    silence.status.state,
    leftText(silence, Date.now()),
    silence.createdBy,
    silence.matchers.map(matcherText).join(' '),
    silence.comment.replace(/\s+/g, ' '),
  ]);
  context.stdout(tableOf(['ID', 'STATE', 'TIME', 'AUTHOR', 'MATCHERS', 'COMMENT'], rows));
  if (rows.length === 0) context.stderr('no silences\n');
}

async function expireSilences(ids: readonly string[], { server }: ServerOption, context: CliContext): Promise<void> {
  const api = createJsonApi(server);
  for (const id of ids) {
    await api.remove(`api/v2/silence/${encodeURIComponent(id)}`);
    context.stdout(`${id} expired\n`);
  }
}

async function previewSilence(
  texts: readonly string[],
  { server, json }: ListOptions,
  context: CliContext,
): Promise<void> {
  const matchers = (await readMatchers(texts)).map(apiMatcher);
  const preview = await createJsonApi(server).post<SilencePreview>('api/sightline/v1/silences/preview', { matchers });
  if (json) {
    context.stdout(`${JSON.stringify(preview, undefined, 2)}\n`);
    return;
  }
  const { alerts, lastDayCount, includesCritical } = preview;
  const rows = alerts.map(({ state, startsAtMs, labels }) => [state, timeText(startsAtMs), labelText(labels)]);
  context.stdout(tableOf(['STATE', 'SINCE', 'ALERT'], rows));
  const firing = alerts.length === 0 ? 'no alert that fires now' : `${alerts.length} that fire now`;
  context.stdout(`It would keep quiet ${firing}, and ${lastDayCount} of the last day.\n`);
  if (includesCritical) context.stderr('warning: critical alerts are among them\n');
}

function matcherText({ name, value, isRegex, isEqual }: ReturnType<typeof apiMatcher>): string {
  return new Matcher(name, isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!=', value).toString();
}

function leftText({ status, startsAt, endsAt }: ApiSilence, nowMs: number): string {
  const roughly = (ms: number) => formatDuration(Math.max(1, Math.round(ms / 60_000)) * 60_000);
  if (status.state === 'expired') return `ended ${timeText(Date.parse(endsAt))}`;
  if (status.state === 'pending') return `in ${roughly(Date.parse(startsAt) - nowMs)}`;
  return `${roughly(Date.parse(endsAt) - nowMs)} left`;
}

function authorOf({ author }: AddOptions, { env }: CliContext): string {
  const name = author ?? env['USER'] ?? env['LOGNAME'] ?? '';
  if (name !== '') return name;
  throw new CliError('usage', 'it is not known who makes the silence', { hint: 'say so with --author' });
}

function readDuration(text: string): number {
  const ms = parseDurationMs(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new CliError('usage', `--duration cannot be "${text}"`, { hint: 'write it as 30m, 2h or 1d12h' });
}

function readTime(text: string, flag: string): number {
  const ms = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new CliError('usage', `${flag} cannot be "${text}"`, { hint: 'write it as 2026-01-31T12:00:00Z' });
}
