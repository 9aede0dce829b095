/** Reasons for stopping work early, and a signal with a deadline. The reason travels as the signal's `reason`. */
import { SightlineError } from '@sightline/model';

export type AbortCode = 'client_gone' | 'server_stopping' | 'deadline' | 'killed';

export class AbortedError extends SightlineError<AbortCode> {}

export interface Deadline {
  readonly signal: AbortSignal;
  /** Frees the timer and the listener. Call it when the work is done. */
  release(): void;
}

/**
 * A signal that aborts when `parent` does or after `ms`, whichever is first. Written by hand because combined signals of
 * Node 20 stay reachable from a long-lived parent.
 */
export function withDeadline(parent: AbortSignal, ms: number, message: string): Deadline {
  const controller = new AbortController();
  const onParent = () => controller.abort(parent.reason);
  if (parent.aborted) onParent();
  else parent.addEventListener('abort', onParent, { once: true });
  const timer = setTimeout(() => controller.abort(new AbortedError('deadline', message)), Math.min(ms, 2 ** 31 - 1));
  return {
    signal: controller.signal,
    release: () => {
      clearTimeout(timer);
      parent.removeEventListener('abort', onParent);
    },
  };
}
