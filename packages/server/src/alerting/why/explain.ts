/** Why something was or was not sent about an alert: now from what runs, at earlier times from what was recorded. */
import type { AlertAcknowledgement, AlertInstance, AlertWhy, LabelSet, WhyStep } from '@sightline/api-types';
import { Labels } from '@sightline/model';
import type { AlertEventRecord } from '../../storage/alert-event-store.ts';
import type { AlertManager } from '../alert-manager.ts';
import type { EventRecorder } from '../events/event-recorder.ts';
import type { AlertInstances } from '../instances/alert-instances.ts';
import type { RuleAlert } from '../instances/rule-alerts.ts';
import { type RouteFacts, timeText } from './facts.ts';
import { liveRoutes } from './live-facts.ts';
import { escalatedRoutes, pastRoutes } from './past-facts.ts';
import { routeAnswer, type Verdict } from './steps.ts';
import { type AlertStory, storyOf } from './story.ts';

export interface WhyParts {
  readonly manager: AlertManager;
  readonly instances: AlertInstances;
  readonly events: Pick<EventRecorder, 'find'>;
  /** Unix ms. */
  readonly now: () => number;
}

/** What was decided longer ago is not looked at. */
const LOOKBACK_MS = 31 * 24 * 3_600_000;
const MAX_EVENTS = 5_000;
/** A time this close to now is now. */
const NOW_MS = 1_000;

/** Undefined when nothing is known about such an alert at that time. @param timeMs undefined for now */
export async function explainAlert(
  parts: WhyParts,
  fingerprint: string,
  timeMs: number | undefined,
): Promise<AlertWhy | undefined> {
  const nowMs = parts.now();
  const atMs = Math.min(timeMs ?? nowMs, nowMs);
  const events = await parts.events.find({ fingerprint, startMs: atMs - LOOKBACK_MS, endMs: atMs, limit: MAX_EVENTS });
  const story = storyOf(events);
  const isPast = nowMs - atMs > NOW_MS;
  const instance = await parts.instances.get(fingerprint);
  if (!isPast && instance !== undefined) return explainNow(parts, instance, story, nowMs);
  const labels = labelsOf(events) ?? instance?.labels;
  if (labels === undefined || events.length === 0) return undefined;
  return explainPast(story, labels, atMs);
}

/** Those of its newest event that has them. */
function labelsOf(events: readonly AlertEventRecord[]): LabelSet | undefined {
  return events.findLast((event) => event.labels !== undefined)?.labels?.toObject();
}

async function explainNow(
  { manager, instances }: WhyParts,
  instance: AlertInstance,
  story: AlertStory,
  nowMs: number,
): Promise<AlertWhy> {
  const { fingerprint, labels, acknowledgement } = instance;
  const own = await instances.ruleAlert(fingerprint);
  const alert = instance.state === 'pending' ? undefined : manager.alerts.get(fingerprint);
  const routes = await liveRoutes({ manager, labels: Labels.fromObject(labels), alert, story, nowMs });
  const answers = [...routes, ...escalatedRoutes(story)].map(routeAnswer);
  const first = stateStep(instance, own);
  const verdicts: Verdict[] =
    instance.state === 'pending'
      ? [{ outcome: 'waiting', text: first.text }]
      : answers.flatMap((answer) => answer.verdicts);
  return {
    timeMs: nowMs,
    labels,
    summary: summaryOf(verdicts),
    steps: [first, ...peopleSteps(story, acknowledgement), ...answers.flatMap(({ steps }) => steps)],
  };
}

function explainPast(story: AlertStory, labels: LabelSet, atMs: number): AlertWhy {
  const routes: readonly RouteFacts[] = pastRoutes(story);
  const answers = routes.map(routeAnswer);
  const { firing, resolved } = story;
  const state = resolved ?? firing;
  const text =
    state === undefined
      ? 'when it began is not recorded'
      : state === resolved
        ? `over since ${timeText(state.sinceMs)}`
        : `firing ${state.detail}`;
  const first = step('alert', 'passed', state?.sinceMs ?? null, text);
  return {
    timeMs: atMs,
    labels,
    summary: summaryOf(answers.flatMap(({ verdicts }) => verdicts)),
    steps: [first, ...peopleSteps(story, null), ...answers.flatMap(({ steps }) => steps)],
  };
}

function stateStep(alert: AlertInstance, own: RuleAlert | undefined): WhyStep {
  const { state, startsAtMs, endsAtMs } = alert;
  if (state === 'resolved') return step('alert', 'passed', endsAtMs, `over since ${timeText(endsAtMs ?? startsAtMs)}`);
  if (state === 'pending') {
    const firesMs = startsAtMs + (own?.spec.forMs ?? 0);
    const text = `pending since ${timeText(startsAtMs)}: nobody is told before it fires, at ${timeText(firesMs)} if it lasts`;
    return step('alert', 'waiting', startsAtMs, text);
  }
  return step('alert', 'passed', startsAtMs, `firing since ${timeText(startsAtMs)}`);
}

/** What people did, which changes what is sent. */
function peopleSteps({ acknowledged, escalated }: AlertStory, known: AlertAcknowledgement | null): WhyStep[] {
  const who =
    known ?? (acknowledged && { by: acknowledged.actor, note: acknowledged.detail, timeMs: acknowledged.sinceMs });
  const steps = escalated.map(({ sinceMs, detail }) => step('escalation', 'sent', sinceMs, detail));
  if (!who) return steps;
  const note = who.note === '' ? '' : `: ${who.note}`;
  return [...steps, step('acknowledgement', 'passed', who.timeMs, `acknowledged by ${who.by}${note}`)];
}

function step(stage: string, outcome: WhyStep['outcome'], timeMs: number | null, text: string): WhyStep {
  return { stage, outcome, timeMs, receiver: '', integration: '', text };
}

const ORDER: readonly Verdict['outcome'][] = ['failed', 'sent', 'waiting', 'held', 'passed'];

/** What went wrong first, then what was done, then what is yet to come. */
function summaryOf(verdicts: readonly Verdict[]): string {
  if (verdicts.length === 0) return 'Nothing about it is on its way to anybody.';
  const texts = [...verdicts]
    .sort((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome))
    .map(({ text }) => text);
  const sentence = [...new Set(texts)].join('; ');
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}
