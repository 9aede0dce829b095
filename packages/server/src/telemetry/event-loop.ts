/**
 * Event-loop lag: how late timers run, in windows of ten seconds. Several readers (metrics, health, System page) see the same
 * window; none of them resets it for the others.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

interface LoopLag {
  readonly minSeconds: number;
  readonly meanSeconds: number;
  readonly maxSeconds: number;
  readonly p50Seconds: number;
  readonly p90Seconds: number;
  readonly p99Seconds: number;
}

export interface EventLoopMonitor {
  /** Of the last full window; of the current one in the first ten seconds. */
  lag(): LoopLag;
  stop(): void;
}

const RESOLUTION_MS = 10;
const WINDOW_MS = 10_000;

export function createEventLoopMonitor(): EventLoopMonitor {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  // The histogram holds the whole time between two ticks of its timer; the lag is what exceeds the timer's interval.
  const lagOf = (nanoseconds: number) =>
    Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds / 1e9 - RESOLUTION_MS / 1e3) : 0;
  const read = (): LoopLag => ({
    minSeconds: histogram.count === 0 ? 0 : lagOf(histogram.min),
    meanSeconds: lagOf(histogram.mean),
    maxSeconds: histogram.count === 0 ? 0 : lagOf(histogram.max),
    p50Seconds: lagOf(histogram.percentile(50)),
    p90Seconds: lagOf(histogram.percentile(90)),
    p99Seconds: lagOf(histogram.percentile(99)),
  });
  let last: LoopLag | undefined;
  const timer = setInterval(() => {
    last = read();
    histogram.reset();
  }, WINDOW_MS);
  timer.unref();
  return {
    lag: () => last ?? read(),
    stop: () => {
      clearInterval(timer);
      histogram.disable();
    },
  };
}
