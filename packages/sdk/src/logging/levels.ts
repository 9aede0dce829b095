/** Levels of loggers by name, changeable while the service runs: all loggers of one name share one category. */
import { ObserveError } from '../lib/problems.ts';
import { type LogLevel, parseLevel, SEVERITY } from '../options/level.ts';

/** What loggers of one name have in common. */
export interface Category {
  readonly name: string;
  /** The least severity that is written. */
  threshold: number;
  /** Beginnings of lines by severity / 10, made for `headsShape`. */
  heads: string[];
  headsShape: object | undefined;
  /** What the last line had before its message, for further lines of the same millisecond, severity and shape. */
  start: string;
  isStartFlat: boolean;
  startMs: number;
  startSeverity: number;
  startShape: object | undefined;
  /** The last message that was its own JSON text. */
  plainMessage: string | undefined;
}

/** Names come from the program; those made from data must not fill the memory. */
const MAX_CATEGORIES = 10_000;

export class Levels {
  readonly #categories = new Map<string, Category>();
  /** Rules in the order they were given: the last that matches a name holds. */
  #rules: { pattern: string; matches: (name: string) => boolean; severity: number }[] = [];

  constructor(level: LogLevel) {
    this.set('*', level);
  }

  /** @param pattern Name of a logger, or with `*` for any characters: `db.*`, `*`. */
  set(pattern: string, level: LogLevel): void {
    this.setSeverity(pattern, severityOf(level));
  }

  setSeverity(pattern: string, severity: number): void {
    const matches = matcher(pattern);
    // A rule for everything makes all former ones void.
    this.#rules = pattern === '*' ? [] : this.#rules.filter((rule) => rule.pattern !== pattern);
    this.#rules.push({ pattern, matches, severity });
    for (const category of this.#categories.values()) {
      if (matches(category.name)) category.threshold = severity;
    }
  }

  category(name: string): Category {
    const known = this.#categories.get(name);
    if (known !== undefined) return known;
    const category = newCategory(name, this.#severityOf(name));
    if (this.#categories.size < MAX_CATEGORIES) this.#categories.set(name, category);
    return category;
  }

  /** A category of one logger alone, which rules do not reach. */
  own(name: string, level: LogLevel): Category {
    return newCategory(name, SEVERITY[level]);
  }

  #severityOf(name: string): number {
    for (let index = this.#rules.length - 1; index >= 0; index--) {
      const rule = this.#rules[index];
      if (rule?.matches(name)) return rule.severity;
    }
    return SEVERITY.info;
  }
}

function newCategory(name: string, threshold: number): Category {
  return {
    name,
    threshold,
    heads: [],
    headsShape: undefined,
    start: '',
    isStartFlat: false,
    startMs: 0,
    startSeverity: 0,
    startShape: undefined,
    plainMessage: undefined,
  };
}

/** The severity of a level that may come from a request. Throws an ObserveError when it is none. */
export function severityOf(level: string): number {
  const found = typeof level === 'string' ? parseLevel(level) : undefined;
  if (found !== undefined) return SEVERITY[found];
  throw new ObserveError(
    'invalid_options',
    `${JSON.stringify(level)} is no level: use trace, debug, info, warn, error or critical`,
  );
}

function matcher(pattern: string): (name: string) => boolean {
  if (pattern === '*') return () => true;
  if (!pattern.includes('*')) return (name) => name === pattern;
  const source = pattern.split(/\*+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^${source.join('.*')}$`, 's');
  return (name) => expression.test(name);
}
