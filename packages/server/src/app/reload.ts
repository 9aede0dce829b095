/**
 * Reload of prometheus.yml, its rule files and alertmanager.yml: everything that can fail is built first, then the new one is swapped in. A file with
 * mistakes changes nothing; the mistakes are the answer. One reload runs at a time, a second waits for it.
 */
import type { ReloadResult } from '../api/operations.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { MetricsRegistry } from '../telemetry/registry.ts';
import type { LoadedConfig } from './load-config.ts';

interface ConfigStatus {
  readonly loaded: LoadedConfig;
  readonly loadedMs: number;
  /** Why the last reload was refused; undefined after a good one. */
  readonly lastError: string | undefined;
}

export interface Reloader {
  readonly status: ConfigStatus;
  reload(): Promise<ReloadResult>;
}

export interface ReloaderOptions {
  readonly initial: LoadedConfig;
  /** @throws an error whose message holds every mistake */
  readonly load: () => Promise<LoadedConfig>;
  /** Builds what the configuration asks for; `commit` takes it into use and cannot fail. */
  readonly prepare: (config: LoadedConfig) => Promise<{ commit(): void }> | { commit(): void };
  readonly logger: Logger;
  readonly registry: MetricsRegistry;
}

export function createReloader({ initial, load, prepare, logger, registry }: ReloaderOptions): Reloader {
  const log = logger.child({ component: 'config' });
  const success = registry.gauge({
    name: 'sightline_config_last_reload_success',
    help: 'Whether the last attempt to load the configuration succeeded.',
  });
  const timestamp = registry.gauge({
    name: 'sightline_config_last_reload_success_timestamp_seconds',
    help: 'Unix time of the last time a configuration was taken into use.',
  });
  let status: ConfigStatus = { loaded: initial, loadedMs: Date.now(), lastError: undefined };
  success.set(1);
  timestamp.set(status.loadedMs / 1e3);

  const reloadNow = async (): Promise<ReloadResult> => {
    try {
      const loaded = await load();
      const ready = await prepare(loaded);
      ready.commit();
      status = { loaded, loadedMs: Date.now(), lastError: undefined };
      success.set(1);
      timestamp.set(status.loadedMs / 1e3);
      log.info('configuration reloaded', { files: loaded.files.join(', ') || 'built-in default' });
      return { isOk: true, message: 'configuration reloaded' };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      status = { ...status, lastError: message };
      success.set(0);
      log.error('configuration not reloaded, the running one stays', { error: message });
      return { isOk: false, message: `the configuration was not reloaded, the running one stays:\n\n${message}` };
    }
  };

  let last: Promise<unknown> = Promise.resolve();
  return {
    get status() {
      return status;
    },
    reload: () => {
      const next = last.then(reloadNow);
      last = next;
      return next;
    },
  };
}
