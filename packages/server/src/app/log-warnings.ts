/** Findings about a configuration that was accepted, as log lines. */
import type { Diagnostic } from '../lib/diagnostic.ts';
import type { Logger } from '../telemetry/logger.ts';

/** A generated file can have the same finding at every line; `sightline check` shows all of them. */
const MAX_LINES = 20;

export function logWarnings(diagnostics: readonly Diagnostic[], log: Logger): void {
  for (const { message, file, start, hint } of diagnostics.slice(0, MAX_LINES)) {
    const at = start === undefined ? file : `${file}:${start.line}:${start.column}`;
    log.warn(message, { at, ...(hint === undefined ? {} : { hint }) });
  }
  const more = diagnostics.length - MAX_LINES;
  if (more > 0) log.warn('there are more warnings; "sightline check prometheus" shows all of them', { more });
}
