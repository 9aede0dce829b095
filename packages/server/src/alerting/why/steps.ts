/** Facts in the order in which things are decided, in words. Shapes: @sightline/api-types. */
import type { WhyOutcome, WhyStep } from '@sightline/api-types';
import { type Hold, type IntegrationFacts, type RouteFacts, timeText } from './facts.ts';
import type { Decision } from './story.ts';

/** What became of the alert on one route, for the sentence that answers the question. */
export interface Verdict {
  readonly outcome: WhyOutcome;
  readonly text: string;
}

export interface RouteAnswer {
  readonly steps: readonly WhyStep[];
  readonly verdicts: readonly Verdict[];
}

export function routeAnswer(facts: RouteFacts): RouteAnswer {
  const { receiver } = facts;
  const steps: WhyStep[] = [];
  const add = (stage: string, outcome: WhyOutcome, timeMs: number | null, text: string, integration = '') =>
    steps.push({ stage, outcome, timeMs, receiver, integration, text });
  add('route', 'passed', null, `goes to ${receiver} by ${facts.routeText}`);
  if (facts.groupText === undefined) {
    add('group', 'waiting', null, 'is in no group yet');
    return { steps, verdicts: [{ outcome: 'waiting', text: `it is not yet in a group for ${receiver}` }] };
  }
  const { nextMs, isUndecided } = facts;
  const next = nextMs === undefined ? '' : `; looked at next at ${timeText(nextMs)}`;
  add('group', isUndecided ? 'waiting' : 'passed', facts.groupedMs, `${facts.groupText}${next}`);
  const hold = addHolds(facts, add);
  if (hold !== undefined) return { steps, verdicts: [hold] };
  if (isUndecided) {
    const when = nextMs === undefined ? '' : ` until ${timeText(nextMs)}`;
    return { steps, verdicts: [{ outcome: 'waiting', text: `its group for ${receiver} waits for company${when}` }] };
  }
  const { integrations } = facts;
  if (integrations?.length === 0) {
    add('send', 'held', null, `${receiver} has no integration: nobody is told`);
    return { steps, verdicts: [{ outcome: 'held', text: `receiver ${receiver} has no integration` }] };
  }
  return { steps, verdicts: (integrations ?? []).map((each) => addIntegration(each, facts, add)) };
}

type Add = (stage: string, outcome: WhyOutcome, timeMs: number | null, text: string, integration?: string) => void;

/** In the order of the pipeline; what stands behind the first that holds is not asked any more. */
function addHolds(facts: RouteFacts, add: Add): Verdict | undefined {
  const stages: readonly (readonly [stage: string, hold: Hold | undefined, free: string])[] = [
    ['inhibition', facts.inhibition, 'no alert inhibits it'],
    ['time', facts.time, 'no time interval keeps the route quiet'],
    ['silence', facts.silence, 'no silence matches'],
  ];
  for (const [stage, hold, free] of stages) {
    if (hold !== undefined) {
      add(stage, 'held', hold.sinceMs, hold.text);
      return { outcome: 'held', text: `for ${facts.receiver} it is ${hold.text}` };
    }
    if (!facts.isUndecided) add(stage, 'passed', null, free);
  }
  return undefined;
}

function addIntegration(facts: IntegrationFacts, { receiver, nextMs }: RouteFacts, add: Add): Verdict {
  const { integration, sent, troubles, quiet } = facts;
  const to = `${receiver} (${integration})`;
  const put = (stage: string, outcome: WhyOutcome, timeMs: number | null, text: string) =>
    add(stage, outcome, timeMs, text, integration);
  if (sent !== undefined) put('send', 'sent', sent.sinceMs, `sent: ${sentText(sent.detail)}`);
  for (const trouble of troubles) put(stageOf(trouble), outcomeOf(trouble), trouble.lastMs, troubleText(trouble));
  const last = troubles.at(-1);
  const next = nextMs === undefined ? '' : `; the next try is at ${timeText(nextMs)}`;
  if (last?.kind === 'limited') return { outcome: 'held', text: `${to} has too many notifications: ${last.detail}` };
  if (last !== undefined) {
    const outcome = last.kind === 'failed' ? 'failed' : 'waiting';
    return { outcome, text: `${to} did not take it: ${last.detail}${outcome === 'failed' ? next : ''}` };
  }
  if (quiet !== undefined) put('dedup', 'held', quiet.sinceMs, quiet.text);
  if (sent !== undefined) {
    const more = quiet === undefined ? '' : `; ${quiet.text}`;
    return { outcome: 'sent', text: `sent to ${to} at ${timeText(sent.sinceMs)}${more}` };
  }
  if (quiet !== undefined) return { outcome: 'held', text: `${to}: ${quiet.text}` };
  const when = nextMs === undefined ? 'at the next look of its group' : `at ${timeText(nextMs)}`;
  put('send', 'waiting', nextMs ?? null, `is told ${when}`);
  return { outcome: 'waiting', text: `${to} is told ${when}` };
}

function stageOf({ kind }: Decision): string {
  return kind === 'limited' ? 'limit' : 'send';
}

function outcomeOf({ kind }: Decision): WhyOutcome {
  return kind === 'failed' ? 'failed' : kind === 'limited' ? 'held' : 'waiting';
}

function troubleText({ kind, detail, sinceMs, lastMs }: Decision): string {
  const since = sinceMs < lastMs ? `, since ${timeText(sinceMs)}` : '';
  if (kind === 'limited') return `limited: ${detail}${since}`;
  return kind === 'failed' ? `failed: ${detail}${since}` : `tried again: ${detail}${since}`;
}

const REASONS: Readonly<Record<string, string>> = {
  first: 'the first message about its group',
  'new-alerts': 'the group had an alert that the receiver had not heard of',
  'all-resolved': 'all alerts of the group were over',
  'some-resolved': 'an alert of the group was over',
  repeat: 'the time to repeat had come',
  digest: 'in one message with everything that the rate limit had held',
};

function sentText(reason: string): string {
  return REASONS[reason] ?? reason;
}
