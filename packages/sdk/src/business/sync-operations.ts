/**
 * Metrics of synchronisation between systems: how often, how long, how much, with which conflicts, and when it last worked.
 * Names are those that services with dashboards for such jobs have: `sync_operations_total{source,target,status}`,
 * `sync_duration_seconds`, `active_syncs{source}`.
 */
import { settled } from '../lib/settled.ts';
import type { Registry } from '../metrics/registry.ts';
import type { CounterHandle, GaugeHandle, HistogramHandle } from '../metrics/types.ts';

/** How a synchronisation ended. */
export type SyncStatus = 'success' | 'error' | 'partial' | 'cancelled';

export interface SyncOptions {
  /** Put before every metric name, e.g. `tdd_`. */
  prefix?: string | undefined;
  /** Upper bounds of `sync_duration_seconds`; 0.1 to 10 seconds. */
  buckets?: readonly number[] | undefined;
}

/** From where to where. Both become labels: names of systems, never of records. */
export interface SyncRoute {
  readonly source: string;
  readonly target: string;
}

/** One synchronisation that is going on. */
export interface SyncRun {
  /** Counts records that were read, written or deleted. */
  processed(records: number): void;
  /** Counts records that both sides had changed. */
  conflicts(detected: number, resolved?: number): void;
  /** Ends it; only the first call counts. @returns Its duration in seconds. */
  end(status?: SyncStatus): number;
}

export interface SyncOperations {
  /** Begins a synchronisation; call `end`, also on errors. */
  start(route: SyncRoute): SyncRun;
  /**
   * Runs `fn` as a synchronisation: `success` when it returns, `error` when it throws.
   *
   * @example await sync.track({ source: 'github', target: 'hub' }, async (run) => run.processed(await pull()));
   */
  track<TResult>(route: SyncRoute, fn: (run: SyncRun) => TResult): TResult;
}

const BUCKETS = [0.1, 0.5, 1, 2, 5, 10];

/** The handles of one route, looked up once. */
interface Route {
  readonly status: Map<SyncStatus, CounterHandle>;
  readonly duration: HistogramHandle;
  readonly active: GaugeHandle;
  readonly records: CounterHandle;
  readonly detected: CounterHandle;
  readonly resolved: CounterHandle;
  readonly lastSuccess: GaugeHandle;
}

const STATUSES: readonly SyncStatus[] = ['success', 'error', 'partial', 'cancelled'];
const MAX_ROUTES = 1000;

/**
 * Metrics of synchronisations in `registry`.
 *
 * @example
 * const sync = syncOperations(sightline.metrics);
 * const run = sync.start({ source: 'github', target: 'hub' });
 * run.processed(120);
 * run.end();
 */
export function syncOperations(registry: Registry, options: SyncOptions = {}): SyncOperations {
  const routeOf = routes(registry, options);
  const start = (names: SyncRoute): SyncRun => {
    const route = routeOf(names);
    route.active.inc();
    const startedAt = performance.now();
    let ended = -1;
    return {
      processed: (records) => route.records.inc(records),
      conflicts: (detected, resolved = 0) => {
        route.detected.inc(detected);
        if (resolved > 0) route.resolved.inc(resolved);
      },
      end: (status = 'success') => {
        if (ended >= 0) return ended;
        ended = (performance.now() - startedAt) / 1000;
        route.active.dec();
        route.duration.observe(ended);
        route.status.get(status)?.inc();
        if (status === 'success') route.lastSuccess.set(Date.now() / 1000);
        return ended;
      },
    };
  };
  return { start, track: (route, fn) => tracked(start(route), fn) };
}

function tracked<TResult>(run: SyncRun, fn: (run: SyncRun) => TResult): TResult {
  try {
    const result = fn(run);
    if (!(result instanceof Promise)) {
      run.end('success');
      return result;
    }
    const ended = settled(result, (error) => run.end(error === undefined ? 'success' : 'error'));
    // A promise of the same value.
    return ended as typeof result;
  } catch (error) {
    run.end('error');
    throw error;
  }
}

function routes(registry: Registry, options: SyncOptions): (route: SyncRoute) => Route {
  const prefix = options.prefix ?? '';
  const labels = ['source', 'target'] as const;
  const operations = registry.counter(`${prefix}sync_operations_total`, 'Synchronisations by how they ended', {
    labels: ['source', 'target', 'status'],
  });
  const duration = registry.histogram(`${prefix}sync_duration_seconds`, 'Duration of synchronisations', {
    labels,
    buckets: options.buckets ?? BUCKETS,
  });
  const active = registry.gauge(`${prefix}active_syncs`, 'Synchronisations going on', { labels: ['source'] });
  const counted = (name: string, help: string) => registry.counter(`${prefix}${name}`, help, { labels });
  const records = counted('sync_records_processed_total', 'Records read, written or deleted by synchronisations');
  const detected = counted('sync_conflicts_detected_total', 'Records that both sides had changed');
  const resolved = counted('sync_conflicts_resolved_total', 'Conflicts that synchronisations resolved themselves');
  const lastSuccess = registry.gauge(
    `${prefix}sync_last_success_timestamp_seconds`,
    'When a synchronisation last ended well, in seconds since 1970',
    { labels },
  );
  const known = new Map<string, Route>();
  return ({ source, target }) => {
    const key = `${source}\u0000${target}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const route: Route = {
      status: new Map(STATUSES.map((status) => [status, operations.labels(source, target, status)])),
      duration: duration.labels(source, target),
      active: active.labels(source),
      records: records.labels(source, target),
      detected: detected.labels(source, target),
      resolved: resolved.labels(source, target),
      lastSuccess: lastSuccess.labels(source, target),
    };
    // Past the bound, handles are looked up each time; the registry itself limits the series.
    if (known.size < MAX_ROUTES) known.set(key, route);
    return route;
  };
}
