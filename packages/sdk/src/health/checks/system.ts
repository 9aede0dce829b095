/**
 * Checks of the process and its machine: memory, cpu, event loop, disk. They warn before something breaks; what they say is
 * seldom cured by taking traffic away, so as registered by default none of them is critical.
 */
import { availableParallelism } from 'node:os';
import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { builtin } from '../../lib/builtin.ts';
import type { Check, CheckOptions, CheckOutcome } from '../check.ts';

/** Shares of a limit, in percent. */
export interface PercentLimits {
  warningPercent?: number | undefined;
  criticalPercent?: number | undefined;
}

const MEBI = 1024 * 1024;

/**
 * Memory of the process: the heap against what V8 allows it, and all of it against the limit of its container (cgroup).
 * The nearer one decides. Defaults: warning at 80 %, critical at 95 %.
 */
export function memory(limits: PercentLimits = {}): Check {
  return () => {
    const { heapUsed, rss } = process.memoryUsage();
    const heapLimit = builtin('node:v8').getHeapStatistics().heap_size_limit;
    const limit = containerLimit();
    const heapPercent = (heapUsed / heapLimit) * 100;
    const rssPercent = limit === undefined ? 0 : (rss / limit) * 100;
    const isHeap = heapPercent >= rssPercent;
    const percent = round(isHeap ? heapPercent : rssPercent);
    const what = isHeap
      ? `heap ${mebibytes(heapUsed)} of ${mebibytes(heapLimit)} MiB`
      : `process ${mebibytes(rss)} of ${mebibytes(limit ?? 0)} MiB`;
    return {
      ...judge(percent, limits, 80, 95, `${what} (${percent} %)`),
      usage_percent: percent,
      heap_used_bytes: heapUsed,
      heap_limit_bytes: heapLimit,
      rss_bytes: rss,
      memory_limit_bytes: limit,
    };
  };
}

/** Node gives 0 or a number beyond any machine where there is no limit. */
function containerLimit(): number | undefined {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < 2 ** 50 ? limit : undefined;
}

/**
 * Processor time that this process took since the check was last run, of what it may have: the cores of the machine or the
 * quota of its container. Defaults: warning at 85 %, critical at 98 %.
 */
export function cpu(limits: PercentLimits = {}): Check {
  let before = process.cpuUsage();
  let beforeMs = performance.now();
  let cores: number | undefined;
  return async (signal) => {
    cores ??= (await cgroupCores(signal)) ?? availableParallelism();
    const elapsedMs = performance.now() - beforeMs;
    if (elapsedMs < 1) return { status: 'healthy', message: 'asked again too soon', cores };
    const used = process.cpuUsage(before);
    before = process.cpuUsage();
    beforeMs = performance.now();
    const percent = round(((used.user + used.system) / 1000 / elapsedMs / cores) * 100);
    return {
      ...judge(percent, limits, 85, 98, `${percent} % of ${round(cores)} cores over ${Math.round(elapsedMs)} ms`),
      usage_percent: percent,
      cores,
    };
  };
}

/** Quota of cgroup version 2 (kernel.org, "cpu.max"): `max 100000` or `50000 100000`, both microseconds. */
async function cgroupCores(signal: AbortSignal): Promise<number | undefined> {
  try {
    const [quota, period] = (
      await builtin('node:fs/promises').readFile('/sys/fs/cgroup/cpu.max', { encoding: 'utf8', signal })
    )
      .split(' ')
      .map(Number);
    const cores = (quota ?? Number.NaN) / (period ?? Number.NaN);
    return Number.isFinite(cores) && cores > 0 ? cores : undefined;
  } catch {
    // Not Linux, or cgroup version 1: the cores of the machine count.
    return undefined;
  }
}

export interface DiskLimits extends PercentLimits {
  /** A file or folder on the file system that is meant; the working directory. */
  path?: string | undefined;
  /** Least free space in bytes; less is critical. */
  minFreeBytes?: number | undefined;
}

/** Space that is left where the service writes. Defaults: warning at 85 % used, critical at 95 %. */
export function disk(limits: DiskLimits = {}): Check {
  const path = limits.path ?? process.cwd();
  return async () => {
    const stats = await builtin('node:fs/promises').statfs(path);
    const total = stats.blocks * stats.bsize;
    const free = stats.bavail * stats.bsize;
    // As df counts: what is reserved for root is not available.
    const used = (stats.blocks - stats.bfree) * stats.bsize;
    const percent = total === 0 ? 0 : round((used / (used + free)) * 100);
    const judged = judge(percent, limits, 85, 95, `${percent} % used, ${mebibytes(free)} MiB free at ${path}`);
    const isShort = limits.minFreeBytes !== undefined && free < limits.minFreeBytes;
    return {
      ...judged,
      ...(isShort ? { status: 'critical' } : {}),
      usage_percent: percent,
      free_bytes: free,
      total_bytes: total,
    };
  };
}

export interface EventLoopLimits {
  /** 99th percentile of the delay since the check was last run; 100. */
  warningMs?: number | undefined;
  /** 500. */
  criticalMs?: number | undefined;
}

/** How late the event loop is with timers, and which share of the time it was busy, since the check was last run. */
export function eventLoop(limits: EventLoopLimits = {}): Check {
  const { warningMs = 100, criticalMs = 500 } = limits;
  let histogram: IntervalHistogram | undefined;
  let before = performance.eventLoopUtilization();
  return () => {
    const lagMs = histogram === undefined ? 0 : readLag(histogram);
    // Begins with the first run: a service whose health nobody asks for pays nothing.
    histogram ??= startDelay();
    const total = performance.eventLoopUtilization();
    const utilization = Math.round(performance.eventLoopUtilization(total, before).utilization * 1000) / 1000;
    before = total;
    const status = lagMs >= criticalMs ? 'critical' : lagMs >= warningMs ? 'warning' : 'healthy';
    return { status, message: `lag p99 ${lagMs} ms, busy ${round(utilization * 100)} %`, lag_ms: lagMs, utilization };
  };
}

const RESOLUTION_MS = 20;

function startDelay(): IntervalHistogram {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return histogram;
}

/** The histogram holds nanoseconds between ticks of its own timer, so that an idle loop shows the resolution. */
function readLag(histogram: IntervalHistogram): number {
  const lagMs = histogram.count === 0 ? 0 : Math.max(0, histogram.percentile(99) / 1e6 - RESOLUTION_MS);
  histogram.reset();
  return Math.round(lagMs * 10) / 10;
}

function judge(
  percent: number,
  limits: PercentLimits,
  warning: number,
  critical: number,
  message: string,
): Pick<CheckOutcome, 'status' | 'message'> {
  if (percent >= (limits.criticalPercent ?? critical)) return { status: 'critical', message };
  return { status: percent >= (limits.warningPercent ?? warning) ? 'warning' : 'healthy', message };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / MEBI);
}

/** The checks every service has unless it says otherwise. */
export function registerSystemChecks(register: (name: string, check: Check, options: CheckOptions) => unknown): void {
  const options: CheckOptions = { category: 'system', critical: false };
  register('memory', memory(), options);
  register('cpu', cpu(), options);
  register('event_loop', eventLoop(), options);
  register('disk', disk(), { ...options, cacheMs: 10_000 });
}
