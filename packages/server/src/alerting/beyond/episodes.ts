/**
 * Episodes: the time from the start of an alert to its end, with what people and escalations did meanwhile. Marks are stored, so that a
 * restart keeps them; they go with the end of the alert.
 */
import type { AlertAcknowledgement } from '@sightline/api-types';
import type { Clock, Timer } from '../../lib/clock.ts';
import type { StateStore } from '../../storage/state-store.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { type Alert, isResolvedAt } from '../alert.ts';

const KIND = 'alert-episode';
const SWEEP_MS = 30_000;
/** Rules with a long `for` wait up to ten minutes after a start before they fire again. */
const RETURN_MS = 20 * 60_000;

export interface EpisodeMarks {
  readonly acknowledgement?: AlertAcknowledgement;
  /** Unix ms from which escalations count. */
  readonly escalatesFromMs?: number;
  /** When each step was taken, by its key. */
  readonly steps?: Readonly<Record<string, number>>;
}

export interface EpisodesOptions {
  readonly clock: Clock;
  readonly state: StateStore;
  readonly logger: Logger;
}

/** Stored when an episode is over: quick, while removing rows is not, and is done for many at once. */
interface OverMarks extends EpisodeMarks {
  readonly isOver?: true;
}

const NO_MARKS: EpisodeMarks = {};
const OVER: OverMarks = { isOver: true };
/** Keys of one removal. */
const REMOVE_AT_ONCE = 1_000;

export class Episodes {
  readonly #options: EpisodesOptions;
  readonly #openedMs: number;
  /** Firing ones, as last reported. */
  readonly #alerts = new Map<string, Alert>();
  readonly #marks = new Map<string, EpisodeMarks>();
  readonly #listeners = new Set<(fingerprint: string) => void>();
  readonly #unwritten = new Set<string>();
  /** Keys of episodes that are over and still stored. */
  readonly #over = new Set<string>();
  #write: Promise<void> | undefined;
  #lastWrite: Promise<void> = Promise.resolve();
  #timer: Timer;

  private constructor(options: EpisodesOptions) {
    this.#options = options;
    this.#openedMs = options.clock.now();
    this.#timer = this.#schedule();
  }

  static async open(options: EpisodesOptions): Promise<Episodes> {
    const episodes = new Episodes(options);
    for (const { key, payload } of await options.state.load(KIND)) {
      const marks = JSON.parse(payload) as OverMarks;
      if (marks.isOver === true) episodes.#over.add(key);
      else episodes.#marks.set(key, marks);
    }
    return episodes;
  }

  /** The alert while it fires. */
  alert(fingerprint: string): Alert | undefined {
    const alert = this.#alerts.get(fingerprint);
    return alert !== undefined && !isResolvedAt(alert, this.#options.clock.now()) ? alert : undefined;
  }

  marks(fingerprint: string): EpisodeMarks {
    return this.alert(fingerprint) === undefined ? NO_MARKS : (this.#marks.get(fingerprint) ?? NO_MARKS);
  }

  /** Resolves when it is stored; it counts from the start. @throws StorageError */
  mark(fingerprint: string, marks: EpisodeMarks): Promise<void> {
    this.#marks.set(fingerprint, marks);
    return this.#store(fingerprint);
  }

  /** As `mark`, for what may be lost: a failure is logged. */
  note(fingerprint: string, marks: EpisodeMarks): void {
    this.mark(fingerprint, marks).catch((error: unknown) => {
      this.#options.logger.warn('a restart may repeat a step of an escalation: it could not be stored', { error });
    });
  }

  /** Takes a report over. */
  see(alert: Alert): void {
    const nowMs = this.#options.clock.now();
    const known = this.#alerts.get(alert.fingerprint);
    if (isResolvedAt(alert, nowMs)) {
      // An end from before the start was not told here: whoever reported the alert may do so again.
      if (known !== undefined || alert.endsAtMs >= this.#openedMs) this.#end(alert.fingerprint);
      return;
    }
    if (known !== undefined && isResolvedAt(known, nowMs)) this.#end(alert.fingerprint);
    this.#alerts.set(alert.fingerprint, alert);
  }

  /** Hears of every end. */
  onEnd(listener: (fingerprint: string) => void): void {
    this.#listeners.add(listener);
  }

  async close(): Promise<void> {
    this.#timer.cancel();
    await this.#write?.catch(() => undefined);
    await this.#lastWrite;
  }

  #end(fingerprint: string): void {
    this.#alerts.delete(fingerprint);
    this.#forget(fingerprint);
    for (const listener of this.#listeners) listener(fingerprint);
  }

  #forget(fingerprint: string): void {
    if (!this.#marks.delete(fingerprint)) return;
    this.#store(fingerprint).catch((error: unknown) => {
      this.#options.logger.warn('a restart may find marks of an alert that is over', { fingerprint, error });
    });
  }

  #schedule(): Timer {
    const { clock } = this.#options;
    return clock.setTimer(SWEEP_MS, () => {
      const nowMs = clock.now();
      for (const [fingerprint, alert] of this.#alerts) if (isResolvedAt(alert, nowMs)) this.#end(fingerprint);
      if (nowMs > this.#openedMs + RETURN_MS) {
        for (const fingerprint of this.#marks.keys()) if (!this.#alerts.has(fingerprint)) this.#forget(fingerprint);
      }
      // A write that waits may be of a key that is to be removed.
      if (this.#over.size > 0 && this.#write === undefined)
        this.#lastWrite = this.#lastWrite.then(() => this.#removeOver());
      this.#timer = this.#schedule();
    });
  }

  /** One write at a time, in order; what changes meanwhile shares the next. */
  #store(fingerprint: string): Promise<void> {
    this.#unwritten.add(fingerprint);
    this.#write ??= this.#lastWrite.then(() => this.#writeAll());
    return this.#write;
  }

  async #writeAll(): Promise<void> {
    const { state, clock } = this.#options;
    const keys = [...this.#unwritten];
    this.#unwritten.clear();
    const timeMs = clock.now();
    const records = keys.map((key) => {
      const marks = this.#marks.get(key);
      if (marks === undefined) this.#over.add(key);
      else this.#over.delete(key);
      const actor = marks?.acknowledgement?.by ?? 'notifier';
      return { kind: KIND, key, timeMs, actor, payload: JSON.stringify(marks ?? OVER) };
    });
    const work = state.append(records);
    this.#write = undefined;
    this.#lastWrite = work.catch(() => undefined);
    await work;
  }

  /** What cannot be removed now is tried again. */
  async #removeOver(): Promise<void> {
    const { state, logger } = this.#options;
    const keys = [...this.#over].slice(0, REMOVE_AT_ONCE);
    try {
      await state.remove(KIND, keys);
      for (const key of keys) this.#over.delete(key);
    } catch (error) {
      logger.warn('marks of alerts that are over were not removed', { error });
    }
  }
}
