/**
 * Alerts over a restart. Beside a Prometheus, an Alertmanager goes on when the other is restarted, and tells the end of what does not
 * come back; in one process the alerts have to be written down for that. Written is what matters for telling: that an alert began,
 * that it is over, and now and then its changed text.
 */
import { Labels } from '@sightline/model';
import type { Clock } from '../../lib/clock.ts';
import type { StateRecord, StateStore } from '../../storage/state-store.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { type Alert, createAlert, isResolvedAt } from '../alert.ts';

const KIND = 'alert';
/** Annotations with a value in them change at each evaluation. */
const TEXT_EVERY_MS = 15 * 60_000;
const REMOVE_AT_ONCE = 5_000;

export interface AlertJournalOptions {
  readonly clock: Clock;
  readonly state: StateStore;
  readonly logger: Logger;
}

export interface JournalEntry {
  readonly alert: Alert;
  /** It was over when it was written. */
  readonly isResolved: boolean;
  readonly writtenMs: number;
}

interface StoredAlert extends Omit<Alert, 'labels' | 'annotations' | 'fingerprint'> {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly isResolved: boolean;
}

export class AlertJournal {
  readonly #options: AlertJournalOptions;
  /** As they are stored, or are about to be. */
  readonly #entries = new Map<string, JournalEntry>();
  /** Younger texts that wait until it is time to write. */
  readonly #newer = new Map<string, Alert>();
  readonly #unwritten = new Set<string>();
  #writing: Promise<void> | undefined;

  private constructor(options: AlertJournalOptions) {
    this.#options = options;
  }

  static async open(options: AlertJournalOptions): Promise<AlertJournal> {
    const journal = new AlertJournal(options);
    for (const record of await options.state.load(KIND)) {
      const entry = entryOf(record);
      journal.#entries.set(entry.alert.fingerprint, entry);
    }
    return journal;
  }

  /** What an earlier process wrote, until alerts are seen. */
  entries(): IterableIterator<JournalEntry> {
    return this.#entries.values();
  }

  /** Takes a report over, or an end that came without one. */
  see(alert: Alert): void {
    const { fingerprint } = alert;
    const nowMs = this.#options.clock.now();
    const isResolved = isResolvedAt(alert, nowMs);
    const known = this.#entries.get(fingerprint);
    // The end of something that never began here is nothing to remember.
    if (known === undefined && isResolved) return;
    const isSame = known?.isResolved === isResolved && known.alert.startsAtMs === alert.startsAtMs;
    if (isSame && known.alert.annotations.equals(alert.annotations)) return;
    if (isSame && nowMs - known.writtenMs < TEXT_EVERY_MS) {
      this.#newer.set(fingerprint, alert);
      return;
    }
    this.#write({ alert, isResolved, writtenMs: nowMs });
  }

  /** Alerts that nobody needs to know of any more. */
  forget(fingerprints: readonly string[]): void {
    const known = fingerprints.filter((fingerprint) => this.#entries.delete(fingerprint));
    for (const fingerprint of known) {
      this.#newer.delete(fingerprint);
      this.#unwritten.add(fingerprint);
    }
    if (known.length > 0) this.#start();
  }

  /** Writes what is left. */
  async close(): Promise<void> {
    const writtenMs = this.#options.clock.now();
    for (const [fingerprint, alert] of this.#newer) {
      const known = this.#entries.get(fingerprint);
      if (known !== undefined)
        this.#write({ ...known, alert: { ...known.alert, annotations: alert.annotations }, writtenMs });
    }
    await this.#writing;
  }

  #write(entry: JournalEntry): void {
    const { fingerprint } = entry.alert;
    this.#entries.set(fingerprint, entry);
    this.#newer.delete(fingerprint);
    this.#unwritten.add(fingerprint);
    this.#start();
  }

  /** One write at a time; what changes meanwhile shares the next. */
  #start(): void {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Never rejects. */
  async #writeAll(): Promise<void> {
    // In a turn of its own, so that alerts that are reported together share a write.
    await Promise.resolve();
    const { state, logger } = this.#options;
    while (this.#unwritten.size > 0) {
      const all = [...this.#unwritten];
      this.#unwritten.clear();
      const records = all.flatMap((fingerprint) => recordsOf(this.#entries.get(fingerprint)));
      const gone = all.filter((fingerprint) => !this.#entries.has(fingerprint));
      try {
        await state.append(records);
        for (let i = 0; i < gone.length; i += REMOVE_AT_ONCE) {
          await state.remove(KIND, gone.slice(i, i + REMOVE_AT_ONCE));
        }
      } catch (error) {
        logger.warn('alerts were not written; a restart may tell of them again or not at all', {
          alerts: all.length,
          error,
        });
      }
    }
  }
}

function recordsOf(entry: JournalEntry | undefined): StateRecord[] {
  if (entry === undefined) return [];
  const { fingerprint, labels, annotations, ...rest } = entry.alert;
  const stored: StoredAlert = {
    ...rest,
    labels: labels.toObject(),
    annotations: annotations.toObject(),
    isResolved: entry.isResolved,
  };
  return [{ kind: KIND, key: fingerprint, timeMs: entry.writtenMs, actor: 'alerts', payload: JSON.stringify(stored) }];
}

function entryOf({ payload, timeMs }: StateRecord): JournalEntry {
  const { labels, annotations, isResolved, ...rest } = JSON.parse(payload) as StoredAlert;
  const alert = createAlert({
    ...rest,
    labels: Labels.fromObject(labels),
    annotations: Labels.fromObject(annotations),
  });
  return { alert, isResolved, writtenMs: timeMs };
}
