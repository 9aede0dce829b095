/** The checks that decide whether the server is ready. */
import { statfs } from 'node:fs/promises';
import type { Storage } from '../../storage/metric-store.ts';
import type { EventLoopMonitor } from '../../telemetry/event-loop.ts';
import type { HealthCheck } from './health.ts';

export function storageCheck(storage: Storage): HealthCheck {
  return {
    name: 'storage',
    async run() {
      await storage.ping();
      return { status: 'ok', message: 'the database answers' };
    },
  };
}

/** A full queue means that senders are told to come back: the server is up, but not able to take data. */
export function queueCheck(storage: Storage): HealthCheck {
  return {
    name: 'write_queue',
    async run() {
      const { queuedSamples, queueLimit } = await storage.metrics.stats();
      const share = queueLimit === 0 ? 0 : queuedSamples / queueLimit;
      const message = `${queuedSamples} of ${queueLimit} samples wait to be written`;
      return { status: share >= 0.95 ? 'failing' : share >= 0.5 ? 'warning' : 'ok', message };
    },
  };
}

const LITTLE_BYTES = 512 * 1024 * 1024;
const NONE_BYTES = 64 * 1024 * 1024;

/** `directory` is where the embedded database writes. */
export function diskCheck(directory: string): HealthCheck {
  return {
    name: 'disk',
    async run() {
      const { bavail, bsize } = await statfs(directory);
      const free = bavail * bsize;
      const message = `${Math.round(free / 1_048_576)} MiB free under ${directory}`;
      return { status: free < NONE_BYTES ? 'failing' : free < LITTLE_BYTES ? 'warning' : 'ok', message };
    },
  };
}

const SLOW_SECONDS = 0.25;
const STUCK_SECONDS = 2;

export function eventLoopCheck(loop: EventLoopMonitor): HealthCheck {
  return {
    name: 'event_loop',
    async run() {
      const { p99Seconds } = loop.lag();
      const message = `99% of timers are at most ${Math.round(p99Seconds * 1e3)} ms late`;
      return { status: p99Seconds > STUCK_SECONDS ? 'failing' : p99Seconds > SLOW_SECONDS ? 'warning' : 'ok', message };
    },
  };
}
