/**
 * Which lines are written when not all are wanted: by chance per line, or by trace, so that a trace has all its lines or none
 * and every service decides alike (by the trace id, as TraceIdRatioBased does). Errors are never sampled.
 */
import { current } from '../context/store.ts';
import { type LogLevel, SEVERITY } from '../options/level.ts';
import type { Problems } from '../lib/problems.ts';

/** A share from 0 to 1 for all levels, or for some: `{ debug: 0.01, info: 0.1 }`. */
export type SampleRate = number | Partial<Record<LogLevel, number>>;

/**
 * `line`: each line for itself. `trace`: by the id of the trace; lines outside of traces each for itself. `decision`: lines of
 * a trace that tracing itself sampled out are dropped, the others by `trace`.
 */
export type SampleBy = 'line' | 'trace' | 'decision';

export interface Sampling {
  /** Shares by severity / 10. */
  readonly rates: readonly number[];
  readonly by: SampleBy;
}

/** Undefined when every line is wanted. */
export function createSampling(
  rate: SampleRate | undefined,
  by: SampleBy | undefined,
  problems: Problems,
  path: string,
): Sampling | undefined {
  if (rate === undefined && by === undefined) return undefined;
  const rates = [1, 1, 1, 1, 1, 1, 1];
  const set = (level: LogLevel, value: number, at: string): void => {
    if (!(value >= 0 && value <= 1)) problems.add(at, `must be from 0 to 1, got ${String(value)}`);
    rates[SEVERITY[level] / 10] = value;
  };
  if (typeof rate === 'number') {
    for (const level of ['trace', 'debug', 'info', 'warn'] as const) set(level, rate, `${path}.sampleRate`);
  } else {
    for (const [level, value] of Object.entries(rate ?? {})) {
      if (level in SEVERITY) set(level as LogLevel, value, `${path}.sampleRate.${level}`);
      else problems.add(`${path}.sampleRate.${level}`, `is no level; levels are ${Object.keys(SEVERITY).join(', ')}`);
    }
  }
  return { rates, by: by ?? 'line' };
}

/** Whether a line below ERROR is written. */
export function isKept(sampling: Sampling, severity: number): boolean {
  const rate = sampling.rates[severity / 10] as number;
  if (rate === 0) return false;
  return sampling.by === 'line' ? Math.random() < rate : isKeptByTrace(rate, sampling.by);
}

function isKeptByTrace(rate: number, by: SampleBy): boolean {
  const span = current()?.span;
  if (span === undefined) return Math.random() < rate;
  if (by === 'decision' && (span.traceFlags & 1) === 0) return false;
  // The last digits are the ones that the W3C asks to be random.
  return rate === 1 || Number.parseInt(span.traceId.slice(-8), 16) < rate * 0x1_0000_0000;
}
