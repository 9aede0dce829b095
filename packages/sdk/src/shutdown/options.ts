/** Options of the shutdown, checked once, with the defaults that fit Kubernetes' 30 seconds between SIGTERM and SIGKILL. */
import { constants } from 'node:os';
import type { EventLogger } from '../health/check.ts';
import { Problems } from '../lib/problems.ts';

export interface ShutdownOptions {
  /** Signals that begin the shutdown; SIGTERM and SIGINT. An empty list: none, the program calls `initiate()`. */
  signals?: readonly NodeJS.Signals[] | undefined;
  /**
   * How long requests are still taken after readiness went red, until balancers know. Default: 5000 when somebody probes
   * readiness, 0 when nobody ever did.
   */
  drainDelayMs?: number | undefined;
  /** How long requests, connections and tracked work may take to end; 10000. What is left then is cut off. */
  requestTimeoutMs?: number | undefined;
  /** Time limit of a cleanup that has none of its own; 5000. */
  cleanupTimeoutMs?: number | undefined;
  /** Time for sending the last telemetry; 3000. */
  flushTimeoutMs?: number | undefined;
  /** The whole shutdown, flush included; 28000. */
  deadlineMs?: number | undefined;
  /** What an uncaught exception or unhandled rejection does: `shutdown` (with exit code 1), or nothing: `ignore`. */
  onFatal?: 'shutdown' | 'ignore' | undefined;
  /** Finds the HTTP servers of the process by itself; true. Others are given to `attach()`. */
  findServers?: boolean | undefined;
  /** Ends the process; `process.exit`. */
  exit?: ((code: number) => void) | undefined;
  /** Gets a line for each step. Without it only fatal errors are written, to stderr. */
  logger?: EventLogger | undefined;
}

/** The options with all defaults. */
export interface ShutdownSettings {
  readonly signals: readonly NodeJS.Signals[];
  readonly drainDelayMs: number | undefined;
  readonly requestTimeoutMs: number;
  readonly cleanupTimeoutMs: number;
  readonly flushTimeoutMs: number;
  readonly deadlineMs: number;
  readonly handlesFatal: boolean;
  readonly findsServers: boolean;
  readonly exit: (code: number) => void;
  readonly logger: EventLogger | undefined;
}

/** Long enough for kube-proxy and balancers to take the endpoint out. */
export const PROBED_DRAIN_MS = 5000;
const MAX_MS = 86_400_000;
/** Node gives these to no listener. */
const UNCATCHABLE = new Set(['SIGKILL', 'SIGSTOP']);

/** @throws ObserveError that lists every wrong option. */
export function resolveShutdown(options: ShutdownOptions): ShutdownSettings {
  const problems = new Problems();
  const ms = (
    key: 'requestTimeoutMs' | 'cleanupTimeoutMs' | 'flushTimeoutMs' | 'deadlineMs',
    otherwise: number,
  ): number => checkedMs(options[key], key, 1, problems) ?? otherwise;
  const settings: ShutdownSettings = {
    signals: checkedSignals(options.signals ?? ['SIGTERM', 'SIGINT'], problems),
    drainDelayMs: checkedMs(options.drainDelayMs, 'drainDelayMs', 0, problems),
    requestTimeoutMs: ms('requestTimeoutMs', 10_000),
    cleanupTimeoutMs: ms('cleanupTimeoutMs', 5000),
    flushTimeoutMs: ms('flushTimeoutMs', 3000),
    deadlineMs: ms('deadlineMs', 28_000),
    handlesFatal: (options.onFatal ?? 'shutdown') === 'shutdown',
    findsServers: options.findServers ?? true,
    exit: options.exit ?? ((code) => process.exit(code)),
    logger: options.logger,
  };
  if (options.onFatal !== undefined && options.onFatal !== 'shutdown' && options.onFatal !== 'ignore') {
    problems.add('shutdown.onFatal', `must be "shutdown" or "ignore", not ${String(options.onFatal)}`);
  }
  const { drainDelayMs = 0, deadlineMs } = settings;
  if (drainDelayMs >= deadlineMs) {
    problems.add('shutdown.deadlineMs', `${deadlineMs} ms leave no time after drainDelayMs of ${drainDelayMs} ms`);
  }
  problems.throwIfAny();
  return settings;
}

/** @returns The value when it is given and right. */
function checkedMs(value: number | undefined, key: string, least: number, problems: Problems): number | undefined {
  if (value === undefined || (Number.isFinite(value) && value >= least && value <= MAX_MS)) return value;
  problems.add(`shutdown.${key}`, `must be milliseconds from ${least} to ${MAX_MS}, not ${String(value)}`);
  return undefined;
}

function checkedSignals(signals: readonly NodeJS.Signals[], problems: Problems): readonly NodeJS.Signals[] {
  for (const signal of signals) {
    if (constants.signals[signal] === undefined || UNCATCHABLE.has(signal)) {
      problems.add('shutdown.signals', `${String(signal)} is no signal a process can handle`);
    }
  }
  return [...new Set(signals)];
}
