/** The ways of an alert as they are now: routes, groups, what holds it back, what its receivers were told. */
import type { Labels } from '@sightline/model';
import type { Alert } from '../alert.ts';
import { isResolvedAt } from '../alert.ts';
import type { AlertManager } from '../alert-manager.ts';
import type { AlertGroup } from '../group/alert-group.ts';
import { type NotificationEntry, reasonToNotify } from '../notification-log/notification-log.ts';
import { notificationKey } from '../notify/notifier.ts';
import { type Integration, integrationText } from '../receivers/receiver.ts';
import { type Route, routeText } from '../route/route.ts';
import { type Hold, type IntegrationFacts, type RouteFacts, timeText } from './facts.ts';
import { quietEnd } from './quiet-end.ts';
import { type AlertStory, type GroupStory, storyKey } from './story.ts';

export interface LiveParts {
  readonly manager: AlertManager;
  readonly labels: Labels;
  /** Undefined while it is pending. */
  readonly alert: Alert | undefined;
  readonly story: AlertStory;
  readonly nowMs: number;
}

export function liveRoutes(parts: LiveParts): Promise<RouteFacts[]> {
  return Promise.all(parts.manager.route.match(parts.labels).map((route) => routeFacts(route, parts)));
}

async function routeFacts(route: Route, parts: LiveParts): Promise<RouteFacts> {
  const { manager, labels, alert, story } = parts;
  const group = alert === undefined ? undefined : groupOf(manager, route, labels, alert);
  const told = group === undefined ? undefined : story.groups.get(storyKey(route.receiver, group.key));
  const { integrations = [] } = manager.receivers.get(route.receiver) ?? {};
  return {
    receiver: route.receiver,
    routeText: routeText(route),
    groupedMs: told?.grouped?.sinceMs ?? null,
    groupText: group === undefined ? undefined : groupText(group),
    nextMs: group?.nextFlushMs,
    isUndecided: group !== undefined && !group.hasFlushed,
    ...(await holds(route, parts, told)),
    integrations: integrations.map((each) => integrationFacts(each, route, group, told, parts)),
  };
}

function groupOf(manager: AlertManager, route: Route, labels: Labels, alert: Alert): AlertGroup | undefined {
  const { key } = route.groupLabels(labels);
  for (const group of manager.groups) {
    if (group.route !== route || group.labels.key !== key) continue;
    // One that is over and was told leaves its group.
    return group.alerts.some(({ fingerprint }) => fingerprint === alert.fingerprint) ? group : undefined;
  }
  return undefined;
}

function groupText({ key, alerts, isDelivering }: AlertGroup): string {
  const company = alerts.length === 1 ? 'alone' : `with ${alerts.length - 1} other${alerts.length === 2 ? '' : 's'}`;
  return `in group ${key}, ${company}${isDelivering ? ', being delivered now' : ''}`;
}

async function holds(
  route: Route,
  { manager, labels, nowMs }: LiveParts,
  told: GroupStory | undefined,
): Promise<Pick<RouteFacts, 'inhibition' | 'time' | 'silence'>> {
  const { inhibitedBy, silencedBy } = manager.suppression(labels);
  const since = (...kinds: readonly string[]) =>
    told?.hold !== undefined && kinds.includes(told.hold.kind) ? told.hold.sinceMs : null;
  const [inhibition] = inhibitedBy;
  const [silence] = silencedBy;
  const muted = manager.mutedBy(route);
  const source = inhibition === undefined ? undefined : manager.alerts.get(inhibition.fingerprint);
  return {
    inhibition: inhibition && {
      text: `inhibited by ${source?.labels.toString() ?? inhibition.fingerprint}, inhibition rule ${inhibition.rule + 1}`,
      sinceMs: since('inhibited'),
    },
    time: muted.length === 0 ? undefined : await timeHold(route, muted, manager, nowMs, since('muted', 'inactive')),
    silence: silence && {
      text: `silenced by ${silence.createdBy} until ${timeText(silence.endsAtMs)}: ${silence.comment} (silence ${silence.id})`,
      sinceMs: since('silenced'),
    },
  };
}

async function timeHold(
  route: Route,
  names: readonly string[],
  manager: AlertManager,
  nowMs: number,
  sinceMs: number | null,
): Promise<Hold> {
  const endMs = await quietEnd(nowMs, (atMs) => manager.mutedBy(route, atMs).length > 0);
  const until = endMs === undefined ? 'for more than eight days' : `until ${timeText(endMs)}`;
  const isOutside = names === route.activeTimeIntervals;
  return { text: `${isOutside ? 'outside' : 'muted by'} ${names.join(', ')} ${until}`, sinceMs };
}

function integrationFacts(
  integration: Integration,
  route: Route,
  group: AlertGroup | undefined,
  told: GroupStory | undefined,
  parts: LiveParts,
): IntegrationFacts {
  const name = integrationText(integration);
  const story = told?.integrations.get(name);
  const sent = story?.sent;
  const troubles = story?.troubles ?? [];
  const entry = group && parts.manager.told(notificationKey(group.key, route.receiver, integration));
  const quiet = group && quietOf(integration, route, group, entry, parts);
  return { integration: name, sent, troubles, quiet };
}

/** Why the next look of the group will tell this integration nothing; undefined when it will. */
function quietOf(
  integration: Integration,
  route: Route,
  group: AlertGroup,
  entry: NotificationEntry | undefined,
  { manager, nowMs, alert }: LiveParts,
): Hold | undefined {
  const audible = group.alerts.filter(({ labels }) => {
    const { inhibitedBy, silencedBy } = manager.suppression(labels);
    return inhibitedBy.length + silencedBy.length === 0;
  });
  const state = { firing: new Set<string>(), resolved: new Set<string>() };
  for (const each of audible) (isResolvedAt(each, nowMs) ? state.resolved : state.firing).add(each.fingerprint);
  const { sendResolved } = integration;
  const { repeatIntervalMs } = route;
  const atMs = Math.max(nowMs, group.nextFlushMs);
  if (reasonToNotify(entry, state, { sendResolved, repeatIntervalMs, nowMs: atMs }) !== undefined) return undefined;
  if (entry === undefined) return { text: 'it was over before anybody was told of it', sinceMs: null };
  const isOver = alert !== undefined && isResolvedAt(alert, nowMs);
  if (isOver && !sendResolved) return { text: 'it is over, and send_resolved is false', sinceMs: entry.timeMs };
  const again = isOver ? '' : `; told again after ${timeText(entry.timeMs + repeatIntervalMs)}`;
  return { text: `nothing new since ${timeText(entry.timeMs)}${again}`, sinceMs: entry.timeMs };
}
