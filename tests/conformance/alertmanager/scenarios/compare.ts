/** What both sides told, in a form that can be compared: by receiver and group, moments in units of the scenario. */
import type { Delivery, WebhookAlert } from './receivers.ts';
import type { Timeline } from './scenario.ts';

export interface ToldGroup {
  readonly receiver: string;
  readonly groupKey: string;
  readonly messages: readonly ToldMessage[];
}

export interface ToldMessage {
  /** Units since the start, to the hundredth. */
  readonly at: number;
  readonly status: number;
  readonly alerts: string;
  /** The payload, with the moments of alerts in half units. */
  readonly body: object;
}

interface AlertInUnits extends Omit<WebhookAlert, 'startsAt' | 'endsAt'> {
  readonly startsAt: number | string;
  readonly endsAt: number | string;
}

/** How far apart the same message may be on both sides, in units: less than the least pause between two flushes. */
const TOLERANCE = 0.45;
const NO_TIME = '0001-01-01T00:00:00Z';

/** The deliveries of one scenario. Tries that failed alike, one after the other, are one message. */
export function toldGroups(deliveries: readonly Delivery[], scenario: string, timeline: Timeline): ToldGroup[] {
  const groups = new Map<string, { receiver: string; groupKey: string; messages: ToldMessage[] }>();
  for (const { path, timeMs, status, body } of deliveries) {
    if (!path.startsWith(`/${scenario}/`)) continue;
    const { groupKey } = body;
    const key = `${path} ${groupKey}`;
    const group = groups.get(key) ?? { receiver: path, groupKey, messages: [] };
    groups.set(key, group);
    const alerts = body.alerts.map((alert) => inUnits(alert, timeline));
    const message = {
      at: round((timeMs - timeline.startMs) / timeline.unitMs, 100),
      status,
      alerts: alerts.map(alertText).join(', '),
      body: { ...body, alerts },
    };
    const last = group.messages.at(-1);
    const isRetry = last !== undefined && status !== 200 && last.status === status && isSame(last.body, message.body);
    if (!isRetry) group.messages.push(message);
  }
  return [...groups.values()].sort((a, b) => compare(a.receiver, b.receiver) || compare(a.groupKey, b.groupKey));
}

/** Ours with the moments of theirs, where they are as good as the same. */
export function aligned(
  ours: readonly ToldGroup[],
  theirs: readonly ToldGroup[],
  tolerance = TOLERANCE,
): readonly ToldGroup[] {
  return ours.map((group) => {
    const other = theirs.find(({ receiver, groupKey }) => receiver === group.receiver && groupKey === group.groupKey);
    const messages = group.messages.map((message, index) => {
      const at = other?.messages[index]?.at ?? Number.POSITIVE_INFINITY;
      return Math.abs(at - message.at) < tolerance ? { ...message, at } : message;
    });
    return { ...group, messages };
  });
}

/** One line a message: what differs at a glance, before the payloads are compared. */
export function outline(groups: readonly ToldGroup[]): string[] {
  return groups.flatMap(({ receiver, groupKey, messages }) =>
    messages.map(({ at, status, alerts }) => `${receiver} ${groupKey} at ${at}, answered ${status}: ${alerts}`),
  );
}

/** `A{job="x"} since 0 firing`: without what all alerts of a scenario have. */
function alertText({ labels, startsAt, endsAt, status }: AlertInUnits): string {
  const { scenario, ...own } = labels;
  const end = status === 'firing' ? 'fires' : `ended ${endsAt}`;
  return `${Object.values(own).join(' ')} since ${startsAt} ${end}`;
}

function inUnits(alert: WebhookAlert, { startMs, unitMs }: Timeline): AlertInUnits {
  const moment = (text: string) => (text === NO_TIME ? text : round((Date.parse(text) - startMs) / unitMs, 2));
  return { ...alert, startsAt: moment(alert.startsAt), endsAt: moment(alert.endsAt) };
}

function isSame(a: object, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function round(value: number, parts: number): number {
  return Math.round(value * parts) / parts;
}
