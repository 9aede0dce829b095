/** Calls of `console` as lines: for code that is not ours, and for the time until all of ours uses a logger. */
import { format } from 'node:util';
import type { LogLevel } from '../../options/level.ts';
import type { Logger } from '../logger.ts';

const METHODS = {
  log: 'info',
  info: 'info',
  warn: 'warn',
  error: 'error',
  debug: 'debug',
  trace: 'debug',
} as const satisfies Record<string, LogLevel>;

type Method = keyof typeof METHODS;

/**
 * Makes lines of what is written to `console`; an error among the arguments becomes the error of the line.
 *
 * @returns Puts the former methods back.
 */
export function captureConsole(logger: Logger): () => void {
  const methods = Object.keys(METHODS) as Method[];
  // biome-ignore lint/suspicious/noConsole: the console is what is captured
  const former = new Map(methods.map((method) => [method, console[method]]));
  let isInside = false;
  for (const method of methods) {
    console[method] = (...args: unknown[]) => {
      // A sink that writes to the console itself must not call us again.
      if (isInside) {
        former.get(method)?.apply(console, args);
        return;
      }
      isInside = true;
      try {
        const error = args.find((arg) => arg instanceof Error);
        const texts = error === undefined || args.length === 1 ? args : args.filter((arg) => arg !== error);
        const message = args.length === 1 && error !== undefined ? error.message : format(...texts);
        logger.log(METHODS[method], message, error === undefined ? undefined : { err: error });
      } finally {
        isInside = false;
      }
    };
  }
  return () => {
    for (const [method, original] of former) console[method] = original;
  };
}
