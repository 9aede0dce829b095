/** `sightline alert why`: the chain of decisions about an alert, now or at an earlier time. */
import type { AlertHistory, AlertWhy, WhyOutcome } from '@sightline/api-types';
import type { Command } from 'commander';
import type { CliContext } from '../../context.ts';
import { CliError } from '../../errors.ts';
import { createJsonApi, type JsonApi } from '../../json-api.ts';
import { labelText, tableOf, timeText } from '../../render/table.ts';
import { addServerOption, type ServerOption } from '../server-option.ts';
import { isMatched, readAlerts } from './list.ts';
import { readMatchers } from './matchers.ts';

interface WhyOptions extends ServerOption {
  readonly time?: string;
  readonly json?: true;
}

const EXAMPLES = `
Says what was decided, route by route: grouped, inhibited, muted, silenced, deduplicated, limited, sent, failed.

Examples:
  sightline alert why Down instance=web1
  sightline alert why 1a2b3c4d5e6f7081 --time 2026-01-31T03:00:00Z`;

const FINGERPRINT = /^[0-9a-f]{16}$/;
/** More alerts than this are asked about one by one. */
const MAX_ALERTS = 20;
/** How long before a time an alert that is over may have fired. */
const AROUND_MS = 24 * 3_600_000;

export function addWhyCommand(group: Command, context: CliContext): void {
  const command = group
    .command('why')
    .description('say why something was or was not sent about an alert')
    .argument('<alert...>', 'its fingerprint, or matchers: name=value, name=~regex; a bare word first is the name')
    .option('--time <time>', 'at this time: RFC 3339 or Unix seconds (default: now)')
    .option('--json', 'print the answers as JSON');
  addServerOption(command)
    .addHelpText('after', EXAMPLES)
    .action((texts: string[], options: WhyOptions) => runWhy(texts, options, context));
}

async function runWhy(texts: readonly string[], options: WhyOptions, context: CliContext): Promise<void> {
  const timeMs = options.time === undefined ? undefined : readTime(options.time);
  const api = createJsonApi(options.server);
  const fingerprints = await findAlerts(texts, timeMs, api);
  const query = timeMs === undefined ? '' : `?time=${timeMs}`;
  const answers: AlertWhy[] = [];
  for (const fingerprint of fingerprints) {
    answers.push(await api.get<AlertWhy>(`api/sightline/v1/alerts/${fingerprint}/why${query}`));
  }
  if (options.json) context.stdout(`${JSON.stringify(answers, undefined, 2)}\n`);
  else context.stdout(answers.map(whyText).join('\n'));
}

/** @throws CliError when there is none, or too many */
async function findAlerts(texts: readonly string[], timeMs: number | undefined, api: JsonApi): Promise<string[]> {
  const [first = ''] = texts;
  if (texts.length === 1 && FINGERPRINT.test(first)) return [first];
  const matchers = await readMatchers(texts);
  const { alerts } = await readAlerts(api);
  const known: { fingerprint: string; labels: Readonly<Record<string, string>> }[] = [...alerts];
  if (timeMs !== undefined) {
    const path = `api/sightline/v1/alert-history?start=${timeMs - AROUND_MS}&end=${timeMs}`;
    known.push(...(await api.get<AlertHistory>(path)).rows);
  }
  const found = [...new Set(known.filter(({ labels }) => isMatched(matchers, labels)).map((each) => each.fingerprint))];
  if (found.length === 0) {
    throw new CliError('failed', `no alert matches ${texts.join(' ')}`, { hint: 'see "sightline alert list --all"' });
  }
  if (found.length <= MAX_ALERTS) return found;
  throw new CliError('failed', `${found.length} alerts match ${texts.join(' ')}, more than ${MAX_ALERTS}`, {
    hint: 'add matchers, or give the fingerprint of one',
  });
}

const MARKS: Readonly<Record<WhyOutcome, string>> = {
  passed: 'ok',
  held: 'held',
  sent: 'sent',
  failed: 'FAILED',
  waiting: 'waits',
};

function whyText({ labels, summary, steps }: AlertWhy): string {
  const rows = steps.map(({ stage, outcome, timeMs, integration, text }) => [
    `  ${stage}`,
    MARKS[outcome],
    timeMs === null ? '' : timeText(timeMs),
    integration === '' ? text : `${integration}: ${text}`,
  ]);
  return `{${labelText(labels)}}\n${summary}\n\n${tableOf(['  STAGE', 'OUTCOME', 'TIME', 'DECISION'], rows)}`;
}

/** Unix ms. @throws CliError usage */
function readTime(text: string): number {
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  if (Number.isFinite(ms)) return Math.round(ms);
  throw new CliError('usage', `--time cannot be "${text}"`, {
    hint: 'write a time as 2026-01-31T12:00:00Z or as Unix seconds',
  });
}
