/** The ways of an alert as they were at a time in the past, from what was recorded until then. */
import { type Hold, type IntegrationFacts, type RouteFacts, timeText } from './facts.ts';
import type { AlertStory, Decision, GroupStory, IntegrationStory } from './story.ts';

/** What escalations did beside the routes. */
export function escalatedRoutes(story: AlertStory): RouteFacts[] {
  return pastRoutes(story, ({ grouped }) => grouped?.kind === 'escalated');
}

export function pastRoutes(
  { groups, firing }: AlertStory,
  isWanted: (group: GroupStory) => boolean = () => true,
): RouteFacts[] {
  // A group that it was in before its last start only, by another configuration, has nothing to say.
  const sinceMs = firing?.sinceMs ?? Number.NEGATIVE_INFINITY;
  return [...groups.values()].filter((group) => isWanted(group) && lastMs(group) >= sinceMs).map(routeFacts);
}

function lastMs({ grouped, hold, integrations }: GroupStory): number {
  const ends = [...integrations.values()].flatMap(({ sent, troubles, deduplicated }) => [
    sent,
    ...troubles,
    deduplicated,
  ]);
  return Math.max(...[grouped, hold, ...ends].map((decision) => decision?.lastMs ?? Number.NEGATIVE_INFINITY));
}

function routeFacts(group: GroupStory): RouteFacts {
  const { receiver, groupKey, grouped, hold, integrations } = group;
  return {
    receiver,
    routeText: grouped?.detail ?? 'a route that is not recorded',
    groupedMs: grouped?.sinceMs ?? null,
    groupText: `in group ${groupKey}`,
    nextMs: undefined,
    isUndecided: hold === undefined && integrations.size === 0,
    inhibition: holdOf(hold, ['inhibited']),
    time: holdOf(hold, ['muted', 'inactive']),
    silence: holdOf(hold, ['silenced']),
    integrations: [...integrations.values()].map(integrationFacts),
  };
}

function holdOf(hold: Decision | undefined, kinds: readonly string[]): Hold | undefined {
  if (hold === undefined || !kinds.includes(hold.kind)) return undefined;
  return { text: `${hold.kind} ${hold.detail}`, sinceMs: hold.sinceMs };
}

function integrationFacts({ integration, sent, troubles, deduplicated }: IntegrationStory): IntegrationFacts {
  const quiet =
    deduplicated === undefined
      ? undefined
      : { text: `${deduplicated.detail} (since ${timeText(deduplicated.sinceMs)})`, sinceMs: deduplicated.sinceMs };
  return { integration, sent, troubles, quiet };
}
