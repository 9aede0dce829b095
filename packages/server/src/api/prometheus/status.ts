/** `/api/v1/status/*`: Prometheus's view of a running server. Fields of Go's runtime have Node's nearest fact or are empty. */
import { availableParallelism, hostname } from 'node:os';
import type { BuildInfo } from '@sightline/api-types';
import { formatDuration } from '@sightline/model';
import type { MetricStore } from '../../storage/metric-store.ts';
import type { Version } from '../../telemetry/version.ts';
import { get, type Route } from '../http/route.ts';
import { success } from './envelope.ts';

interface ConfigState {
  /** The running prometheus.yml with secrets masked. */
  readonly yaml: string;
  readonly isLastReloadOk: boolean;
  /** When the running configuration was taken into use. */
  readonly loadedMs: number;
}

export interface StatusOptions {
  readonly config: () => ConfigState;
  readonly flags: Readonly<Record<string, string>>;
  readonly version: Version;
  readonly metrics: MetricStore;
  readonly startedMs: number;
}

export function statusRoutes(options: StatusOptions): Route[] {
  return [
    get('/api/v1/status/config', async () => success({ yaml: options.config().yaml })),
    get('/api/v1/status/flags', async () => success(options.flags)),
    get('/api/v1/status/buildinfo', async () => success(buildInfo(options.version))),
    get('/api/v1/status/runtimeinfo', async () => success(await runtimeInfo(options))),
    get('/api/v1/status/tsdb', async (input) => success(await tsdbStatus(options.metrics, input.query))),
    get('/api/v1/status/walreplay', async () => success({ min: 0, max: 0, current: 0 })),
  ];
}

function buildInfo({ version, revision, buildDate }: Version): BuildInfo {
  return { version, revision, branch: '', buildUser: '', buildDate, goVersion: `node ${process.version}` };
}

async function runtimeInfo({ config, metrics, startedMs }: StatusOptions): Promise<unknown> {
  const { retentionMs } = await metrics.stats();
  const { isLastReloadOk, loadedMs } = config();
  return {
    startTime: new Date(startedMs).toISOString(),
    CWD: process.cwd(),
    hostname: hostname(),
    serverTime: new Date().toISOString(),
    reloadConfigSuccess: isLastReloadOk,
    lastConfigTime: new Date(loadedMs).toISOString(),
    corruptionCount: 0,
    goroutineCount: 1,
    GOMAXPROCS: availableParallelism(),
    GOMEMLIMIT: 0,
    GOGC: '',
    GODEBUG: '',
    storageRetention: retentionMs === 0 ? '' : formatDuration(retentionMs),
  };
}

const DEFAULT_TOP = 10;

async function tsdbStatus(metrics: MetricStore, params: URLSearchParams): Promise<unknown> {
  const limit = Number(params.get('limit') ?? DEFAULT_TOP);
  const top = Number.isSafeInteger(limit) && limit > 0 ? limit : DEFAULT_TOP;
  const stats = await metrics.stats();
  return {
    headStats: {
      numSeries: stats.activeSeries,
      numLabelPairs: stats.valuesByLabel.reduce((sum, { value }) => sum + value, 0),
      chunkCount: stats.partCount,
      minTime: stats.oldestMs ?? 0,
      maxTime: stats.newestMs ?? 0,
    },
    seriesCountByMetricName: stats.seriesByMetric.slice(0, top),
    labelValueCountByLabelName: stats.valuesByLabel.slice(0, top),
    memoryInBytesByLabelName: [],
    seriesCountByLabelValuePair: stats.seriesByPair.slice(0, top),
  };
}
