/** What events tell about one alert, sorted by where it happened: the alert itself, each group it was in, each integration. */
import type { AlertEventRecord } from '../../storage/alert-event-store.ts';

/** A decision that was made once or again and again. */
export interface Decision {
  readonly kind: string;
  /** First time in a row. */
  readonly sinceMs: number;
  /** Last time that was recorded. */
  readonly lastMs: number;
  readonly detail: string;
}

export interface IntegrationStory {
  readonly integration: string;
  sent: Decision | undefined;
  /** What happened since it was last sent; the newest last. */
  troubles: Decision[];
  deduplicated: Decision | undefined;
}

export interface GroupStory {
  readonly receiver: string;
  readonly groupKey: string;
  grouped: Decision | undefined;
  /** What held it back at the last look; undefined when nothing did. */
  hold: Decision | undefined;
  readonly integrations: Map<string, IntegrationStory>;
}

export interface AlertStory {
  /** The last start, and the last end when it came after that. */
  firing: Decision | undefined;
  resolved: Decision | undefined;
  acknowledged: (Decision & { readonly actor: string }) | undefined;
  escalated: Decision[];
  readonly groups: Map<string, GroupStory>;
}

const HOLDS = new Set(['inhibited', 'silenced', 'muted', 'inactive']);
const TROUBLES = new Set(['retried', 'failed', 'limited']);

/** @param events of one alert, oldest first */
export function storyOf(events: readonly AlertEventRecord[]): AlertStory {
  const story: AlertStory = {
    firing: undefined,
    resolved: undefined,
    acknowledged: undefined,
    escalated: [],
    groups: new Map(),
  };
  for (const event of events) take(story, event);
  return story;
}

export function storyKey(receiver: string, groupKey: string): string {
  return `${receiver}\n${groupKey}`;
}

function take(story: AlertStory, event: AlertEventRecord): void {
  const { kind, timeMs, detail, actor } = event;
  const decision = { kind, sinceMs: timeMs, lastMs: timeMs, detail };
  switch (kind) {
    case 'firing':
      story.firing = decision;
      story.resolved = undefined;
      story.acknowledged = undefined;
      story.escalated = [];
      // What receivers were told before is remembered; what held the alert back is decided anew.
      for (const group of story.groups.values()) group.hold = undefined;
      return;
    case 'resolved':
      story.resolved = decision;
      return;
    case 'acknowledged':
      story.acknowledged = { ...decision, actor };
      return;
    case 'unacknowledged':
      story.acknowledged = undefined;
      return;
    case 'escalated':
      story.escalated.push(decision);
      if (event.groupKey !== '') groupOf(story, event).grouped = decision;
      return;
    case 'noted':
      return;
    default:
      takeOfGroup(groupOf(story, event), event, decision);
  }
}

function groupOf({ groups }: AlertStory, { receiver, groupKey }: AlertEventRecord): GroupStory {
  const key = storyKey(receiver, groupKey);
  let group = groups.get(key);
  if (group === undefined) {
    group = { receiver, groupKey, grouped: undefined, hold: undefined, integrations: new Map() };
    groups.set(key, group);
  }
  return group;
}

function takeOfGroup(group: GroupStory, { kind, integration: name }: AlertEventRecord, decision: Decision): void {
  if (kind === 'grouped') {
    group.grouped = continued(group.grouped, decision);
    return;
  }
  if (HOLDS.has(kind)) {
    group.hold = continued(group.hold, decision);
    return;
  }
  group.hold = undefined;
  let integration = group.integrations.get(name);
  if (integration === undefined) {
    integration = { integration: name, sent: undefined, troubles: [], deduplicated: undefined };
    group.integrations.set(name, integration);
  }
  if (kind === 'sent') {
    integration.sent = decision;
    integration.troubles = [];
    integration.deduplicated = undefined;
  } else if (kind === 'deduplicated') {
    integration.deduplicated = continued(integration.deduplicated, decision);
    integration.troubles = [];
  } else if (TROUBLES.has(kind)) {
    const last = integration.troubles.at(-1);
    if (last?.kind === kind) integration.troubles.pop();
    integration.troubles.push(continued(last, decision));
  }
}

function continued(before: Decision | undefined, now: Decision): Decision {
  return before?.kind === now.kind && before.detail === now.detail ? { ...now, sinceMs: before.sinceMs } : now;
}
