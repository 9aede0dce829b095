/**
 * The monitoring pages of a service as plain answers: health for people and probes, metrics for scrapers, status, and facts for
 * debugging. Nothing here knows of a server; `monitoring.ts` puts it behind one.
 */
import { performance } from 'node:perf_hooks';
import { gzipFast } from '../lib/gzip.ts';
import type { Core } from '../core/core.ts';
import type { HealthMonitor } from '../health/monitor.ts';
import { takesGzip } from '../metrics/negotiation.ts';
import type { Registry } from '../metrics/registry.ts';
import { isLocal, type Visitor } from './access.ts';

/** The parts that the pages show. */
export interface MonitoringDeps {
  readonly core: Core;
  readonly registry: Registry;
  readonly health: HealthMonitor;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Who sees a page: anybody, whoever is let in, or (without access rules) only this machine. */
export type Audience = 'public' | 'private' | 'local';

/** A page. `isDetailed` when the visitor may see more than a probe needs. */
export interface Page {
  readonly audience: Audience;
  render(visitor: Visitor, isDetailed: boolean): Promise<Answer>;
}

const MIN_ZIPPED_BYTES = 16_384;
const JSON_TYPE = 'application/json; charset=utf-8';
const startedAt = Date.now() - process.uptime() * 1000;

/** The pages by path. */
export function monitoringPages(deps: MonitoringDeps): ReadonlyMap<string, Page> {
  const probe = (kind: 'live' | 'ready' | 'startup' | 'health'): Page => ({
    audience: 'public',
    async render(_visitor, detail) {
      const { statusCode, body } = await deps.health.probe(kind, { detail });
      return json(body, statusCode);
    },
  });
  return new Map<string, Page>([
    ['/health', probe('health')],
    ['/health/live', probe('live')],
    ['/health/ready', probe('ready')],
    ['/health/startup', probe('startup')],
    ['/metrics', { audience: 'private', render: (visitor) => metrics(deps.registry, visitor) }],
    ['/metrics/json', { audience: 'private', render: (visitor) => metricsJson(deps.registry, visitor) }],
    ['/status', { audience: 'private', render: () => status(deps) }],
    ['/debug/info', { audience: 'local', render: async () => json(debugInfo(deps.core)) }],
  ]);
}

async function metrics(registry: Registry, visitor: Visitor): Promise<Answer> {
  const { contentType, body } = await registry.render({ accept: visitor.header('accept') });
  return zipped(answer(200, contentType, body, { vary: 'accept, accept-encoding' }), visitor);
}

async function metricsJson(registry: Registry, visitor: Visitor): Promise<Answer> {
  await registry.collect();
  return zipped(json(registry.toJSON()), visitor);
}

/** Large pages are compressed in the thread pool: the event loop goes on serving. */
async function zipped(page: Answer, visitor: Visitor): Promise<Answer> {
  if (page.body.length < MIN_ZIPPED_BYTES || !takesGzip(visitor.header('accept-encoding'))) return page;
  const body = await gzipFast(page.body);
  return {
    ...page,
    body,
    headers: { ...page.headers, 'content-encoding': 'gzip', 'content-length': String(body.length) },
  };
}

async function status({ core, health }: MonitoringDeps): Promise<Answer> {
  const { service, version, environment } = core.resource;
  const report = await health.detailed();
  return json({
    service,
    version,
    environment,
    status: report.overall_status,
    phase: health.phase,
    monitoring: core.enabled ? 'enabled' : 'disabled',
    started_at: new Date(startedAt).toISOString(),
    uptime_seconds: Math.round(process.uptime()),
    summary: report.summary,
  });
}

/** What helps to debug and tells no secrets: no environment variables, no arguments, no paths of files. */
function debugInfo(core: Core): object {
  const memory = process.memoryUsage();
  const cpu = process.cpuUsage();
  const { utilization } = performance.eventLoopUtilization();
  return {
    service: core.resource.attributes,
    process: {
      pid: process.pid,
      uptime_seconds: Math.round(process.uptime()),
      platform: process.platform,
      arch: process.arch,
    },
    runtime: { node: process.versions.node, v8: process.versions.v8, openssl: process.versions.openssl },
    memory_bytes: {
      rss: memory.rss,
      heap_used: memory.heapUsed,
      heap_total: memory.heapTotal,
      external: memory.external,
    },
    cpu_seconds: { user: cpu.user / 1e6, system: cpu.system / 1e6 },
    event_loop: { utilization: Math.round(utilization * 1e4) / 1e4 },
    active_resources: counted(process.getActiveResourcesInfo()),
    dropped: [...core.losses.all()].map(({ signal, reason, count }) => ({ signal, reason, count })),
  };
}

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Answer {
  return answer(status, JSON_TYPE, Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`), headers);
}

function answer(status: number, type: string, body: Buffer, headers: Readonly<Record<string, string>>): Answer {
  return {
    status,
    headers: {
      'content-type': type,
      'content-length': String(body.length),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
    body,
  };
}

/** Whether `audience` needs the access rules for this visitor. */
export function isOpen(audience: Audience, isRestricted: boolean, visitor: Visitor): boolean {
  if (audience === 'public') return true;
  if (isRestricted) return false;
  return audience === 'private' || isLocal(visitor.address);
}
