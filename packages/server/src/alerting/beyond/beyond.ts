/**
 * What goes beyond Alertmanager, as one part of the alert manager: acknowledgements, escalations, rate limits, incidents. Its state
 * outlives configurations; escalations are built anew with each.
 */
import type { Clock } from '../../lib/clock.ts';
import type { StateStore } from '../../storage/state-store.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { MetricsRegistry } from '../../telemetry/registry.ts';
import type { Alert } from '../alert.ts';
import type { AlertEventSink } from '../events/alert-event.ts';
import type { NotificationGate } from '../notify/notifier.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { type BeyondConfig, NOTHING_BEYOND } from './config/types.ts';
import { Episodes } from './episodes.ts';
import { Escalator, type EscalatorParts } from './escalator.ts';
import { Incidents } from './incidents.ts';
import { type LimiterPlan, RateLimiter } from './limit/rate-limiter.ts';

export interface BeyondOptions {
  readonly clock: Clock;
  readonly state: StateStore;
  readonly logger: Logger;
  readonly events: AlertEventSink;
  readonly registry?: MetricsRegistry;
}

/** A configuration as it runs. */
export interface BeyondPlan
  extends Omit<EscalatorParts, 'clock' | 'episodes' | 'events' | 'escalations'>,
    Omit<LimiterPlan, 'limits'> {
  readonly config: BeyondConfig;
}

export class Beyond {
  readonly acknowledgements: Acknowledgements;
  readonly incidents = new Incidents(NOTHING_BEYOND.correlation);
  /** What notifiers ask before they send. */
  readonly gate: NotificationGate;
  readonly #options: BeyondOptions;
  readonly #episodes: Episodes;
  readonly #limiter: RateLimiter;
  #escalator: Escalator | undefined;

  private constructor(options: BeyondOptions, episodes: Episodes, limiter: RateLimiter) {
    const { clock, events } = options;
    this.#options = options;
    this.#episodes = episodes;
    this.#limiter = limiter;
    this.gate = limiter;
    const onChange = (fingerprint: string) => this.#escalator?.recheck(fingerprint);
    this.acknowledgements = new Acknowledgements({ clock, events, episodes, onChange });
    episodes.onEnd((fingerprint) => {
      this.incidents.end(fingerprint);
      this.#escalator?.end(fingerprint);
    });
  }

  static async open(options: BeyondOptions): Promise<Beyond> {
    const { clock, state, logger, events, registry } = options;
    const heldTotal = registry?.counterFamily({
      name: 'sightline_notifications_held_total',
      help: 'Notifications that a rate limit held back, to be told in a digest.',
      labelNames: ['receiver'],
    });
    const episodes = await Episodes.open({ clock, state, logger });
    const limiter = await RateLimiter.open({ clock, state, logger, events, heldTotal });
    return new Beyond(options, episodes, limiter);
  }

  /** Takes a configuration into use; every alert is shown to `see` afterwards. */
  start(plan: BeyondPlan): void {
    const { clock, events } = this.#options;
    const { escalations, rateLimits, correlation } = plan.config;
    this.incidents.configure(correlation);
    this.#limiter.start({ ...plan, limits: rateLimits });
    this.#escalator = new Escalator({ ...plan, clock, events, episodes: this.#episodes, escalations });
  }

  /** Takes a report over. */
  see(alert: Alert): void {
    this.#escalator?.seeEnd(alert);
    this.#episodes.see(alert);
    if (this.#episodes.alert(alert.fingerprint) !== undefined) this.incidents.see(alert);
    this.#escalator?.see(alert);
  }

  /** Ends what belongs to a configuration. */
  stop(): void {
    this.#escalator?.stop();
    this.#escalator = undefined;
  }

  /** Ends deliveries; `closed` waits for what is being stored. */
  close(): void {
    this.#limiter.close();
  }

  async closed(): Promise<void> {
    await this.#episodes.close();
  }
}
