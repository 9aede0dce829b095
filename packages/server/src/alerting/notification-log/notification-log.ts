/**
 * What each receiver was last told about each group, so that it hears of a problem once, a restart in between or not.
 * Source: Alertmanager nflog/nflog.go, notify/notify.go (DedupStage).
 */
import type { Clock, Timer } from '../../lib/clock.ts';
import type { StateStore } from '../../storage/state-store.ts';

const KIND = 'notification';
const COLLECT_MS = 15 * 60_000;

export interface NotificationEntry {
  readonly timeMs: number;
  /** Fingerprints. */
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  readonly expiresAtMs: number;
}

export class NotificationLog {
  readonly #entries = new Map<string, NotificationEntry>();
  /** The last in line for each key. */
  readonly #lines = new Map<string, Promise<void>>();
  readonly #state: StateStore;
  readonly #clock: Clock;
  #timer: Timer;

  private constructor(state: StateStore, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
    this.#timer = this.#schedule();
  }

  static async open(state: StateStore, clock: Clock): Promise<NotificationLog> {
    const log = new NotificationLog(state, clock);
    for (const { key, payload } of await state.load(KIND)) {
      log.#entries.set(key, JSON.parse(payload) as NotificationEntry);
    }
    return log;
  }

  /** One that has expired counts until it is collected, as in Alertmanager. @param key group and integration */
  get(key: string): NotificationEntry | undefined {
    return this.#entries.get(key);
  }

  /** Resolves when nobody else is at work on the key, with what ends this one's turn. */
  async enter(key: string): Promise<() => void> {
    const before = this.#lines.get(key);
    let end = () => {};
    const turn = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#lines.set(key, turn);
    await before;
    return () => {
      if (this.#lines.get(key) === turn) this.#lines.delete(key);
      end();
    };
  }

  entries(): IterableIterator<NotificationEntry> {
    return this.#entries.values();
  }

  /**
   * Resolves when the entry is stored. It counts in this process from the start: the receiver was told, stored or not.
   * @throws StorageError when it could not be stored; a restart may then tell the receiver again
   */
  async record(key: string, entry: NotificationEntry): Promise<void> {
    this.#entries.set(key, entry);
    const payload = JSON.stringify(entry);
    await this.#state.append([{ kind: KIND, key, timeMs: entry.timeMs, actor: 'notifier', payload }]);
  }

  close(): void {
    this.#timer.cancel();
  }

  #schedule(): Timer {
    return this.#clock.setTimer(COLLECT_MS, () => {
      const expired = [...this.#entries].filter(([, entry]) => entry.expiresAtMs <= this.#clock.now());
      for (const [key] of expired) this.#entries.delete(key);
      // An expired entry that stays stored is removed after the next start.
      if (expired.length > 0)
        void this.#state
          .remove(
            KIND,
            expired.map(([key]) => key),
          )
          .catch(() => undefined);
      this.#timer = this.#schedule();
    });
  }
}

export type NotifyReason = 'first' | 'new-alerts' | 'all-resolved' | 'some-resolved' | 'repeat';

export interface GroupState {
  readonly firing: ReadonlySet<string>;
  readonly resolved: ReadonlySet<string>;
}

/** Why a receiver has to hear of a group now; undefined when it has nothing new to hear. */
export function reasonToNotify(
  entry: NotificationEntry | undefined,
  group: GroupState,
  options: { readonly sendResolved: boolean; readonly repeatIntervalMs: number; readonly nowMs: number },
): NotifyReason | undefined {
  if (entry === undefined) return group.firing.size > 0 ? 'first' : undefined;
  if (!isSubset(group.firing, entry.firing)) return 'new-alerts';
  // Asked whatever send_resolved says: the log has to learn that nothing fires any more.
  if (group.firing.size === 0) return entry.firing.length > 0 ? 'all-resolved' : undefined;
  if (options.sendResolved && !isSubset(group.resolved, entry.resolved)) return 'some-resolved';
  return entry.timeMs < options.nowMs - options.repeatIntervalMs ? 'repeat' : undefined;
}

function isSubset(some: ReadonlySet<string>, all: readonly string[]): boolean {
  const set = new Set(all);
  for (const one of some) if (!set.has(one)) return false;
  return true;
}
