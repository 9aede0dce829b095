/** What the command line tells when it fails, and with which exit code. */
import { SightlineError } from '@sightline/model';

/** 0 done, 1 it failed, 2 the command was not understood. */
export const EXIT = { ok: 0, failure: 1, usage: 2 } as const;

export class CliError extends SightlineError<'failed' | 'usage'> {}

/** Thrown by a command that has told everything itself. */
export class ExitRequest extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/** The error as a compiler tells it: what, then how to fix it. */
export function renderError(error: unknown, useColor: boolean): string {
  const paint = (code: number, text: string) => (useColor ? `\u001b[${code}m${text}\u001b[0m` : text);
  const message = error instanceof Error ? error.message : String(error);
  const hint = error instanceof SightlineError ? error.hint : undefined;
  const lines = [`${paint(31, 'error')}: ${message}`];
  if (hint !== undefined) lines.push(`  ${paint(36, '=')} help: ${hint}`);
  return `${lines.join('\n')}\n`;
}

export function exitCodeOf(error: unknown): number {
  return error instanceof CliError && error.code === 'usage' ? EXIT.usage : EXIT.failure;
}
