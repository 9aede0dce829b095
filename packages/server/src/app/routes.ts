/** The table of everything the server answers. */
import type { AboutStatus } from '@sightline/api-types';
import { pendingSpans } from '../alerting/history/pending-spans.ts';
import { alertmanagerRoutes } from '../api/alertmanager/routes.ts';
import { diskCheck, eventLoopCheck, queueCheck, storageCheck } from '../api/health/checks.ts';
import { type HealthCheck, healthRoutes } from '../api/health/health.ts';
import { get, post, type Route } from '../api/http/route.ts';
import { operationsRoutes } from '../api/operations.ts';
import { metadataRoutes } from '../api/prometheus/metadata.ts';
import { queryRoutes } from '../api/prometheus/query.ts';
import { exemplarRoutes } from '../api/prometheus/query-exemplars.ts';
import { ruleRoutes } from '../api/prometheus/rules.ts';
import { statusRoutes } from '../api/prometheus/status.ts';
import { targetRoutes } from '../api/prometheus/targets.ts';
import { acknowledgeRoutes } from '../api/sightline/acknowledge.ts';
import { alertGraphRoutes } from '../api/sightline/alert-graphs.ts';
import { alertHistoryRoutes } from '../api/sightline/alert-history.ts';
import { alertRoutes } from '../api/sightline/alerts.ts';
import { backtestRoutes } from '../api/sightline/backtests.ts';
import { escalationEntries } from '../api/sightline/escalations.ts';
import { explainRoutes } from '../api/sightline/explain.ts';
import { notifyRoutes } from '../api/sightline/notify.ts';
import { activeQueryRoutes } from '../api/sightline/queries.ts';
import { ruleCheckRoutes } from '../api/sightline/rule-check.ts';
import { ruleGroupRoutes } from '../api/sightline/rules.ts';
import { runbookRoutes } from '../api/sightline/runbooks.ts';
import { systemRoutes } from '../api/sightline/system.ts';
import type { SightlineConfig } from '../config/sightline/types.ts';
import {
  createFederateHandler,
  createImportHandler,
  createIngestMetrics,
  createRemoteWriteHandler,
  DEFAULT_INGEST_LIMITS,
  type IngestLimits,
  type IngestTracker,
} from '../ingest/index.ts';
import type { HostCollector } from '../metrics/host/index.ts';
import type { ScrapeManager } from '../metrics/scrape/index.ts';
import type { QueryEngine } from '../query/engine.ts';
import { readRunbook } from '../rules/runbooks.ts';
import type { Storage } from '../storage/metric-store.ts';
import type { EventLoopMonitor } from '../telemetry/event-loop.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { MetricsRegistry } from '../telemetry/registry.ts';
import type { Version } from '../telemetry/version.ts';
import type { Alerting } from './alerting.ts';
import { dataDirectoryOf, locationOf } from './open-storage.ts';
import type { Reloader } from './reload.ts';

export interface Parts {
  readonly config: SightlineConfig;
  /** sightline.yml, as the user named it; '' when there is none. */
  readonly configFile: string;
  readonly flags: Readonly<Record<string, string>>;
  readonly storage: Storage;
  readonly engine: QueryEngine;
  readonly alerting: Alerting;
  readonly scrapes: ScrapeManager;
  readonly tracker: IngestTracker;
  readonly reloader: Reloader;
  readonly host: HostCollector | undefined;
  readonly logger: Logger;
  readonly registry: MetricsRegistry;
  readonly loop: EventLoopMonitor;
  readonly version: Version;
  readonly startedMs: number;
  readonly isReady: () => boolean;
}

