import { describe, expect, test } from 'vitest';
import { createMetricsRegistry } from './create-registry.ts';
import { createEventLoopMonitor } from './event-loop.ts';
import { registerProcessMetrics } from './process-metrics.ts';
import { exposed } from './testing/exposed.ts';
import { readVersion } from './version.ts';

describe('registerProcessMetrics', () => {
  test('gives the standard process metrics with plausible values', async () => {
    const registry = createMetricsRegistry();
    const loop = createEventLoopMonitor();
    const observer = registerProcessMetrics(registry, readVersion(), loop);
    const text = await exposed(registry);
    observer.stop();
    loop.stop();
    const value = (name: string) => Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1]);
    expect(Math.abs(value('process_start_time_seconds') - Date.now() / 1e3 + process.uptime())).toBeLessThan(1);
    expect(value('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(10e6);
    expect(text).toMatch(/^sightline_build_info\{version="\d+\.\d+\.\d+",/m);
  });

  test('sees an event loop that is held up', async () => {
    const loop = createEventLoopMonitor();
    await new Promise((resolve) => setTimeout(resolve, 30));
    const end = performance.now() + 120;
    while (performance.now() < end);
    await new Promise((resolve) => setTimeout(resolve, 30));
    const { maxSeconds, p50Seconds } = loop.lag();
    loop.stop();
    expect(maxSeconds).toBeGreaterThan(0.08);
    expect(p50Seconds).toBeLessThan(0.08);
  });
});
