/** What the process tells: signals, fatal errors, its natural end. One set of listeners per shutdown, taken off with `stop`. */
import { isMainThread } from 'node:worker_threads';

export interface ProcessHandlers {
  signal(signal: NodeJS.Signals): void;
  fatal(error: unknown, origin: NodeJS.UncaughtExceptionOrigin): void;
  /** Nothing is left to do: what is held can still be sent. */
  idle(): void;
  /** The last moment, synchronous. */
  exit(): void;
}

/** @param handlesFatal False leaves errors to Node. */
export function listenToProcess(
  signals: readonly NodeJS.Signals[],
  handlesFatal: boolean,
  handlers: ProcessHandlers,
): () => void {
  const stops: (() => void)[] = [];
  const on = (event: string, listener: (...args: unknown[]) => void): void => {
    process.on(event, listener);
    stops.push(() => process.off(event, listener));
  };
  on('beforeExit', () => handlers.idle());
  on('exit', () => handlers.exit());
  // With the default of --unhandled-rejections, Node raises them here as well, by their origin.
  if (handlesFatal) {
    on('uncaughtException', (error, origin) => handlers.fatal(error, origin as NodeJS.UncaughtExceptionOrigin));
  }
  // Signals go to the main thread only.
  if (isMainThread) for (const signal of signals) on(signal, () => handlers.signal(signal));
  return () => {
    for (const stop of stops) stop();
  };
}
