/** What happened to an alert, in words: repetitions folded, states in shares of a range. Pure. */
import type { AlertEventEntry, AlertEventKind, AlertStateSpan, WhyOutcome } from '@sightline/api-types';

/** What an entry is about, for its glyph and colour. */
type TimelineTone = 'bad' | 'good' | 'held' | 'person' | 'plain';

export interface TimelineEntry {
  readonly key: string;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly count: number;
  readonly kind: AlertEventKind;
  readonly tone: TimelineTone;
  readonly title: string;
  readonly detail: string;
}

const TONES: Readonly<Record<AlertEventKind, TimelineTone>> = {
  firing: 'bad',
  resolved: 'good',
  grouped: 'plain',
  inhibited: 'held',
  silenced: 'held',
  muted: 'held',
  inactive: 'held',
  deduplicated: 'plain',
  retried: 'bad',
  failed: 'bad',
  sent: 'good',
  limited: 'held',
  acknowledged: 'person',
  unacknowledged: 'person',
  escalated: 'bad',
  noted: 'person',
};

function titleOf({ kind, receiver, integration, actor }: AlertEventEntry): string {
  const who = actor === '' ? 'Somebody' : actor;
  const where = integration === '' ? receiver : receiver === '' ? integration : `${receiver} (${integration})`;
  switch (kind) {
    case 'firing':
      return 'Fires';
    case 'resolved':
      return 'Resolved';
    case 'grouped':
      return where === '' ? 'Put into a group' : `Put into a group for ${where}`;
    case 'inhibited':
      return 'Held back by another alert';
    case 'silenced':
      return 'Silenced';
    case 'muted':
      return 'Quiet by a time interval';
    case 'inactive':
      return 'Outside of the active hours';
    case 'deduplicated':
      return `Not sent again${where === '' ? '' : ` to ${where}`}: nothing new`;
    case 'retried':
      return `Tried again: ${where}`;
    case 'failed':
      return `Could not be sent to ${where}`;
    case 'sent':
      return `Sent to ${where}`;
    case 'limited':
      return `Kept back by the rate limit${where === '' ? '' : ` of ${where}`}`;
    case 'acknowledged':
      return `${who} acknowledged`;
    case 'unacknowledged':
      return `${who} took the acknowledgement back`;
    case 'escalated':
      return `Escalated${where === '' ? '' : ` to ${where}`}`;
    case 'noted':
      return `${who} noted`;
  }
}

/** Why a message went out, in words. */
const SENT_WORDS: Readonly<Record<string, string>> = {
  first: 'the first message of the group',
  'new-alerts': 'alerts had joined the group',
  'some-resolved': 'alerts of the group were over',
  'all-resolved': 'all alerts of the group were over',
  repeat: 'again: the time to repeat had come',
};

const detailOf = ({ kind, detail }: AlertEventEntry): string =>
  kind === 'sent' ? (SENT_WORDS[detail] ?? detail) : detail;

/** Oldest first; the same thing again and again is one entry with a count. */
export function timelineEntries(events: readonly AlertEventEntry[]): readonly TimelineEntry[] {
  const sorted = [...events].sort((a, b) => a.timeMs - b.timeMs);
  const out: TimelineEntry[] = [];
  for (const event of sorted) {
    const { kind, timeMs } = event;
    const detail = detailOf(event);
    const title = titleOf(event);
    const last = out.at(-1);
    if (
      last !== undefined &&
      last.kind === kind &&
      last.title === title &&
      last.detail === detail &&
      kind !== 'noted'
    ) {
      out[out.length - 1] = { ...last, lastMs: timeMs, count: last.count + 1 };
      continue;
    }
    const key = `${timeMs} ${kind} ${out.length}`;
    out.push({ key, firstMs: timeMs, lastMs: timeMs, count: 1, kind, tone: TONES[kind], title, detail });
  }
  return out;
}

export interface LanePart {
  readonly state: AlertStateSpan['state'];
  readonly fromMs: number;
  readonly toMs: number;
}

/** The parts of the spans inside a range, joined where one state goes on. */
export function laneParts(spans: readonly AlertStateSpan[], fromMs: number, toMs: number): readonly LanePart[] {
  const out: LanePart[] = [];
  for (const span of spans) {
    const part = { state: span.state, fromMs: Math.max(fromMs, span.fromMs), toMs: Math.min(toMs, span.toMs) };
    if (part.toMs <= part.fromMs) continue;
    const last = out.at(-1);
    if (last !== undefined && last.state === part.state && last.toMs >= part.fromMs) {
      out[out.length - 1] = { ...last, toMs: Math.max(last.toMs, part.toMs) };
    } else out.push(part);
  }
  return out;
}

export const OUTCOME_WORDS: Readonly<Record<WhyOutcome, string>> = {
  passed: 'went on',
  held: 'held',
  sent: 'sent',
  failed: 'failed',
  waiting: 'waits',
};
