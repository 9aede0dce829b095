/** The query log as the pages show it: parts of a query's time, words for phases and outcomes, links to run it again. Pure. */
import type { ActiveQuery, FinishedQuery, QueryIdentity, QueryOutcome } from '@sightline/api-types';
import type { SearchPatch } from './search-params.ts';
import { formatValue } from './units.ts';

/** Milliseconds; a part that does not apply is left out. */
export interface TimeParts {
  readonly parse?: number;
  readonly wait?: number;
  readonly read?: number;
  readonly eval?: number;
  readonly write?: number;
}

const PARTS: readonly (readonly [keyof TimeParts, string])[] = [
  ['parse', 'parsing'],
  ['wait', 'waiting'],
  ['read', 'reading'],
  ['eval', 'computing'],
  ['write', 'sending'],
];

export interface TimePart {
  readonly name: keyof TimeParts;
  readonly words: string;
  readonly ms: number;
}

/** In the order in which they happen, without those that took no time unless `withEmpty`. */
export function splitParts(parts: TimeParts, withEmpty = false): TimePart[] {
  return PARTS.flatMap(([name, words]) => {
    const ms = parts[name];
    return ms === undefined || (ms <= 0 && !withEmpty) ? [] : [{ name, words, ms }];
  });
}

/** `reading 4.1 ms, computing 3 ms`. */
export function splitText(parts: TimeParts): string {
  const shown = splitParts(parts);
  return shown.length === 0 ? 'no time' : shown.map(({ words, ms }) => `${words} ${formatValue(ms, 'ms')}`).join(', ');
}

export const finishedParts = ({ waitMs, readMs, evalMs, writeMs }: FinishedQuery): TimeParts => ({
  wait: waitMs,
  read: readMs,
  eval: evalMs,
  write: writeMs,
});

export const PHASE_WORDS: Readonly<Record<ActiveQuery['phase'], string>> = {
  waiting: 'waiting',
  reading: 'reading',
  evaluating: 'computing',
  writing: 'sending',
};

export const OUTCOMES: Readonly<
  Record<QueryOutcome, { readonly health: 'ok' | 'warn' | 'crit' | 'unknown'; readonly word: string }>
> = {
  success: { health: 'ok', word: 'answered' },
  error: { health: 'crit', word: 'failed' },
  timeout: { health: 'crit', word: 'timed out' },
  canceled: { health: 'unknown', word: 'client left' },
  killed: { health: 'warn', word: 'stopped here' },
};

/** The server cuts longer texts, and half a query cannot be run. */
const CUT_AT = 4_000;
const INSTANT_CONTEXT_MS = 3_600_000;

/** The Metrics page with this query over the same time; null when its text was cut. */
export function metricsPatch({ text, kind, startMs, endMs, stepMs }: QueryIdentity): SearchPatch | null {
  if (text.length >= CUT_AT) return null;
  const isInstant = startMs === endMs;
  return {
    q: [text],
    from: String(isInstant ? endMs - INSTANT_CONTEXT_MS : startMs),
    to: String(endMs),
    step: isInstant || stepMs <= 0 || stepMs % 1000 !== 0 ? null : `${stepMs / 1000}s`,
    view: kind === 'explain' ? 'explain' : isInstant ? 'table' : null,
  };
}

const PROGRAMS: readonly (readonly [RegExp, string])[] = [
  [/\bGrafana\/[\d.]+/i, '$&'],
  [/\bPrometheus\/[\d.]+/i, '$&'],
  [/\bcurl\/[\d.]+/i, '$&'],
  [/\bEdg\/(\d+)/, 'Edge $1'],
  [/\bFirefox\/(\d+)/, 'Firefox $1'],
  [/Chrom(?:e|ium)\/(\d+)/, 'Chrome $1'],
  [/\bVersion\/(\d+).*Safari\//, 'Safari $1'],
];

/** A client's program in two words: `Chrome 140`, `curl/8.5.0`; the first product for others, '' when it does not tell. */
export function programName(userAgent: string): string {
  for (const [pattern, words] of PROGRAMS) {
    const match = pattern.exec(userAgent);
    if (match !== null) return words.replace('$&', match[0]).replace('$1', match[1] ?? '');
  }
  return userAgent.split(/[\s(]/)[0]?.slice(0, 40) ?? '';
}
