/** Queries refused for a limit: the server's own hint told apart from its message, and what a person can do at once. Pure. */

export interface ServerMessage {
  readonly message: string;
  /** '' when the server gave none. */
  readonly hint: string;
}

/** A limit's hint follows the message after a colon and names the option that raises it, `query.…`. */
const WITH_HINT = /^(.*?[^:\s]): ((?:or |ask |try |select |no place |the limit ).*)$/s;

export function splitHint(text: string): ServerMessage {
  const match = WITH_HINT.exec(text);
  if (match === null) return { message: text, hint: '' };
  const [, message = text, hint = ''] = match;
  return { message, hint: `${hint.charAt(0).toUpperCase()}${hint.slice(1)}.`.replace(/^Or raise/, 'Raise') };
}

export type LimitAction = 'topk' | 'auto-step' | 'halve' | 'queries';

export interface LimitAdvice {
  readonly actions: readonly LimitAction[];
  /** Said when the server gives no hint. */
  readonly detail: string;
}

const LIMITS: readonly (readonly [pattern: RegExp, advice: LimitAdvice])[] = [
  [
    /maximum resolution|too many points/i,
    { actions: ['auto-step', 'halve'], detail: 'Take a larger step or a shorter range.' },
  ],
  [
    /all queries together|queries run and|in query queue/i,
    { actions: ['queries'], detail: 'The server is busy. Try again in a moment.' },
  ],
  [
    /too many series|series than|more than \d+ series/i,
    { actions: ['topk', 'halve'], detail: 'Filter by a label, take a shorter range, or keep only the largest.' },
  ],
  [
    /too many samples|samples into memory|of samples$|more than .* samples/i,
    { actions: ['halve'], detail: 'Filter by a label, or take a shorter range or a larger step.' },
  ],
  [/timed out/i, { actions: ['halve', 'queries'], detail: 'Narrow the range, or filter to fewer series.' }],
];

/** Null when the message is about something else. */
export function limitAdvice(message: string): LimitAdvice | null {
  return LIMITS.find(([pattern]) => pattern.test(message))?.[1] ?? null;
}
