/**
 * Which events say something new. A group that is looked at every few minutes decides the same about each alert again and again:
 * what is kept is the change of a decision, and a reminder from time to time that it still holds.
 */
import type { AlertEvent, AlertEventKind } from './alert-event.ts';

/** A decision that stays the same is kept again after this time. */
const REMINDER_MS = 3_600_000;
/** Alerts whose decisions are remembered; the longest known are forgotten first, whose next decision is kept once too often. */
const MAX_ALERTS = 50_000;

/** What keeps an alert from a group's receiver altogether: one of them holds, or none. */
const HOLDS: ReadonlySet<AlertEventKind> = new Set(['inhibited', 'silenced', 'muted', 'inactive']);
/** What happens to an integration again and again until it changes. */
const REPEATING: ReadonlySet<AlertEventKind> = new Set(['deduplicated', 'retried', 'failed', 'limited']);
/** Tries are counted in their words; which one it is makes no difference. */
const COUNTED: ReadonlySet<AlertEventKind> = new Set(['retried', 'failed']);

interface Decision {
  readonly kind: AlertEventKind;
  readonly meaning: string;
  readonly keptMs: number;
}

/** The decisions of one alert by where they were made. */
type Decisions = Map<string, Decision>;

export class RepeatFilter {
  readonly #alerts = new Map<string, Decisions>();

  /** False: the same was kept a short while ago. Takes it as kept otherwise. */
  isNews(event: AlertEvent): boolean {
    const { kind, fingerprint, groupKey, receiver, integration } = event;
    if (kind === 'firing' || kind === 'resolved') {
      // Everything is decided anew, and told anew.
      this.#alerts.delete(fingerprint);
      return true;
    }
    const place = `${receiver}\n${groupKey}\n`;
    if (kind === 'grouped') return this.#isChange(event, `${place}group`);
    if (HOLDS.has(kind)) {
      this.#forget(fingerprint, `${place}to\n`);
      return this.#isChange(event, `${place}hold`);
    }
    const to = `${place}to\n${integration}\n`;
    if (kind === 'sent') {
      this.#forget(fingerprint, to);
      this.#forget(fingerprint, `${place}hold`);
      return true;
    }
    if (!REPEATING.has(kind)) return true;
    this.#forget(fingerprint, `${place}hold`);
    return this.#isChange(event, `${to}${kind}`);
  }

  /** What was taken as kept was not: the next one like it is news. */
  undo({ fingerprint }: AlertEvent): void {
    this.#alerts.delete(fingerprint);
  }

  #isChange(event: AlertEvent, slot: string): boolean {
    const { fingerprint, kind, timeMs } = event;
    const meaning = COUNTED.has(kind) ? event.detail.replace(/\d+/g, '#') : event.detail;
    let decisions = this.#alerts.get(fingerprint);
    const before = decisions?.get(slot);
    if (before?.kind === kind && before.meaning === meaning && timeMs - before.keptMs < REMINDER_MS) return false;
    if (decisions === undefined) {
      this.#makeRoom();
      decisions = new Map();
      this.#alerts.set(fingerprint, decisions);
    }
    decisions.set(slot, { kind, meaning, keptMs: timeMs });
    return true;
  }

  #forget(fingerprint: string, prefix: string): void {
    const decisions = this.#alerts.get(fingerprint);
    if (decisions === undefined) return;
    for (const slot of decisions.keys()) if (slot.startsWith(prefix)) decisions.delete(slot);
  }

  #makeRoom(): void {
    if (this.#alerts.size < MAX_ALERTS) return;
    const [oldest] = this.#alerts.keys();
    if (oldest !== undefined) this.#alerts.delete(oldest);
  }
}
