/**
 * Nothing is lost when the process ends: at `exit` (also after an uncaught exception) and at signals that end it, lines that
 * are held are written. One set of listeners serves all instances, however many a test makes.
 */

export interface Ending {
  /** Writes what is held; must not throw. */
  flushSync(): void;
  /** Told of an error that ends the process, before it does. */
  crashed(error: unknown, origin: string): void;
  /** Whether signals that would end the process are waited for. */
  readonly handlesSignals: boolean;
}

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
const endings = new Set<Ending>();
let isListening = false;

/** @returns Ends it. */
export function onProcessEnd(ending: Ending): () => void {
  endings.add(ending);
  if (!isListening) listen();
  if (ending.handlesSignals) listenToSignals();
  return () => {
    endings.delete(ending);
    if (endings.size === 0) stop();
  };
}

function listen(): void {
  isListening = true;
  process.on('exit', flushAll);
  process.on('uncaughtExceptionMonitor', crashed);
}

function listenToSignals(): void {
  for (const signal of SIGNALS) {
    if (!process.listeners(signal).includes(signalled)) process.on(signal, signalled);
  }
}

function stop(): void {
  isListening = false;
  process.off('exit', flushAll);
  process.off('uncaughtExceptionMonitor', crashed);
  for (const signal of SIGNALS) process.off(signal, signalled);
}

function flushAll(): void {
  for (const ending of endings) ending.flushSync();
}

function crashed(error: unknown, origin: string): void {
  for (const ending of endings) ending.crashed(error, origin);
}

/** With nobody else listening the signal would have ended the process: it still does, once the lines are out. */
function signalled(signal: NodeJS.Signals): void {
  flushAll();
  if (process.listenerCount(signal) > 1) return;
  for (const each of SIGNALS) process.off(each, signalled);
  process.kill(process.pid, signal);
}
