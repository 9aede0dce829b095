/**
 * The end of a service, one path whatever the cause (a signal, a fatal error, a call):
 *
 *   starting -> ready -> draining -> closing -> cleanup -> done
 *
 * draining: readiness is red, requests are still taken and each answer ends its connection; closing: servers close, requests
 * and tracked work end; cleanup: what the service registered, by priority; then telemetry is flushed and the process exits.
 *
 * Exit codes: 0 all went well; 1 a fatal error, or a cleanup that failed or was late; 124 the deadline passed (as timeout(1)
 * has it); 128 + n a second signal n forced it.
 */
import { constants } from 'node:os';
import type { Server } from 'node:net';
import { writeSync } from 'node:fs';
import type { Core } from '../core/core.ts';
import type { HealthMonitor } from '../health/monitor.ts';
import { ObserveError } from '../lib/problems.ts';
import { failBrokenRequest } from './broken-request.ts';
import { type Cleanup, type CleanupOptions, Cleanups } from './cleanups.ts';
import { endWorkers } from './cluster-workers.ts';
import { PROBED_DRAIN_MS, resolveShutdown, type ShutdownOptions, type ShutdownSettings } from './options.ts';
import { listenToProcess } from './process-events.ts';
import type { AttachOptions } from './served.ts';
import { Servers } from './servers.ts';
import { type StepEnd, within } from './time-limit.ts';
import { TrackedWork } from './tracked-work.ts';

export type ShutdownState = 'starting' | 'ready' | 'draining' | 'closing' | 'cleanup' | 'done';

const EXIT_FAILED = 1;
const EXIT_DEADLINE = 124;
const EXIT_SIGNAL = 128;

/** npm and terminals pass on a signal that the process also got itself: so soon after the first it is the same one. */
const SAME_SIGNAL_MS = 250;
/** Fatal errors that are told one by one while the service drains. */
const MAX_FATAL_LINES = 20;

/** Ends a service without losing a request or a line. */
export interface GracefulShutdown {
  readonly state: ShutdownState;
  /** Aborted when the service begins to drain: loops, streams and long polls end on it. */
  readonly signal: AbortSignal;
  /**
   * Adds something to do before the process ends, after the last request. Lower priorities first, equal ones at the same time.
   *
   * @returns Takes it away again.
   * @example shutdown.registerCleanup(() => pool.end(), { name: 'database', priority: 10 });
   */
  registerCleanup(cleanup: Cleanup, options?: CleanupOptions): () => void;
  /** Closes these servers too. HTTP/1 and HTTP/2 over TLS are found without it; it also adds a hook for WebSockets. */
  attach(server: Server | readonly Server[], options?: AttachOptions): void;
  /** Waits for this work before cleanup. @returns A promise with the same end. */
  track<TResult>(work: PromiseLike<TResult>): Promise<TResult>;
  /** HTTP/1 requests that are being answered. */
  activeRequests(): number;
  /**
   * Begins the shutdown; called again it only returns the same promise, which resolves when all is done.
   *
   * @param reason For the log.
   * @param options.exitCode When all goes well; 0.
   */
  initiate(reason?: string, options?: { exitCode?: number }): Promise<void>;
  /** Stops listening to the process and its servers, without a shutdown. For tests and reloads. */
  dispose(): void;
}

/** @throws ObserveError that lists every wrong option. */
export function createShutdown(core: Core, health: HealthMonitor, options: ShutdownOptions = {}): GracefulShutdown {
  return new Shutdown(core, health, resolveShutdown(options));
}

/** Why it began. */
interface Cause {
  readonly reason: string;
  readonly signal: NodeJS.Signals | undefined;
  readonly error: unknown;
}

class Shutdown implements GracefulShutdown {
  readonly #core: Core;
  readonly #health: HealthMonitor;
  readonly #settings: ShutdownSettings;
  readonly #servers: Servers;
  readonly #cleanups: Cleanups;
  readonly #work = new TrackedWork();
  readonly #draining = new AbortController();
  readonly #stopListening: () => void;
  #state: Exclude<ShutdownState, 'starting' | 'ready'> | undefined;
  #ending: Promise<void> | undefined;
  #exitCode = 0;
  #firstSignalMs: number | undefined;
  #fatalCount = 0;
  #hasFlushedIdle = false;

