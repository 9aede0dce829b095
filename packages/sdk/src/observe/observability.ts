/** Puts the parts together: one context, one registry, one logger, and what needs each other is given it. */
import { type UserActivity, userActivity } from '../business/user-activity.ts';
import { type Clients, instrumentClients } from '../clients/clients.ts';
import { type Core, createCore } from '../core/core.ts';
import { createHealth, type HealthMonitor } from '../health/monitor.ts';
import { type Http, instrumentHttp } from '../http/instrument.ts';
import { type MonitoringHandler, type MonitoringOptions, monitoringHandler } from '../http/monitoring.ts';
import type { Notices } from '../lib/notices.ts';
import type { Logger, LoggerOptions } from '../logging/logger.ts';
import { createLogging, type Logging } from '../logging/logging.ts';
import { Registry } from '../metrics/registry.ts';
import { collectRuntime } from '../metrics/runtime/runtime.ts';
import type { LogLevel } from '../options/level.ts';
import { createShutdown, type GracefulShutdown } from '../shutdown/shutdown.ts';
import type { Tracer } from '../tracing/tracer.ts';
import { createTracing, type Tracing } from '../tracing/tracing.ts';
import { CheckedParts, checkNames } from './checked-parts.ts';
import type { MetricsOptions, ObserveOptions } from './options.ts';

const FLUSH_MS = 3000;

/** The running SDK of a service. */
export interface Observability {
  /** False with MONITORING_ENABLED=false. */
  readonly enabled: boolean;
  /** The logger with the service's name. */
  readonly log: Logger;
  /** The logger of a part of the service, e.g. `orders.import`; its level can be set by its name. */
  logger(name: string, options?: LoggerOptions): Logger;
  /** Changes levels while the service runs. @param pattern Name of loggers, `*` for any characters. */
  setLevel(pattern: string, level: LogLevel): void;
  readonly metrics: Registry;
  readonly tracer: Tracer;
  readonly health: HealthMonitor;
  readonly shutdown: GracefulShutdown;
  /** Databases, pools and caches that do not tell of themselves. */
  readonly clients: Clients;
  /** Registrations, sessions and features used. */
  readonly activity: UserActivity;
  /** Answers /health, /metrics and the like: middleware, or part of a request listener. */
  readonly handler: MonitoringHandler;
  /** For adapters: requests that Node does not tell of. */
  readonly http: Http;
  /** For adapters and tests: the parts behind `log` and `tracer`. */
  readonly logging: Logging;
  readonly tracing: Tracing;
  readonly core: Core;
  /** Sends what is held. @param deadlineMs Default 3,000. @returns Names of what did not finish in time. */
  flush(deadlineMs?: number): Promise<string[]>;
  /** Flushes and takes every instrumentation away. For tests and scripts; a service ends by `shutdown`. */
  close(): Promise<void>;
}

/** Makes an SDK of its own, not the one of the process. @throws ObserveError that lists every wrong option. */
export function createObservability(
  options: ObserveOptions,
  env?: Readonly<Record<string, string>>,
  notices?: Notices,
): Observability {
  const parts = new CheckedParts();
  parts.part(options, checkNames);
  const core = createCore(options, env, notices);
  const registry = parts.part(options.metrics, (metrics) => createRegistry(core, metrics));
  // One part answers to signals and fatal errors: the shutdown, where there is one.
  const ends = options.shutdown === false ? {} : { handleSignals: false, logCrashes: false };
  const logging = parts.part(options.logging, (how) => createLogging(core, registry, { ...ends, ...how }));
  const tracing = parts.part(options.tracing, (how) => createTracing(core, registry, how));
  const deps = { core, registry, logging, tracing };
  const health = parts.part(options.health, (how) =>
    createHealth(core, registry, { logger: logging.logger('health'), ...how }),
  );
  const shutdown = parts.part(options.shutdown === false ? UNUSED_SHUTDOWN : options.shutdown, (how) =>
    createShutdown(core, health, { logger: logging.logger('shutdown'), ...how }),
  );
  const http = parts.part(options.http === false ? undefined : options.http, (how) => instrumentHttp(deps, how));
  if (options.http === false) http.stop();
  const pages = (how: MonitoringOptions | undefined) => monitoringHandler({ core, registry, health }, how);
  // Without options there is nothing to check: the pages are made for who serves them.
  let handler = options.monitoring === undefined ? undefined : parts.part(options.monitoring, pages);
  const clients = instrumentClients(deps, options.clients);
  const { runtime = true } = options.metrics ?? {};
  const stopRuntime = runtime === false ? undefined : collectRuntime(registry, runtime === true ? {} : runtime);
  const close = async (): Promise<void> => {
    http.stop();
    clients.stop();
    stopRuntime?.();
    shutdown.dispose();
    health.close();
    await core.flushing.close(FLUSH_MS);
    await logging.close();
  };
  parts.throwIfAny(close);
  let activity: UserActivity | undefined;
  return {
    enabled: core.enabled,
    log: logging.root,
    logger: (name, how) => logging.logger(name, how),
    setLevel: (pattern, level) => logging.setLevel(pattern, level),
    metrics: registry,
    tracer: tracing.tracer,
    health,
    shutdown,
    clients,
    get activity() {
      activity ??= userActivity(registry);
      return activity;
    },
    get handler() {
      handler ??= pages(undefined);
      return handler;
    },
    http,
    logging,
    tracing,
    core,
    flush: (deadlineMs = FLUSH_MS) => core.flushing.flush(deadlineMs),
    close,
  };
}

/** `shutdown: false`: the program may still call `initiate()`, but nothing of the process is listened to. */
const UNUSED_SHUTDOWN = { signals: [], onFatal: 'ignore', findServers: false } as const;

function createRegistry(core: Core, options: MetricsOptions = {}): Registry {
  const { labels, maxSeries, rename, created, openMetrics } = options;
  const { losses, notices } = core;
  return new Registry({ enabled: core.enabled, labels, maxSeries, rename, created, openMetrics, losses, notices });
}
