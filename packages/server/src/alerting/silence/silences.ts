/** All silences, persisted with who changed what. Expired ones stay listed for a while. Source: Alertmanager silence/silence.go. */
import { randomUUID } from 'node:crypto';
import { type Labels, Matcher, type MatchOp } from '@sightline/model';
import type { Clock, Timer } from '../../lib/clock.ts';
import type { StateStore } from '../../storage/state-store.ts';
import { AlertingError } from '../errors.ts';
import { canUpdate, isSilencing, type Silence, silenceState, validateSilence } from './silence.ts';

const KIND = 'silence';
const COLLECT_MS = 15 * 60_000;
/** How long an expired silence is listed. */
const KEEP_MS = 120 * 3_600_000;
/** How long it stays stored, for the question who changed what. */
const AUDIT_MS = 366 * 24 * 3_600_000;

export type SilenceDraft = Omit<Silence, 'id' | 'updatedAtMs'> & { readonly id?: string };

interface StoredSilence extends Omit<Silence, 'matchers'> {
  readonly matchers: readonly { readonly name: string; readonly op: MatchOp; readonly value: string }[];
}

export class Silences {
  readonly #silences = new Map<string, Silence>();
  readonly #state: StateStore;
  readonly #clock: Clock;
  #timer: Timer;

  private constructor(state: StateStore, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
    this.#timer = this.#schedule();
  }

  static async open(state: StateStore, clock: Clock): Promise<Silences> {
    const silences = new Silences(state, clock);
    const old: string[] = [];
    for (const { payload } of await state.load(KIND)) {
      const silence = fromStored(JSON.parse(payload) as StoredSilence);
      if (!silences.#isForgotten(silence)) silences.#silences.set(silence.id, silence);
      else if (silence.endsAtMs + AUDIT_MS < clock.now()) old.push(silence.id);
    }
    if (old.length > 0) await state.remove(KIND, old);
    return silences;
  }

  [Symbol.iterator](): IterableIterator<Silence> {
    return this.#silences.values();
  }

  get(id: string): Silence | undefined {
    return this.#silences.get(id);
  }

  /** The active silences that hold an alert with these labels back. */
  silencing(labels: Labels): Silence[] {
    const now = this.#clock.now();
    const found: Silence[] = [];
    for (const silence of this.#silences.values()) {
      if (silenceState(silence, now) === 'active' && isSilencing(silence, labels)) found.push(silence);
    }
    return found;
  }

  /**
   * Makes a silence, or changes the one of the draft's id. Resolves with the id, a new one where the change is too deep for the old.
   * @throws AlertingError silence_not_found, silence_invalid
   */
  async set(draft: SilenceDraft): Promise<string> {
    const nowMs = this.#clock.now();
    const before = draft.id === undefined ? undefined : this.#silences.get(draft.id);
    if (draft.id !== undefined && before === undefined) throw notFound(draft.id);
    if (before !== undefined) {
      const changed = { ...draft, id: before.id, updatedAtMs: nowMs };
      if (canUpdate(before, changed, nowMs)) {
        validateSilence(changed);
        return this.#put(changed, draft.createdBy);
      }
    }
    const startsAtMs = Math.max(draft.startsAtMs, nowMs);
    const made = { ...draft, id: randomUUID(), startsAtMs, updatedAtMs: nowMs };
    validateSilence(made);
    if (before !== undefined && silenceState(before, nowMs) !== 'expired')
      await this.expire(before.id, draft.createdBy);
    return this.#put(made, draft.createdBy);
  }

  /** @throws AlertingError silence_not_found, silence_expired */
  async expire(id: string, actor: string): Promise<void> {
    const silence = this.#silences.get(id);
    if (silence === undefined) throw notFound(id);
    const nowMs = this.#clock.now();
    switch (silenceState(silence, nowMs)) {
      case 'expired':
        throw new AlertingError('silence_expired', `silence ${id} already expired`);
      case 'active':
        await this.#put({ ...silence, endsAtMs: nowMs, updatedAtMs: nowMs }, actor);
        return;
      case 'pending':
        await this.#put({ ...silence, startsAtMs: nowMs, endsAtMs: nowMs, updatedAtMs: nowMs }, actor);
    }
  }

  close(): void {
    this.#timer.cancel();
  }

  async #put(silence: Silence, actor: string): Promise<string> {
    const payload = JSON.stringify(toStored(silence));
    await this.#state.append([{ kind: KIND, key: silence.id, timeMs: silence.updatedAtMs, actor, payload }]);
    this.#silences.set(silence.id, silence);
    return silence.id;
  }

  #isForgotten(silence: Silence): boolean {
    return silence.endsAtMs + KEEP_MS < this.#clock.now();
  }

  #schedule(): Timer {
    return this.#clock.setTimer(COLLECT_MS, () => {
      for (const silence of this.#silences.values()) {
        if (this.#isForgotten(silence)) this.#silences.delete(silence.id);
      }
      this.#timer = this.#schedule();
    });
  }
}

function toStored(silence: Silence): StoredSilence {
  return { ...silence, matchers: silence.matchers.map(({ name, op, value }) => ({ name, op, value })) };
}

function fromStored(stored: StoredSilence): Silence {
  return { ...stored, matchers: stored.matchers.map(({ name, op, value }) => new Matcher(name, op, value)) };
}

function notFound(id: string): AlertingError {
  return new AlertingError('silence_not_found', `silence ${id} not found`);
}
