/**
 * Metrics every process has: the standard `process_*` names of Prometheus client libraries, `nodejs_*` as the Node
 * ecosystem names them, and `sightline_build_info`. /proc is read where there is one (Linux); elsewhere its gauges are absent.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics } from 'node:v8';
import type { EventLoopMonitor } from './event-loop.ts';
import type { Gauge, MetricsRegistry } from './registry.ts';
import type { Version } from './version.ts';

/** Registers the instruments; the answer stops what observes garbage collection. */
export function registerProcessMetrics(
  registry: MetricsRegistry,
  version: Version,
  loop: EventLoopMonitor,
): { stop(): void } {
  registerInfo(registry, version);
  registerCpuAndMemory(registry);
  registerFileDescriptors(registry);
  registerEventLoop(registry, loop);
  return registerGarbageCollection(registry);
}

function registerInfo(registry: MetricsRegistry, version: Version): void {
  registry
    .gaugeFamily({
      name: 'sightline_build_info',
      help: 'Always 1; the labels tell what is running.',
      labelNames: ['version', 'revision', 'node_version'],
    })
    .labels({ version: version.version, revision: version.revision, node_version: process.version })
    .set(1);
  const [major = '', minor = '', patch = ''] = process.version.slice(1).split('.');
  registry
    .gaugeFamily({
      name: 'nodejs_version_info',
      help: 'Always 1; the labels tell the Node.js version.',
      labelNames: ['version', 'major', 'minor', 'patch'],
    })
    .labels({ version: process.version, major, minor, patch })
    .set(1);
  registry
    .gauge({ name: 'nodejs_threadpool_size', help: 'Threads for files, names and the embedded database.' })
    .set(Number(process.env['UV_THREADPOOL_SIZE'] ?? 4));
}

function registerCpuAndMemory(registry: MetricsRegistry): void {
  const user = registry.counter({ name: 'process_cpu_user_seconds_total', help: 'User CPU time spent in seconds.' });
  const system = registry.counter({
    name: 'process_cpu_system_seconds_total',
    help: 'System CPU time spent in seconds.',
  });
  const total = registry.counter({ name: 'process_cpu_seconds_total', help: 'CPU time spent in seconds.' });
  const gauge = (name: string, help: string): Gauge => registry.gauge({ name, help });
  const start = gauge('process_start_time_seconds', 'Start of the process as Unix time in seconds.');
  start.set(Math.round(Date.now() - process.uptime() * 1e3) / 1e3);
  const resident = gauge('process_resident_memory_bytes', 'Resident memory in bytes.');
  const heapTotal = gauge('nodejs_heap_size_total_bytes', 'Size of the JavaScript heap in bytes.');
  const heapUsed = gauge('nodejs_heap_size_used_bytes', 'Used part of the JavaScript heap in bytes.');
  const external = gauge('nodejs_external_memory_bytes', 'Memory of objects bound to JavaScript objects in bytes.');
  const buffers = gauge('nodejs_array_buffers_bytes', 'Memory of ArrayBuffers and Buffers in bytes.');
  const spaces = registry.gaugeFamily({
    name: 'nodejs_heap_space_size_used_bytes',
    help: 'Used part of a heap space in bytes.',
    labelNames: ['space'],
  });
  registry.onCollect(() => {
    const cpu = process.cpuUsage();
    user.inc(Math.max(0, cpu.user / 1e6 - user.value));
    system.inc(Math.max(0, cpu.system / 1e6 - system.value));
    total.inc(Math.max(0, (cpu.user + cpu.system) / 1e6 - total.value));
    const memory = process.memoryUsage();
    resident.set(memory.rss);
    heapTotal.set(memory.heapTotal);
    heapUsed.set(memory.heapUsed);
    external.set(memory.external);
    buffers.set(memory.arrayBuffers);
    for (const space of getHeapSpaceStatistics()) {
      spaces.labels({ space: space.space_name.replace(/_space$/, '') }).set(space.space_used_size);
    }
  });
}

function registerFileDescriptors(registry: MetricsRegistry): void {
  if (process.platform !== 'linux') return;
  const open = registry.gauge({ name: 'process_open_fds', help: 'Number of open file descriptors.' });
  const maximum = registry.gauge({
    name: 'process_max_fds',
    help: 'Greatest number of open file descriptors allowed.',
  });
  const virtual = registry.gauge({ name: 'process_virtual_memory_bytes', help: 'Virtual memory in bytes.' });
  const limit = /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  maximum.set(limit === undefined || limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit));
  registry.onCollect(() => {
    open.set(readdirSync('/proc/self/fd').length - 1);
    const kilobytes = /^VmSize:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kilobytes !== undefined) virtual.set(Number(kilobytes) * 1_024);
  });
}

function registerEventLoop(registry: MetricsRegistry, loop: EventLoopMonitor): void {
  const gauge = (suffix: string, what: string): Gauge =>
    registry.gauge({ name: `nodejs_eventloop_lag_${suffix}`, help: `${what} of the last ten seconds.` });
  const min = gauge('min_seconds', 'Least event loop lag');
  const mean = gauge('mean_seconds', 'Mean event loop lag');
  const max = gauge('max_seconds', 'Greatest event loop lag');
  const p50 = gauge('p50_seconds', 'Median event loop lag');
  const p90 = gauge('p90_seconds', '90th percentile of the event loop lag');
  const p99 = gauge('p99_seconds', '99th percentile of the event loop lag');
  const plain = gauge('seconds', 'Mean event loop lag');
  registry.onCollect(() => {
    const lag = loop.lag();
    min.set(lag.minSeconds);
    mean.set(lag.meanSeconds);
    max.set(lag.maxSeconds);
    p50.set(lag.p50Seconds);
    p90.set(lag.p90Seconds);
    p99.set(lag.p99Seconds);
    plain.set(lag.meanSeconds);
  });
}

const GC_KINDS = new Map<number, string>([
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
]);

function registerGarbageCollection(registry: MetricsRegistry): { stop(): void } {
  const durations = registry.histogramFamily({
    name: 'nodejs_gc_duration_seconds',
    help: 'Pauses of garbage collection by kind, in seconds.',
    labelNames: ['kind'],
    buckets: [0.001, 0.01, 0.1, 1, 2, 5],
  });
  for (const kind of GC_KINDS.values()) durations.labels({ kind });
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { detail } = entry as PerformanceEntry & { detail?: { kind?: number } };
      const kind = GC_KINDS.get(detail?.kind ?? -1);
      if (kind !== undefined) durations.labels({ kind }).observe(entry.duration / 1e3);
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return { stop: () => observer.disconnect() };
}
