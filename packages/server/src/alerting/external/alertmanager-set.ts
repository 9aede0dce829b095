/** One entry of `alertmanagers`: who is found, and a queue for each. */
import type { AlertmanagersConfig } from '../../config/prometheus/types.ts';
import type { DiscoveredGroup, Discoverer } from '../../metrics/discovery/discoverer.ts';
import { compileRelabel, type Relabeler } from '../../metrics/relabel/relabel.ts';
import type { AlertReport } from '../../rules/live/notify.ts';
import type { NotifyClient } from '../receivers/http/notify-client.ts';
import { type FoundEndpoints, findEndpoints } from './endpoint.ts';
import { relabelAlerts } from './relabel-alerts.ts';
import { SendLoop, type SendLoopOptions } from './send-loop.ts';

export interface AlertmanagerSetOptions extends Omit<SendLoopOptions, 'url' | 'timeoutMs' | 'client'> {
  readonly config: AlertmanagersConfig;
  readonly nameScheme: 'legacy' | 'utf8';
  readonly discoverers: Iterable<Discoverer>;
  readonly client: NotifyClient;
}

const NOBODY: FoundEndpoints = { active: [], dropped: [], invalid: [] };

export class AlertmanagerSet {
  readonly #options: AlertmanagerSetOptions;
  readonly #relabel: Relabeler;
  readonly #relabelAlerts: Relabeler | undefined;
  readonly #found = new Map<Discoverer, readonly DiscoveredGroup[]>();
  readonly #loops = new Map<string, SendLoop>();
  readonly #closing = new Set<Promise<void>>();
  #endpoints = NOBODY;

  constructor(options: AlertmanagerSetOptions) {
    const { config, nameScheme } = options;
    this.#options = options;
    this.#relabel = compileRelabel(config.relabelConfigs, { nameScheme });
    this.#relabelAlerts =
      config.alertRelabelConfigs.length === 0 ? undefined : compileRelabel(config.alertRelabelConfigs, { nameScheme });
  }

  get endpoints(): FoundEndpoints {
    return this.#endpoints;
  }

  /** How long a request may take. */
  get graceMs(): number {
    return this.#options.config.timeoutMs;
  }

  start(): void {
    for (const discoverer of this.#options.discoverers) {
      discoverer.start((groups) => {
        this.#found.set(discoverer, groups);
        this.#sync();
      });
    }
  }

  send(reports: readonly AlertReport[]): void {
    const kept = this.#relabelAlerts === undefined ? reports : relabelAlerts(reports, this.#relabelAlerts);
    if (kept.length > 0) for (const loop of this.#loops.values()) loop.add(kept);
  }

  /** Sends what waits for `graceMs` at most. */
  async close(graceMs: number): Promise<void> {
    for (const discoverer of this.#options.discoverers) discoverer.stop();
    for (const loop of this.#loops.values()) this.#close(loop, graceMs);
    this.#loops.clear();
    this.#endpoints = NOBODY;
    await Promise.all(this.#closing);
    await this.#options.client.close();
  }

  #sync(): void {
    const { config, logger } = this.#options;
    const found = findEndpoints([...this.#found.values()].flat(), config, this.#relabel);
    for (const reason of found.invalid) logger.error('a discovered Alertmanager cannot be used', { error: reason });
    this.#endpoints = found;
    const active = new Set(found.active);
    for (const [url, loop] of this.#loops) {
      if (active.has(url)) continue;
      this.#loops.delete(url);
      this.#close(loop, config.timeoutMs);
    }
    for (const url of active) {
      if (this.#loops.has(url)) continue;
      this.#loops.set(url, new SendLoop({ ...this.#options, url, timeoutMs: config.timeoutMs }));
    }
  }

  #close(loop: SendLoop, graceMs: number): void {
    const closing = loop.close(graceMs).finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}
