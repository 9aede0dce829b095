/** `sightline alert routes show|test`: the routing tree of a server or of a file, and which way an alert takes. */
import { readFileSync } from 'node:fs';
import type { NotifyStatus, RouteEntry, RouteTestResult } from '@sightline/api-types';
import { formatDuration } from '@sightline/model';
import type { Command } from 'commander';
import type { CliContext } from '../../context.ts';
import { CliError, EXIT, ExitRequest } from '../../errors.ts';
import { createJsonApi } from '../../json-api.ts';
import { labelText } from '../../render/table.ts';
import { addServerOption, type ServerOption } from '../server-option.ts';
import { readLabels } from './matchers.ts';

interface RoutesOptions extends ServerOption {
  readonly file?: string;
  readonly json?: true;
}

interface TestOptions extends RoutesOptions {
  readonly verifyReceivers?: string;
}

const SHOW_EXAMPLES = `
Examples:
  sightline alert routes show
  sightline alert routes show --file alertmanager.yml`;

const TEST_EXAMPLES = `
Exit code: 0, or 1 when --verify-receivers names others than the alert goes to.

Examples:
  sightline alert routes test severity=critical team=web
  sightline alert routes test --file alertmanager.yml --verify-receivers oncall,web severity=critical team=web`;

export function addRoutesCommand(group: Command, context: CliContext): void {
  const routes = group.command('routes').description('the routing tree, and which way an alert takes through it');
  addSourceOptions(routes.command('show').description('print the routing tree'))
    .addHelpText('after', SHOW_EXAMPLES)
    .action((options: RoutesOptions) => showRoutes(options, context));
  addSourceOptions(routes.command('test').description('print the receivers that an alert with these labels goes to'))
    .argument('<label...>', 'labels of the alert, as name=value')
    .option('--verify-receivers <names>', 'fail unless these are the receivers, separated by commas')
    .addHelpText('after', TEST_EXAMPLES)
    .action((labels: string[], options: TestOptions) => testRoutes(labels, options, context));
}

function addSourceOptions(command: Command): Command {
  command.option('--file <file>', 'an alertmanager.yml, instead of the running configuration');
  return addServerOption(command).option('--json', 'print JSON');
}

async function showRoutes({ server, file, json }: RoutesOptions, context: CliContext): Promise<void> {
  const tree =
    file === undefined
      ? (await createJsonApi(server).get<NotifyStatus>('api/sightline/v1/notify')).route
      : (await openFile(file, context)).tree;
  context.stdout(json ? `${JSON.stringify(tree, undefined, 2)}\n` : `${treeLines(tree, '', '').join('\n')}\n`);
}

async function testRoutes(texts: readonly string[], options: TestOptions, context: CliContext): Promise<void> {
  const { server, file, json, verifyReceivers } = options;
  const labels = readLabels(texts);
  const result =
    file === undefined
      ? await createJsonApi(server).post<RouteTestResult>('api/sightline/v1/notify/route', { labels })
      : (await openFile(file, context)).test(labels);
  if (json) context.stdout(`${JSON.stringify(result, undefined, 2)}\n`);
  else {
    for (const { receiver, routeId, groupLabels } of result.matches) {
      const place = routeId === '' ? 'the first route' : `route ${routeId}`;
      const group = labelText(groupLabels);
      context.stdout(`${receiver}  (${place}, ${group === '' ? 'all alerts in one group' : `group ${group}`})\n`);
    }
  }
  if (verifyReceivers === undefined) return;
  const found = result.matches.map(({ receiver }) => receiver).join(',');
  if (found === verifyReceivers) return;
  context.stderr(`expected the receivers ${verifyReceivers}, found ${found}\n`);
  throw new ExitRequest(EXIT.failure);
}

async function openFile(file: string, context: CliContext) {
  const { openRouting, renderDiagnostics } = await import('@sightline/server/alertmanager');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError('failed', `cannot read ${file}: ${(error as Error).message}`, { cause: error });
  }
  const { routing, diagnostics, sources } = openRouting(file, text);
  if (routing !== undefined) return routing;
  context.stderr(renderDiagnostics(diagnostics, sources, context.render));
  throw new ExitRequest(EXIT.failure);
}

/** One line a route, drawn as a tree. */
function treeLines(route: RouteEntry, first: string, rest: string): string[] {
  const children = route.routes.flatMap((child, index) => {
    const isLast = index === route.routes.length - 1;
    return treeLines(child, `${rest}${isLast ? '└── ' : '├── '}`, `${rest}${isLast ? '    ' : '│   '}`);
  });
  return [`${first}${routeLine(route)}`, ...children];
}

function routeLine(route: RouteEntry): string {
  const { id, matchers, receiver, groupBy, groupWaitMs, groupIntervalMs, repeatIntervalMs, mutedBy } = route;
  const what = id === '' ? 'every alert' : matchers.length === 0 ? 'every alert here' : matchers.join(' ');
  const by = groupBy === '...' ? 'each alert alone' : groupBy.length === 0 ? 'one group' : `by ${groupBy.join(', ')}`;
  const times = [groupWaitMs, groupIntervalMs, repeatIntervalMs].map(formatDuration).join('/');
  const notes = [
    route.continue ? 'continue' : '',
    route.muteTimeIntervals.length === 0 ? '' : `muted in ${route.muteTimeIntervals.join(', ')}`,
    route.activeTimeIntervals.length === 0 ? '' : `only in ${route.activeTimeIntervals.join(', ')}`,
    mutedBy.length === 0 ? '' : 'quiet now',
  ].filter((note) => note !== '');
  return `${[id, what, '->', receiver].filter((part) => part !== '').join(' ')}  (${[by, times, ...notes].join('; ')})`;
}
