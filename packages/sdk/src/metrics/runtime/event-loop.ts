/** How late the event loop is and how busy. */
import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Registry } from '../registry.ts';
import type { GaugeAggregation } from '../types.ts';
import type { RuntimePart } from './runtime.ts';

const RESOLUTION_MS = 20;
const TICK_MS = 1000;
/** Scrapers that come together, as the two of a pair do, see the same window. */
const MIN_WINDOW_MS = 5000;
const UTILIZATION_BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.99, 1];

type Read = (histogram: IntervalHistogram) => number;

const STATISTICS: readonly [name: string, help: string, aggregate: GaugeAggregation, read: Read][] = [
  ['min', 'The minimum recorded event loop delay.', 'min', (lag) => lag.min],
  ['max', 'The maximum recorded event loop delay.', 'max', (lag) => lag.max],
  ['mean', 'The mean of the recorded event loop delays.', 'average', (lag) => lag.mean],
  ['p50', 'The 50th percentile of the recorded event loop delays.', 'average', (lag) => lag.percentile(50)],
  ['p90', 'The 90th percentile of the recorded event loop delays.', 'average', (lag) => lag.percentile(90)],
  ['p99', 'The 99th percentile of the recorded event loop delays.', 'average', (lag) => lag.percentile(99)],
];

export function eventLoopMetrics(registry: Registry, prefix: string): RuntimePart {
  const gauge = (name: string, help: string, aggregate: GaugeAggregation) =>
    registry.gauge(`${prefix}nodejs_eventloop_${name}`, help, { aggregate });
  const lateness = gauge('lag_seconds', 'Lag of event loop in seconds.', 'average');
  const statistics = STATISTICS.map(([name, help, aggregate, read]) => ({
    gauge: gauge(`lag_${name}_seconds`, help, aggregate),
    read,
  }));
  const deviation = gauge('lag_stddev_seconds', 'The standard deviation of the recorded event loop delays.', 'average');
  const utilization = gauge('utilization', 'Share of the last second that the event loop was busy.', 'average');
  const utilizations = registry.histogram(
    `${prefix}nodejs_eventloop_utilization_histogram`,
    'Share of each second that the event loop was busy.',
    { buckets: UTILIZATION_BUCKETS, exemplars: false },
  );

  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  let windowStartMs = performance.now();
  let tickMs = windowStartMs;
  let busy = performance.eventLoopUtilization();
  let wasPublished = false;
  const timer = setInterval(() => {
    const now = performance.now();
    lateness.set(Math.max(0, now - tickMs - TICK_MS) / 1000);
    tickMs = now;
    const next = performance.eventLoopUtilization();
    const share = performance.eventLoopUtilization(next, busy).utilization;
    busy = next;
    utilization.set(share);
    utilizations.observe(share);
  }, TICK_MS);
  timer.unref();

  return {
    collect() {
      const now = performance.now();
      if (histogram.count === 0 || (now - windowStartMs < MIN_WINDOW_MS && wasPublished)) return;
      wasPublished = true;
      windowStartMs = now;
      for (const { gauge: target, read } of statistics) target.set(lagSeconds(read(histogram)));
      deviation.set(histogram.stddev / 1e9);
      histogram.reset();
    },
    stop() {
      clearInterval(timer);
      histogram.disable();
    },
  };
}

/** The histogram holds the whole time between two ticks of its timer; the lag is what exceeds the timer's interval. */
function lagSeconds(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - RESOLUTION_MS / 1000);
}
