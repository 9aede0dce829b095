/**
 * Regular expressions as Prometheus means them: RE2 syntax, anchored at both ends, `.` matches a newline, linear time.
 *
 * re2js is this package's only dependency: JavaScript's own engine backtracks, so a pattern that a user sends could
 * stop the process, and its syntax differs from RE2. Literals, alternations of literals and prefix, suffix or
 * substring patterns do not reach the engine at all, because selectors test every label value with them.
 */
import { RE2JS } from 're2js';
import { SightlineError } from './errors.ts';

/** Longest pattern accepted, in UTF-16 units; RE2 compiles in time and memory linear in it. */
export const MAX_REGEX_LENGTH = 32_768;

export class RegexError extends SightlineError<'regex_invalid' | 'regex_too_long' | 'regex_result_too_long'> {}

export interface AnchoredRegex {
  readonly source: string;
  /** True when the whole of `text` matches. */
  test(text: string): boolean;
  /** The texts it matches when that is a finite list of literals, else undefined. Lets an index look values up. */
  readonly literals: readonly string[] | undefined;
  /** The text replaced by `template` ($1, ${1}, ${name} as Go's Regexp.Expand), or undefined when it does not match. */
  expand(text: string, template: string): string | undefined;
}

/**
 * Compiles `source` as `^(?s:source)$`.
 * @throws RegexError in RE2's words when the pattern is not valid
 */
export function compileAnchored(source: string): AnchoredRegex {
  if (source.length > MAX_REGEX_LENGTH) {
    throw new RegexError(
      'regex_too_long',
      `regular expression of ${source.length} characters is longer than ${MAX_REGEX_LENGTH}`,
    );
  }
  return new CompiledRegex(source);
}

class CompiledRegex implements AnchoredRegex {
  readonly source: string;
  readonly literals: readonly string[] | undefined;
  readonly #re: RE2JS;
  readonly #fast: ((text: string) => boolean) | undefined;

  constructor(source: string) {
    this.source = source;
    this.#re = compile(source);
    this.literals = literalAlternatives(source);
    this.#fast = this.literals === undefined ? simpleTest(source) : literalTest(this.literals);
  }

  test(text: string): boolean {
    return this.#fast === undefined ? this.#re.matches(text) : this.#fast(text);
  }

  expand(text: string, template: string): string | undefined {
    const matcher = this.#re.matcher(text);
    if (!matcher.matches()) return undefined;
    const names = this.#re.namedGroups();
    const count = this.#re.groupCount();
    return expandTemplate(template, (name) => {
      const index = groupIndex(names, name);
      if (index === undefined || index > count) return '';
      return matcher.group(index) ?? '';
    });
  }
}

function compile(source: string): RE2JS {
  try {
    // First with the anchors, so that a message quotes what Prometheus quotes; then alone, since `a)(b` must not close the group.
    const anchored = RE2JS.compile(`^(?s:${source})$`);
    RE2JS.compile(source);
    return anchored;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RegexError('regex_invalid', reason, { cause: error });
  }
}

const META = /[.*+?()|[\]{}^$\\]/;

function literalAlternatives(source: string): readonly string[] | undefined {
  const body = /^\((?:\?:)?([^()]*)\)$/.exec(source)?.[1] ?? source;
  const parts = body.split('|').map(unescapeLiteral);
  return parts.every((part) => part !== undefined) ? (parts as string[]) : undefined;
}

/** The literal text of a pattern whose only special characters are escaped ones, else undefined. */
function unescapeLiteral(part: string): string | undefined {
  let out = '';
  for (let i = 0; i < part.length; i++) {
    const char = part[i] as string;
    if (char === '\\') {
      const next = part[++i];
      if (next === undefined || !META.test(next)) return undefined;
      out += next;
    } else if (META.test(char)) return undefined;
    else out += char;
  }
  return out;
}

function literalTest(literals: readonly string[]): (text: string) => boolean {
  if (literals.length === 1) return (text) => text === literals[0];
  const set = new Set(literals);
  return (text) => set.has(text);
}

