/** W3C tracestate (w3.org/TR/trace-context section 3.3) as the object that `@opentelemetry/api` wants of a span context. */
import type { TraceState } from './span.ts';

const MAX_MEMBERS = 32;
const MAX_CHARS = 512;

/** @param text The header; undefined gives undefined. */
export function traceStateOf(text: string | undefined): TraceState | undefined {
  if (text === undefined) return undefined;
  const members: [string, string][] = [];
  for (const part of text.split(',')) {
    const equals = part.indexOf('=');
    if (equals > 0) members.push([part.slice(0, equals).trim(), part.slice(equals + 1).trim()]);
  }
  return new MemberList(members.slice(0, MAX_MEMBERS));
}

/** The header of a trace state of any origin, undefined when there is nothing in it. */
export function traceStateText(state: { serialize(): string } | undefined): string | undefined {
  const text = state?.serialize();
  return text === undefined || text === '' || text.length > MAX_CHARS ? undefined : text;
}

class MemberList implements TraceState {
  readonly #members: readonly [string, string][];

  constructor(members: readonly [string, string][]) {
    this.#members = members;
  }

  get(key: string): string | undefined {
    return this.#members.find(([name]) => name === key)?.[1];
  }

  /** A changed member moves to the front, as the specification asks. */
  set(key: string, value: string): TraceState {
    return new MemberList([[key, value] as [string, string], ...this.#without(key)].slice(0, MAX_MEMBERS));
  }

  unset(key: string): TraceState {
    return new MemberList(this.#without(key));
  }

  serialize(): string {
    return this.#members.map(([name, value]) => `${name}=${value}`).join(',');
  }

  #without(key: string): [string, string][] {
    return this.#members.filter(([name]) => name !== key);
  }
}
