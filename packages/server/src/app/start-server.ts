/**
 * Wiring and lifecycle: builds the parts in their order, registers how each is undone, and gives back a running server. Holds
 * nothing outside itself, so that several can run in one process (one of them with an embedded database per directory).
 */

import { createHttpServer } from '../api/http/server.ts';
import type { ReloadResult } from '../api/operations.ts';
import { createWebHandler, DEFAULT_WEB_ROOT } from '../api/web/web-app.ts';
import type { PrometheusConfig } from '../config/prometheus/types.ts';
import { createIngestTracker, type IngestTracker } from '../ingest/index.ts';
import { createHostCollector, type HostCollector } from '../metrics/host/index.ts';
import { createScrapeManager, type InternalTarget, type ScrapeManager } from '../metrics/scrape/index.ts';
import { openChdbStorage, openClickHouseStorage } from '../storage/clickhouse/index.ts';
import type { Storage } from '../storage/metric-store.ts';
import { createMetricsRegistry } from '../telemetry/create-registry.ts';
import { createEventLoopMonitor } from '../telemetry/event-loop.ts';
import type { Logger } from '../telemetry/logger.ts';
import { registerProcessMetrics } from '../telemetry/process-metrics.ts';
import type { MetricsRegistry } from '../telemetry/registry.ts';
import { readVersion } from '../telemetry/version.ts';
import { renderBanner } from './banner.ts';
import { type CleanupStack, createCleanupStack } from './cleanup-stack.ts';
import { isLoopback, listenError, StartError, serverUrl } from './listen.ts';
import { createReloader, type LoadedConfig } from './reload.ts';
import { buildRoutes } from './routes.ts';
import { internalTargets } from './self-monitoring.ts';
import type { ServerOptions } from './server-options.ts';

export interface RunningServer {
  readonly url: string;
  /** For people: where the server is and what it does. */
  readonly banner: string;
  reload(): Promise<ReloadResult>;
  /** Stops in order and loses nothing that was acknowledged. Gives the names of the steps that failed. */
  close(): Promise<readonly string[]>;
}

export interface StartContext {
  readonly logger: Logger;
  /** Reads the scrape configuration; also at each reload. @throws an error whose message holds every mistake */
  readonly loadConfig: () => Promise<LoadedConfig>;
  /** Where the built web app is; the one of the repository when absent. */
  readonly webRoot?: string;
}

/** How long each step of the shutdown may take. Together they stay below the 30 s that service managers give. */
const HTTP_GRACE_MS = 8_000;
const SCRAPES_LIMIT_MS = 5_000;
const STORAGE_LIMIT_MS = 12_000;

/**
 * @throws StartError, StorageError, or what `loadConfig` throws; everything that was started is stopped again
 */
export async function startServer(options: ServerOptions, context: StartContext): Promise<RunningServer> {
  const cleanups = createCleanupStack(context.logger.child({ component: 'app' }));
  try {
    return await assemble(options, context, cleanups);
  } catch (error) {
    await cleanups.run();
    throw error;
  }
}

async function assemble(
  options: ServerOptions,
  { logger, loadConfig, webRoot = DEFAULT_WEB_ROOT }: StartContext,
  cleanups: CleanupStack,
): Promise<RunningServer> {
  const startedMs = Date.now();
  const version = readVersion();
  refuseOpenListen(options);
  const initial = await loadConfig();

  const registry = createMetricsRegistry();
  const loop = createEventLoopMonitor();
  const processMetrics = registerProcessMetrics(registry, version, loop);
  cleanups.push('telemetry', 1_000, () => {
    processMetrics.stop();
    loop.stop();
  });

  const storage = await openStorage(options, logger, registry);
  cleanups.push('storage', STORAGE_LIMIT_MS, () => storage.close());

  const tracker = createIngestTracker();
  const scrapes = createScrapes(storage, tracker, logger, registry, version.version);
  cleanups.push('scrapes', SCRAPES_LIMIT_MS, () => scrapes.stop());

  const host = openHostCollector(options, logger);
  let targets: readonly InternalTarget[] = [];
  const prepare = (config: PrometheusConfig) => scrapes.prepare(config, targets);
  const reloader = createReloader({ initial, load: loadConfig, prepare, logger, registry });

  const state = { isReady: false };
  const routes = buildRoutes({
    options,
    storage,
    scrapes,
    tracker,
    reloader,
    host,
    logger,
    registry,
    loop,
    version,
    startedMs,
    isReady: () => state.isReady,
  });
  const http = createHttpServer({ routes, fallback: createWebHandler(webRoot), logger, registry });
  const { host: listenHost, port: wantedPort } = options.listen;
  const { port } = await http.listen(listenHost, wantedPort).catch((error: unknown) => {
    throw listenError(error, listenHost, wantedPort);
  });
  cleanups.push('http', HTTP_GRACE_MS + 1_000, () => http.close(HTTP_GRACE_MS));

  const url = serverUrl(listenHost, port);
  targets = internalTargets({ registry, host, address: new URL(url).host, settings: options });
  (await prepare(initial.prometheus)).commit();

  cleanups.push('readiness', 100, () => {
    state.isReady = false;
  });
  state.isReady = true;
  logger.info('ready', { url, startMs: Date.now() - startedMs });
  return {
    url,
    banner: renderBanner({ url, options, config: reloader.status.loaded, targets, version: version.version }),
    reload: () => reloader.reload(),
    close: () => cleanups.run(),
  };
}

/** There is no log-in yet: only this host may reach the server unless its owner says otherwise. */
function refuseOpenListen({ listen, isInsecureAllowed }: ServerOptions): void {
  if (isLoopback(listen.host) || isInsecureAllowed) return;
  throw new StartError(
    'insecure',
    `refusing to listen on ${listen.host}: everyone who reaches it could read and write`,
    {
      hint: 'listen on 127.0.0.1, or accept the risk with --insecure-no-auth',
    },
  );
}

function openStorage(
  { storage, metricsRetentionMs, limits }: ServerOptions,
  logger: Logger,
  registry: MetricsRegistry,
): Promise<Storage> {
  const shared = {
    retention: { metricsMs: metricsRetentionMs },
    limits,
    logger: logger.child({ component: 'storage' }),
    registry,
  };
  if (storage.backend === 'chdb') return openChdbStorage({ ...shared, dataDir: storage.dataDirectory });
  return openClickHouseStorage({ ...shared, ...storage });
}

function createScrapes(
  storage: Storage,
  tracker: IngestTracker,
  logger: Logger,
  registry: MetricsRegistry,
  version: string,
): ScrapeManager {
  return createScrapeManager({
    writer: storage.metrics.writer,
    logger,
    registry,
    userAgent: `Sightline/${version}`,
    tracker: {
      scraped({ job, isInternal, samples, error }) {
        const kind = !isInternal ? 'scrape' : job === 'node' ? 'host' : 'self';
        tracker.accepted(kind, samples);
        if (error === null) tracker.recovered(kind);
        else tracker.failed(kind, `${job}: ${error}`);
      },
    },
  });
}

function openHostCollector({ hostMetrics }: ServerOptions, logger: Logger): HostCollector | undefined {
  if (!hostMetrics.isEnabled) return undefined;
  return createHostCollector({ ...hostMetrics.collector, logger: logger.child({ component: 'host' }) });
}
