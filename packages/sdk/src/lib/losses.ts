/**
 * Counts what the SDK had to give up: a full queue, a dead collector, a line too long. Kept as plain numbers so that the
 * lowest layer can count; the registry renders them as `sightline_sdk_dropped_total{signal,reason}`.
 */
export type Signal = 'logs' | 'metrics' | 'traces' | 'alerts';

export interface Loss {
  readonly signal: Signal;
  /** A word from a small fixed set, e.g. `queue_full`, `export_failed`, `too_large`. */
  readonly reason: string;
  count: number;
}

export class Losses {
  readonly #bySignal = new Map<Signal, Map<string, Loss>>();

  /** Counts `count` lost items; costs two map lookups. */
  add(signal: Signal, reason: string, count = 1): void {
    let reasons = this.#bySignal.get(signal);
    if (reasons === undefined) {
      reasons = new Map();
      this.#bySignal.set(signal, reasons);
    }
    const loss = reasons.get(reason);
    if (loss === undefined) reasons.set(reason, { signal, reason, count });
    else loss.count += count;
  }

  /** How many items of a signal were lost, for one reason or for all. */
  count(signal: Signal, reason?: string): number {
    let total = 0;
    for (const loss of this.#bySignal.get(signal)?.values() ?? []) {
      if (reason === undefined || loss.reason === reason) total += loss.count;
    }
    return total;
  }

  *all(): IterableIterator<Readonly<Loss>> {
    for (const reasons of this.#bySignal.values()) yield* reasons.values();
  }
}
