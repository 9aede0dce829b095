/**
 * Wiring and lifecycle: builds the parts in their order, registers how each is undone, and gives back a running server. Holds
 * nothing outside itself, so that several can run in one process (one of them with an embedded database per directory).
 */

import { createHttpServer, type HttpServer } from '../api/http/server.ts';
import type { ReloadResult } from '../api/operations.ts';
import { createWebHandler, DEFAULT_WEB_ROOT } from '../api/web/web-app.ts';
import type { PrometheusConfig } from '../config/prometheus/types.ts';
import type { ListenAddress } from '../config/sightline/option-types.ts';
import type { SightlineConfig } from '../config/sightline/types.ts';
import { createIngestTracker, type IngestTracker } from '../ingest/index.ts';
import { createHostCollector, type HostCollector } from '../metrics/host/index.ts';
import { createScrapeManager, type InternalTarget, type ScrapeManager } from '../metrics/scrape/index.ts';
import { QueryEngine } from '../query/engine.ts';
import type { Storage } from '../storage/metric-store.ts';
import { createMetricsRegistry } from '../telemetry/create-registry.ts';
import { createEventLoopMonitor } from '../telemetry/event-loop.ts';
import type { Logger } from '../telemetry/logger.ts';
import { registerProcessMetrics } from '../telemetry/process-metrics.ts';
import type { MetricsRegistry } from '../telemetry/registry.ts';
import type { Spans } from '../telemetry/spans.ts';
import { readVersion } from '../telemetry/version.ts';
import { type Alerting, createAlerting } from './alerting.ts';
import { renderBanner } from './banner.ts';
import { type CleanupStack, createCleanupStack } from './cleanup-stack.ts';
import { registerDataDiskMetrics } from './data-disk-metrics.ts';
import { listenError, serverUrl } from './listen.ts';
import type { LoadedConfig } from './load-config.ts';
import { dataDirectoryOf, openStorage } from './open-storage.ts';
import { createReloader } from './reload.ts';
import { buildRoutes } from './routes.ts';
import { internalTargets } from './self-monitoring.ts';

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
  /** Traces of the server itself, when somebody collects them. */
  readonly spans?: Spans | undefined;
  /** sightline.yml, as the user named it; '' when there is none. */
  readonly configFile: string;
  /** Every option as text, for `/api/v1/status/flags`. */
  readonly flags: Readonly<Record<string, string>>;
  /** Reads prometheus.yml, rules and alertmanager.yml; also at each reload. @throws an error whose message holds every mistake */
  readonly loadConfig: () => Promise<LoadedConfig>;
  /** Where the built web app is; the one of the repository when absent. */
  readonly webRoot?: string;
}

interface Committable {
  commit(): void;
}

/** How long each step of the shutdown may take. Together they stay below the 30 s that service managers give. */
const HTTP_GRACE_MS = 8_000;
const ALERTING_LIMIT_MS = 5_000;
const SCRAPES_LIMIT_MS = 5_000;
const STORAGE_LIMIT_MS = 10_000;

/**
 * @throws StartError, StorageError, or what `loadConfig` throws; everything that was started is stopped again
 */
export async function startServer(config: SightlineConfig, context: StartContext): Promise<RunningServer> {
  const cleanups = createCleanupStack(context.logger.child({ component: 'app' }));
  try {
    return await assemble(config, context, cleanups);
  } catch (error) {
    await cleanups.run();
    throw error;
  }
}

