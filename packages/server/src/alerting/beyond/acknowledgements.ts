/** Somebody takes an alert over and says so. It holds until the alert is over, restarts included; escalations stop. */
import type { AlertAcknowledgement, AlertEventKind } from '@sightline/api-types';
import type { Clock } from '../../lib/clock.ts';
import { AlertingError } from '../errors.ts';
import type { AlertEventSink } from '../events/alert-event.ts';
import type { EpisodeMarks, Episodes } from './episodes.ts';

export interface AcknowledgementsOptions {
  readonly clock: Clock;
  readonly episodes: Episodes;
  readonly events: AlertEventSink;
  /** Hears of every change. */
  readonly onChange: (fingerprint: string) => void;
}

export class Acknowledgements {
  readonly #options: AcknowledgementsOptions;

  constructor(options: AcknowledgementsOptions) {
    this.#options = options;
  }

  /** Undefined when nobody did, or the alert is over. */
  of(fingerprint: string): AlertAcknowledgement | undefined {
    return this.#options.episodes.marks(fingerprint).acknowledgement;
  }

  /**
   * Resolves when it is stored. A second one takes the place of the first.
   * @throws AlertingError alert_not_firing; StorageError
   */
  async acknowledge(fingerprint: string, by: string, note: string): Promise<AlertAcknowledgement> {
    const { episodes, clock, onChange } = this.#options;
    this.#checkFiring(fingerprint);
    const acknowledgement = { by, note, timeMs: clock.now() };
    const before = episodes.marks(fingerprint);
    await this.#store(fingerprint, before, { ...before, acknowledgement });
    onChange(fingerprint);
    this.#record('acknowledged', fingerprint, by, note);
    return acknowledgement;
  }

  /** Escalations count on. @throws AlertingError alert_not_firing, not_acknowledged; StorageError */
  async withdraw(fingerprint: string, by: string): Promise<void> {
    const { episodes, onChange } = this.#options;
    this.#checkFiring(fingerprint);
    const before = episodes.marks(fingerprint);
    const { acknowledgement, ...others } = before;
    if (acknowledgement === undefined)
      throw new AlertingError('not_acknowledged', `nobody has acknowledged the alert ${fingerprint}`);
    await this.#store(fingerprint, before, others);
    onChange(fingerprint);
    this.#record('unacknowledged', fingerprint, by, `taken over by ${acknowledgement.by} before`);
  }

  async #store(fingerprint: string, before: EpisodeMarks, after: EpisodeMarks): Promise<void> {
    const { episodes } = this.#options;
    try {
      await episodes.mark(fingerprint, after);
    } catch (error) {
      // What is not stored did not happen.
      episodes.note(fingerprint, before);
      throw error;
    }
  }

  #checkFiring(fingerprint: string): void {
    if (this.#options.episodes.alert(fingerprint) !== undefined) return;
    throw new AlertingError('alert_not_firing', `no alert with the fingerprint ${fingerprint} is firing`);
  }

  #record(kind: AlertEventKind, fingerprint: string, actor: string, detail: string): void {
    const { clock, events } = this.#options;
    const timeMs = clock.now();
    events.record({ timeMs, kind, fingerprint, groupKey: '', receiver: '', integration: '', actor, detail });
  }
}
