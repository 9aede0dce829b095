/**
 * Subscribes to diagnostics channels for as long as the SDK runs. A subscriber that throws would end the service as an
 * uncaught exception (node:diagnostics_channel), so each is guarded: its error is counted and told once.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Core } from '../core/core.ts';

/** Undoes what was set up; may be called twice. */
export type Stop = () => void;

/** Reports an error of the SDK's own code at `where` without letting it reach the service. */
export function reportInternal(core: Core, where: string, error: unknown): void {
  core.losses.add('traces', 'internal_error');
  core.notices.tell(`http:${where}`, `${where} failed, the request goes on without it: ${describe(error)}`);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Calls `on` for each message of a channel until the result is called. */
export function listen<TMessage>(core: Core, channel: string, on: (message: TMessage) => void): Stop {
  const guarded = (message: unknown): void => {
    try {
      on(message as TMessage);
    } catch (error) {
      reportInternal(core, channel, error);
    }
  };
  subscribe(channel, guarded);
  return () => {
    unsubscribe(channel, guarded);
  };
}

/** One Stop for many, last first. */
export function stopAll(stops: readonly Stop[]): Stop {
  return () => {
    for (const stop of [...stops].reverse()) stop();
  };
}