async function assemble(
  config: SightlineConfig,
  context: StartContext,
  cleanups: CleanupStack,
): Promise<RunningServer> {
  const startedMs = Date.now();
  const { logger, loadConfig } = context;
  const version = readVersion();
  const initial = await loadConfig();

  const registry = createMetricsRegistry();
  const loop = createEventLoopMonitor();
  const processMetrics = registerProcessMetrics(registry, version, loop);
  cleanups.push('telemetry', 1_000, () => {
    processMetrics.stop();
    loop.stop();
  });

  const storage = await openStorage(config, logger, registry);
  cleanups.push('storage', STORAGE_LIMIT_MS, () => storage.close());

  const dataDirectory = dataDirectoryOf(config);
  if (dataDirectory !== undefined) registerDataDiskMetrics(registry, dataDirectory);

  const tracker = createIngestTracker();
  const scrapes = createScrapes(storage, tracker, logger, registry, version.version);
  cleanups.push('scrapes', SCRAPES_LIMIT_MS, () => scrapes.stop());

  const host = openHostCollector(config, logger);
  let targets: readonly InternalTarget[] = [];
  const engine = new QueryEngine({
    reader: (workClass) => storage.metrics.reader(workClass),
    changes: storage.metrics.changes,
    retentionMs: config.storage.retention.metricsMs,
    settings: config.query,
    subqueryStepMs: () => reloader.status.loaded.prometheus.global.evaluationIntervalMs,
    registry,
    spans: context.spans,
    now: Date.now,
  });

  const fallback = createWebHandler(context.webRoot ?? DEFAULT_WEB_ROOT);
  const http = createHttpServer({ fallback, logger, registry });
  // Closed after the last request, which may report alerts.
  let opened: Alerting | undefined;
  cleanups.push('alerting', ALERTING_LIMIT_MS, () => opened?.close());
  cleanups.push('http', HTTP_GRACE_MS + 1_000, () => http.close(HTTP_GRACE_MS));
  const [url = '', ...moreUrls] = await listenOnAll(http, [config.listen, ...config.listeners]);
  const alerting = await createAlerting({
    config,
    initial,
    storage,
    engine,
    logger,
    registry,
    version: version.version,
    externalUrl: config.externalUrl || url,
  });
  opened = alerting;

  const prepareScrapes = (prometheus: PrometheusConfig) => scrapes.prepare(prometheus, targets);
  const prepare = (loaded: LoadedConfig) => prepareAll([prepareScrapes(loaded.prometheus), alerting.prepare(loaded)]);
  const reloader = createReloader({ initial, load: loadConfig, prepare, logger, registry });

  const state = { isReady: false };
  http.mount(
    buildRoutes({
      config,
      configFile: context.configFile,
      flags: context.flags,
      storage,
      engine,
      alerting,
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
    }),
  );
  targets = internalTargets({ registry, host, address: new URL(url).host, config });
  (await prepareScrapes(initial.prometheus)).commit();
  await alerting.start();

  cleanups.push('readiness', 100, () => {
    state.isReady = false;
  });
  state.isReady = true;
  logger.info('ready', { url, startMs: Date.now() - startedMs });
  return {
    url,
    banner: renderBanner({
      urls: [url, ...moreUrls],
      config,
      files: [context.configFile, ...initial.files].filter((file) => file !== ''),
      jobs: initial.prometheus.scrapeConfigs.length,
      targets,
      version: version.version,
    }),
    reload: () => reloader.reload(),
    close: () => cleanups.run(),
  };
}

/** Everything that can fail is built before anything is taken over. */
async function prepareAll(parts: readonly (Committable | Promise<Committable>)[]): Promise<Committable> {
  const ready = await Promise.all(parts);
  return {
    commit: () => {
      for (const part of ready) part.commit();
    },
  };
}

/** The addresses as URLs. Port 0 takes a free one. @throws StartError */
async function listenOnAll(http: HttpServer, addresses: readonly ListenAddress[]): Promise<string[]> {
  const urls: string[] = [];
  for (const { host, port } of addresses) {
    try {
      urls.push(serverUrl(host, (await http.listen(host, port)).port));
    } catch (error) {
      throw listenError(error, host, port);
    }
  }
  return urls;
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

function openHostCollector({ hostMetrics }: SightlineConfig, logger: Logger): HostCollector | undefined {
  if (!hostMetrics.enabled) return undefined;
  const { procPath, sysPath, rootfs, disabledCollectors, enabledCollectors, textfileDirectory } = hostMetrics;
  return createHostCollector({
    logger: logger.child({ component: 'host' }),
    procPath,
    sysPath,
    rootfsPath: rootfs,
    disabled: disabledCollectors,
    enabled: enabledCollectors,
    ...(textfileDirectory === '' ? {} : { textfileDirectory }),
  });
}