/** `.*`, `.+`, `abc.*`, `.*abc`, `.*abc.*` and the same with `.+`, without the engine. */
function simpleTest(source: string): ((text: string) => boolean) | undefined {
  const match = /^(\.[*+])?(.*?)(\.[*+])?$/s.exec(source);
  if (match === null) return undefined;
  const [, head, middle = '', tail] = match;
  const literal = unescapeLiteral(middle);
  if (literal === undefined) return undefined;
  const before = head === '.+' ? 1 : 0;
  const after = tail === '.+' ? 1 : 0;
  if (head === undefined && tail === undefined) return undefined;
  if (literal === '')
    return (text) =>
      text.length >= (head !== undefined && tail !== undefined ? before + after : Math.max(before, after));
  if (head === undefined) return (text) => text.length >= literal.length + after && text.startsWith(literal);
  if (tail === undefined) return (text) => text.length >= literal.length + before && text.endsWith(literal);
  return (text) => {
    const at = text.indexOf(literal, before);
    return at !== -1 && (after === 0 || text.indexOf(literal, before) + literal.length < text.length);
  };
}

/** Go's Regexp.Expand: $name, ${name}, $$; the longest run of word characters is the name. */
export function expandTemplate(template: string, group: (name: string) => string): string {
  return template.replace(/\$(?:(\$)|([A-Za-z0-9_]+)|\{([A-Za-z0-9_]+)\})/g, (_, dollar, bare, braced) =>
    dollar === undefined ? group(bare ?? braced) : '$',
  );
}

/** A pattern that may match anywhere in a text, as Go's regexp package does: `.` does not match a newline. */
export interface SearchRegex {
  readonly source: string;
  /** True when some part of `text` matches. */
  test(text: string): boolean;
  /**
   * Every match replaced by `template` ($1, ${1}, ${name}): Go's Regexp.ReplaceAllString.
   * @throws RegexError `regex_result_too_long` above `maxLength` UTF-16 units
   */
  replaceAll(text: string, template: string, maxLength?: number): string;
}

/**
 * Compiles `source` as it is, not anchored.
 * @throws RegexError in RE2's words when the pattern is not valid
 */
export function compileSearch(source: string): SearchRegex {
  if (source.length > MAX_REGEX_LENGTH) {
    throw new RegexError(
      'regex_too_long',
      `regular expression of ${source.length} characters is longer than ${MAX_REGEX_LENGTH}`,
    );
  }
  return new UnanchoredRegex(source);
}

class UnanchoredRegex implements SearchRegex {
  readonly source: string;
  readonly #re: RE2JS;

  constructor(source: string) {
    this.source = source;
    try {
      this.#re = RE2JS.compile(source);
    } catch (error) {
      throw new RegexError('regex_invalid', error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  test(text: string): boolean {
    return this.#re.matcher(text).find();
  }

  replaceAll(text: string, template: string, maxLength = Number.POSITIVE_INFINITY): string {
    const matcher = this.#re.matcher(text);
    const names = this.#re.namedGroups();
    const count = this.#re.groupCount();
    let out = '';
    let copied = 0;
    let lastEnd = -1;
    while (matcher.find()) {
      const [start, end] = [matcher.start(), matcher.end()];
      // An empty match right behind the last match is not one.
      if (start === end && end === lastEnd) continue;
      const replacement = expandTemplate(template, (name) => {
        const index = groupIndex(names, name);
        return index === undefined || index > count ? '' : (matcher.group(index) ?? '');
      });
      out += text.slice(copied, start) + replacement;
      copied = end;
      lastEnd = end;
      if (out.length > maxLength) {
        throw new RegexError('regex_result_too_long', `result of replacing is longer than ${maxLength} characters`);
      }
    }
    return out + text.slice(copied);
  }
}

/** The group of this number or name; only names of the pattern count, not what every object has. */
function groupIndex(names: Readonly<Record<string, number>>, name: string): number | undefined {
  if (/^[0-9]+$/.test(name)) return Number(name);
  return Object.hasOwn(names, name) ? names[name] : undefined;
}