export function buildRoutes(parts: Parts): Route[] {
  const { config, storage, engine, scrapes, reloader, registry, loop, version, startedMs, isReady } = parts;
  const reader = storage.metrics.reader('interactive');
  const dataDirectory = dataDirectoryOf(config);
  const { host } = parts;
  return [
    ...operationsRoutes({
      registry,
      isReady,
      reload: () => reloader.reload(),
      hostMetrics: host === undefined ? undefined : () => host.collect(),
    }),
    ...healthRoutes({ checks: healthChecks(parts, dataDirectory), isReady, version: version.version, startedMs }),
    ...queryRoutes({ engine, nowMs: Date.now }),
    ...exemplarRoutes(reader),
    ...activeQueryRoutes({ engine, nowMs: Date.now }),
    ...explainRoutes({
      engine,
      reader,
      scrapeIntervalMs: () => reloader.status.loaded.prometheus.global.scrapeIntervalMs,
      nowMs: Date.now,
    }),
    ...metadataRoutes(reader),
    ...targetRoutes(scrapes),
    ...ruleRoutes(parts.alerting.rules, parts.alerting.external),
    ...statusRoutes({
      config: () => {
        const { loaded, loadedMs, lastError } = reloader.status;
        return { yaml: loaded.prometheus.maskedYaml, isLastReloadOk: lastError === undefined, loadedMs };
      },
      flags: parts.flags,
      version,
      metrics: storage.metrics,
      startedMs,
    }),
    ...systemRoutes({
      metrics: storage.metrics,
      ingest: () => parts.tracker.status(),
      pools: () => scrapes.pools(),
      loop,
      version,
      startedMs,
      backend: config.storage.backend,
      location: locationOf(config),
      dataDirectory,
      config: () => configStatus(parts),
    }),
    ...runbookRoutes(readRunbook),
    ...alertingRoutes(parts),
    ...ingestRoutes(parts),
  ];
}

function alertingRoutes({ alerting, reloader, version, startedMs, config: options }: Parts): Route[] {
  const { manager, instances, events, presence, graphs, rules, deliveries, backtests, externalUrl } = alerting;
  const config = () => {
    const { maskedYaml, receivers } = reloader.status.loaded.alertmanager;
    return { yaml: maskedYaml, receivers: receivers.map(({ name }) => name) };
  };
  return [
    ...alertmanagerRoutes({ manager, now: Date.now, startedMs, version, config }),
    ...alertGraphRoutes((name) => graphs.get(name)),
    ...alertRoutes({
      manager,
      instances,
      events,
      pendingSpans: (labels, startMs, endMs) => pendingSpans(labels, startMs, endMs, presence),
      nowMs: Date.now,
    }),
    ...acknowledgeRoutes(manager.beyond),
    ...alertHistoryRoutes({ instances, events, nowMs: Date.now }),
    ...ruleGroupRoutes({ groups: () => rules.groups(), nowMs: Date.now }),
    ...ruleCheckRoutes({ enableExperimental: options.query.experimentalFunctions }),
    ...backtestRoutes({ backtests, enableExperimental: options.query.experimentalFunctions }),
    ...notifyRoutes({
      manager,
      deliveries,
      externalUrl,
      receivers: () => reloader.status.loaded.alertmanager.receivers,
      configFile: options.alertmanager.configFile,
      escalations: () => escalationEntries(reloader.status.loaded.beyond.escalations),
      nowMs: Date.now,
    }),
  ];
}

function ingestRoutes({ config, storage, logger, registry, tracker, reloader }: Parts): Route[] {
  const { writer } = storage.metrics;
  const metrics = createIngestMetrics(registry);
  const limits: IngestLimits = {
    ...DEFAULT_INGEST_LIMITS,
    maxBodyBytes: config.limits.requestBodyBytes,
    maxDecodedBytes: config.limits.decompressedBodyBytes,
  };
  const shared = { logger, metrics, limits };
  const federate = createFederateHandler({
    ...shared,
    reader: storage.metrics.reader('background'),
    externalLabels: () => reloader.status.loaded.prometheus.global.externalLabels,
  });
  return [
    post('/api/v1/write', createRemoteWriteHandler({ ...shared, writer, tracker }), 'text'),
    post('/api/v1/import/prometheus', createImportHandler({ ...shared, writer, tracker }), 'text'),
    get('/federate', federate, 'text'),
  ];
}

function healthChecks({ storage, loop }: Parts, dataDirectory: string | undefined): HealthCheck[] {
  const checks = [storageCheck(storage), queueCheck(storage), eventLoopCheck(loop)];
  return dataDirectory === undefined ? checks : [...checks, diskCheck(dataDirectory)];
}

function configStatus({
  configFile,
  reloader,
}: Parts): Pick<AboutStatus, 'configFile' | 'configLoadedMs' | 'configError'> {
  const { loaded, loadedMs, lastError } = reloader.status;
  const files = [configFile, ...loaded.files].filter((file) => file !== '');
  return {
    configFile: files.length === 0 ? 'built-in default' : files.join(', '),
    configLoadedMs: loadedMs,
    configError: lastError ?? null,
  };
}
