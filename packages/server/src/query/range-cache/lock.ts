/** One holder at a time, the others in order, until their signal aborts. */
import { createGate, type Gate } from '../../lib/gate.ts';

/** Locks by key; a key without a holder takes no memory. */
export class KeyedLocks {
  readonly #gates = new Map<string, Gate>();

  /** Resolves with the function that gives the lock back. Rejects with the reason of `signal` when it aborts first. */
  async enter(key: string, signal: AbortSignal): Promise<() => void> {
    let gate = this.#gates.get(key);
    if (gate === undefined) {
      gate = createGate(1);
      this.#gates.set(key, gate);
    }
    const held = gate;
    const forget = () => {
      if (held.running === 0 && held.waiting === 0) this.#gates.delete(key);
    };
    try {
      const leave = await held.enter(signal);
      return () => {
        leave();
        forget();
      };
    } catch (error) {
      forget();
      throw error;
    }
  }
}
