/** The routing tree. Rules: Alertmanager config/config.go Route. */
import { isValidLabelName } from '../../config/prometheus/decode-kit.ts';
import type { Cursor } from '../../lib/yaml-cursor.ts';
import { ObjectReader } from '../../lib/yaml-object.ts';
import { closest } from '../../lib/yaml-suggest.ts';
import { reportMissing } from './integrations/kind.ts';
import { entriesOf } from './kit.ts';
import { readLabelMatchers } from './label-matchers.ts';
import type { RouteConfig } from './types.ts';

/** A route with its place, for checks over the whole tree. */
export interface ReadRoute {
  readonly config: RouteConfig;
  readonly reader: ObjectReader;
  readonly routes: readonly ReadRoute[];
}

/** What routes refer to. */
export interface RouteNames {
  readonly receivers: ReadonlySet<string>;
  readonly intervals: ReadonlySet<string>;
}

/** Depth of the tree that is followed. */
const MAX_DEPTH = 100;

const HINTS = {
  group_by_str: 'did you mean `group_by`?',
  receivers: 'a route names one receiver: `receiver`; for several, add routes with `continue: true`',
  name: 'routes have no name; the receiver is named by `receiver`',
  routes_: 'did you mean `routes`?',
  match_any: 'did you mean `match_re` or `matchers`?',
  labels: 'did you mean `matchers`?',
  mute_times: 'did you mean `mute_time_intervals`?',
  time_intervals: 'did you mean `mute_time_intervals` or `active_time_intervals`?',
  send_resolved: '`send_resolved` belongs to an integration of the receiver',
  inhibit_rules: '`inhibit_rules` stands beside `route`',
};

export function readRootRoute(root: ObjectReader, names: RouteNames): ReadRoute | undefined {
  const cursor = root.given('route');
  if (cursor === undefined) {
    const hint = 'add `route` with the receiver of all alerts that no other route takes';
    return reportMissing(root, 'route', '`route` is missing', hint);
  }
  const route = readRoute(cursor, names, 0);
  if (route === undefined) return undefined;
  const { reader, config } = route;
  if (config.receiver === undefined)
    reportMissing(reader, 'receiver', 'the first route has no receiver', 'name the receiver of all other alerts');
  for (const key of ['match', 'match_re', 'matchers', 'mute_time_intervals', 'active_time_intervals']) {
    const { node } = reader.given(key) ?? {};
    const isFull =
      (node?.kind === 'list' && node.items.length > 0) || (node?.kind === 'map' && node.entries.length > 0);
    if (isFull) rootError(reader, key, `the first route takes all alerts and cannot have \`${key}\``);
  }
  if (config.continue) rootError(reader, 'continue', 'the first route cannot have `continue`');
  return route;
}

function rootError(reader: ObjectReader, key: string, message: string): void {
  const cursor = reader.at(key);
  cursor?.error({
    code: 'alertmanager/root-route',
    message,
    hint: 'put it into a route under `routes`',
    ...(cursor.key === undefined ? {} : { span: cursor.key }),
  });
}

function readRoute(cursor: Cursor, names: RouteNames, depth: number): ReadRoute | undefined {
  if (depth > MAX_DEPTH)
    return cursor.error({ code: 'config/too-deep', message: `routes are nested deeper than ${MAX_DEPTH} levels` });
  const reader = ObjectReader.open(cursor, 'a route with `receiver` and `matchers`');
  if (reader === undefined) return undefined;
  const receiver = reader.string('receiver');
  if (receiver !== '' && !names.receivers.has(receiver))
    reportUnknown(reader.at('receiver'), 'receiver', names.receivers);
  const own = {
    receiver: receiver === '' ? undefined : receiver,
    groupBy: readGroupBy(reader),
    groupWaitMs: reader.given('group_wait')?.duration(),
    groupIntervalMs: readPositive(reader, 'group_interval'),
    repeatIntervalMs: readPositive(reader, 'repeat_interval'),
    matchers: readLabelMatchers(reader),
    continue: reader.boolean('continue'),
    muteTimeIntervals: readIntervals(reader, 'mute_time_intervals', names),
    activeTimeIntervals: readIntervals(reader, 'active_time_intervals', names),
  };
  const routes = entriesOf(reader, 'routes', 'a list of routes').flatMap(
    (child) => readRoute(child, names, depth + 1) ?? [],
  );
  reader.finish({ hints: HINTS });
  return { config: { ...own, routes: routes.map(({ config }) => config) }, reader, routes };
}

function readPositive(reader: ObjectReader, key: string): number | undefined {
  const cursor = reader.given(key);
  const ms = cursor?.duration();
  if (ms !== 0) return ms;
  return cursor?.error({
    code: 'alertmanager/zero-interval',
    message: `\`${key}\` cannot be zero`,
    hint: key === 'repeat_interval' ? 'to repeat hardly ever, write a long time such as `1y`' : 'write `1s` or longer',
  });
}

function readGroupBy(reader: ObjectReader): readonly string[] | '...' | undefined {
  const items = reader.list('group_by', 'a list of label names');
  const names: string[] = [];
  let all: Cursor | undefined;
  for (const item of items) {
    const name = item.string();
    if (name === undefined) continue;
    if (name === '...') all = item;
    else if (!isValidLabelName(name, 'utf8'))
      item.error({ code: 'alertmanager/label-name', message: 'a label name is empty', hint: 'remove it' });
    else if (names.includes(name)) {
      item.error({
        code: 'alertmanager/group-by',
        message: `\`${name}\` stands twice in \`group_by\``,
        hint: 'keep one',
      });
    } else names.push(name);
  }
  if (all === undefined) return names.length === 0 ? undefined : names;
  if (names.length > 0) {
    all.error({
      code: 'alertmanager/group-by',
      message: '`...` groups by all labels and cannot stand beside others',
      hint: "write `group_by: ['...']`, or only the names of labels",
    });
  }
  return '...';
}

function readIntervals(reader: ObjectReader, key: string, names: RouteNames): string[] {
  return reader.list(key, 'a list of names of time intervals').flatMap((item) => {
    const name = item.string('the name of a time interval');
    if (name === undefined) return [];
    if (!names.intervals.has(name)) reportUnknown(item, 'time interval', names.intervals);
    return [name];
  });
}

/** @param area first part of the code of the finding */
export function reportUnknown(
  cursor: Cursor | undefined,
  what: string,
  known: ReadonlySet<string>,
  area = 'alertmanager',
): void {
  const name = cursor?.string() ?? '';
  const near = name.length < 3 ? undefined : closest(name, known);
  const list = known.size === 0 ? 'there are none' : `there are: ${[...known].slice(0, 10).join(', ')}`;
  cursor?.error({
    code: `${area}/unknown-${what.replace(' ', '-')}`,
    message: `there is no ${what} \`${name}\``,
    hint: near === undefined ? `define it, or name another; ${list}` : `did you mean \`${near}\`?`,
  });
}