  constructor(core: Core, health: HealthMonitor, settings: ShutdownSettings) {
    this.#core = core;
    this.#health = health;
    this.#settings = settings;
    this.#servers = new Servers(settings.findsServers, (error) => {
      core.notices.tell('shutdown:servers', `following a server failed, it may not be drained: ${textOf(error)}`);
    });
    this.#cleanups = new Cleanups(settings.cleanupTimeoutMs);
    this.#stopListening = listenToProcess(settings.signals, settings.handlesFatal, {
      signal: (signal) => this.#onSignal(signal),
      fatal: (error, origin) => this.#onFatal(error, origin),
      idle: () => this.#onIdle(),
      exit: () => core.flushing.flushSync(),
    });
  }

  get state(): ShutdownState {
    return this.#state ?? (this.#health.phase === 'starting' ? 'starting' : 'ready');
  }

  get signal(): AbortSignal {
    return this.#draining.signal;
  }

  registerCleanup(cleanup: Cleanup, options: CleanupOptions = {}): () => void {
    requireCleanup(cleanup, options);
    if (this.#state === 'done' || this.#cleanups.isFull) {
      const why = this.#state === 'done' ? 'the shutdown is over' : 'there are too many';
      this.#core.notices.tell('shutdown:cleanup', `a cleanup was registered that will not run: ${why}`);
      return () => undefined;
    }
    return this.#cleanups.add(cleanup, options);
  }

  attach(server: Server | readonly Server[], options: AttachOptions = {}): void {
    const servers = Array.isArray(server) ? (server as readonly Server[]) : [server as Server];
    for (const one of servers) this.#servers.attach(one, options);
  }

  track<TResult>(work: PromiseLike<TResult>): Promise<TResult> {
    return this.#work.add(work);
  }

  activeRequests(): number {
    return this.#servers.requests.count;
  }

  initiate(reason = 'initiated by the service', options: { exitCode?: number } = {}): Promise<void> {
    if (this.#ending === undefined) this.#exitCode = options.exitCode ?? 0;
    return this.#begin({ reason, signal: undefined, error: undefined });
  }

  dispose(): void {
    this.#stopListening();
    this.#servers.forget();
  }

  #onSignal(signal: NodeJS.Signals): void {
    const now = performance.now();
    if (this.#firstSignalMs === undefined) {
      this.#firstSignalMs = now;
      void this.#begin({ reason: signal, signal, error: undefined });
      return;
    }
    if (now - this.#firstSignalMs < SAME_SIGNAL_MS) return;
    const code = EXIT_SIGNAL + constants.signals[signal];
    this.#tell('error', `${signal} again: the process ends at once`, { state: this.state, exit_code: code });
    this.#exit(code);
  }

  #onFatal(error: unknown, origin: NodeJS.UncaughtExceptionOrigin): void {
    this.#exitCode = EXIT_FAILED;
    if (++this.#fatalCount <= MAX_FATAL_LINES) this.#tellFatal(error, origin);
    this.#core.flushing.flushSync();
    try {
      failBrokenRequest(this.#servers.requests.responses());
    } catch (failure) {
      this.#core.notices.tell('shutdown:broken', `a broken request could not be answered: ${textOf(failure)}`);
    }
    const reason = origin === 'unhandledRejection' ? 'unhandled rejection' : 'uncaught exception';
    void this.#begin({ reason, signal: undefined, error });
  }

  /** The natural end of a script. */
  #onIdle(): void {
    if (this.#hasFlushedIdle || this.#ending !== undefined) return;
    this.#hasFlushedIdle = true;
    void this.#core.flushing.flush(this.#settings.flushTimeoutMs);
  }

  #begin(cause: Cause): Promise<void> {
    this.#ending ??= this.#run(cause);
    return this.#ending;
  }

  async #run(cause: Cause): Promise<void> {
    const startedAt = performance.now();
    const { deadlineMs, flushTimeoutMs } = this.#settings;
    this.#enter('draining');
    this.#health.setPhase('draining');
    this.#servers.requests.drain();
    // Telemetry is flushed within the deadline as well.
    const stagesMs = Math.max(1, deadlineMs - Math.min(flushTimeoutMs, deadlineMs / 2));
    const stages = await within(stagesMs, (deadline) => this.#stages(cause, deadline));
    if (stages.outcome === 'late') {
      this.#exitCode = EXIT_DEADLINE;
      this.#tell('error', 'shutdown: the deadline passed', { state: this.state, deadline_ms: deadlineMs });
    } else if (stages.outcome === 'failed') {
      this.#exitCode ||= EXIT_FAILED;
      this.#tell('error', 'shutdown failed', { state: this.state, err: stages.error });
    }
    this.#tell('info', 'shutdown complete', {
      reason: cause.reason,
      duration_ms: Math.round(performance.now() - startedAt),
      exit_code: this.#exitCode,
    });
    const flush = await within(Math.min(flushTimeoutMs, deadlineMs / 2) + 100, async () => {
      const late = await this.#core.flushing.close(Math.min(flushTimeoutMs, deadlineMs / 2));
      if (late.length > 0) throw new Error(`${late.join(', ')} did not send everything in time`);
    });
    if (flush.outcome !== 'done') {
      this.#core.notices.tell('shutdown:flush', `telemetry was lost at the end: ${textOf(flush.error)}`);
    }
    this.#enter('done');
    this.#exit(this.#exitCode);
  }

  /** @param deadline Aborted when the time for all of it is over: stages that have not begun are left out. */
  async #stages(cause: Cause, deadline: AbortSignal): Promise<void> {
    await this.#drain(cause, deadline);
    if (deadline.aborted) return;
    this.#enter('closing');
    this.#health.setPhase('closing');
    await this.#close(cause, deadline);
    if (deadline.aborted) return;
    this.#enter('cleanup');
    await this.#cleanups.runAll(cause, (name, priority, end) => this.#cleanedUp(name, priority, end));
  }

  async #drain(cause: Cause, deadline: AbortSignal): Promise<void> {
    const delayMs = this.#settings.drainDelayMs ?? (this.#health.wasProbed ? PROBED_DRAIN_MS : 0);
    this.#tell('info', 'shutdown: draining', {
      reason: cause.reason,
      drain_delay_ms: delayMs,
      active_requests: this.activeRequests(),
    });
    this.#draining.abort(new ObserveError('closed', `the service is shutting down: ${cause.reason}`));
    if (delayMs > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, delayMs);
        deadline.addEventListener('abort', () => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    await arrived();
  }

  async #close(cause: Cause, deadline: AbortSignal): Promise<void> {
    const servers = this.#servers.size;
    const closing = within(this.#settings.requestTimeoutMs, (limit) =>
      Promise.all([
        this.#servers.close(limit, (error) => this.#tell('error', 'shutdown: a closing hook failed', { err: error })),
        this.#work.idle(),
      ]),
    );
    const [end] = await Promise.all([closing, endWorkers(cause.signal ?? 'SIGTERM', deadline)]);
    const data = { servers, duration_ms: end.durationMs };
    if (end.outcome === 'done') this.#tell('info', 'shutdown: servers closed', data);
    else if (end.outcome === 'failed')
      this.#tell('error', 'shutdown: closing servers failed', { ...data, err: end.error });
    else {
      const left = { ...data, active_requests: this.activeRequests(), tracked_work: this.#work.size };
      this.#tell('warn', 'shutdown: what was still open is cut off', left);
    }
  }

  #cleanedUp(name: string, priority: number, end: StepEnd): void {
    const data = { step: name, priority, duration_ms: end.durationMs };
    if (end.outcome === 'done') {
      this.#tell('info', `shutdown: ${name} done`, data);
      return;
    }
    this.#exitCode ||= EXIT_FAILED;
    this.#tell('error', `shutdown: ${name} ${end.outcome === 'late' ? 'was late' : 'failed'}`, {
      ...data,
      err: end.error,
    });
  }

  #enter(state: Exclude<ShutdownState, 'starting' | 'ready'>): void {
    this.#state = state;
  }

  #exit(code: number): void {
    this.dispose();
    this.#core.flushing.flushSync();
    this.#settings.exit(code);
  }

  /** A logger that fails must not keep the process from ending. */
  #tell(level: 'info' | 'warn' | 'error', message: string, data: object): void {
    try {
      this.#settings.logger?.[level](message, data);
    } catch (failure) {
      this.#core.notices.tell('shutdown:logger', `the logger failed: ${textOf(failure)}`);
    }
  }

  #tellFatal(error: unknown, origin: string): void {
    const { logger } = this.#settings;
    try {
      // With monitoring switched off the logger writes nothing: the reason of an exit must still be told.
      if (logger !== undefined && this.#core.enabled) {
        logger.critical('the process ends with an error', { origin, err: error });
        return;
      }
    } catch {
      // Told on stderr, as without a logger.
    }
    try {
      writeSync(2, `${origin}: ${textOf(error)}\n`);
    } catch {
      // A closed stderr: there is no other place to tell it.
    }
  }
}

/**
 * A process that was held up finds its timers due before it has looked at its sockets: what came in meanwhile is taken first.
 * One turn accepts connections, the next reads from them, TLS needs one more.
 */
async function arrived(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}

function requireCleanup(cleanup: unknown, options: CleanupOptions): void {
  const mistakes: string[] = [];
  const { priority = 0, timeoutMs } = options;
  if (typeof cleanup !== 'function') mistakes.push('the cleanup must be a function');
  if (!Number.isFinite(priority)) mistakes.push(`priority must be a number, not ${String(priority)}`);
  if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs <= 86_400_000)) {
    mistakes.push(`timeoutMs must be milliseconds above 0, not ${String(timeoutMs)}`);
  }
  if (mistakes.length > 0) throw new ObserveError('invalid_options', `registerCleanup(): ${mistakes.join('; ')}`);
}

function textOf(error: unknown): string {
  try {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } catch {
    return 'an error that has no text';
  }
}
