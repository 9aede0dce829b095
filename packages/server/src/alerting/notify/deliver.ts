/** Sends one notification through one integration, again and again while the failure is temporary and there is time. */
import type { Clock } from '../../lib/clock.ts';
import { type Integration, type Notification, NotifyError } from '../receivers/receiver.ts';
import { backoffMs } from './backoff.ts';

export interface DeliverOptions {
  readonly clock: Clock;
  /** Ends the request under way. */
  readonly signal: AbortSignal;
  /** Once aborted there is no further try; `signal` when absent. */
  readonly stopping?: AbortSignal | undefined;
  readonly random: () => number;
  /** Hears of every failure that will be followed by another try. */
  readonly onRetry: (error: Error, tries: number) => void;
}

/** @throws NotifyError permanent, or temporary when the time is over: the last failure as the cause */
export async function deliver(
  integration: Integration,
  notification: Notification,
  options: DeliverOptions,
): Promise<void> {
  const { signal, stopping = signal } = options;
  for (let tries = 1; ; tries++) {
    const failure = await attempt(integration, notification, signal);
    if (failure === undefined) return;
    if (isPermanent(failure)) throw gaveUp('permanent', 'will be refused again', failure, tries);
    if (!stopping.aborted) {
      options.onRetry(failure, tries);
      await pause(backoffMs(tries, options.random()), options.clock, stopping);
    }
    if (stopping.aborted) throw gaveUp('temporary', 'time is over', failure, tries);
  }
}

async function attempt(
  integration: Integration,
  notification: Notification,
  signal: AbortSignal,
): Promise<Error | undefined> {
  try {
    await integration.send(notification, signal);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function isPermanent(error: Error): boolean {
  return error instanceof NotifyError && error.code === 'permanent';
}

function gaveUp(code: 'permanent' | 'temporary', why: string, cause: Error, tries: number): NotifyError {
  const times = tries === 1 ? '1 try' : `${tries} tries`;
  return new NotifyError(code, `${cause.message} (${why}, after ${times})`, { cause });
}

function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.setTimer(ms, finish);
    signal.addEventListener('abort', finish, { once: true });
    function finish() {
      timer.cancel();
      signal.removeEventListener('abort', finish);
      resolve();
    }
  });
}
