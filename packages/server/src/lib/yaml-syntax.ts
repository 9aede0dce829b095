/**
 * YAML syntax errors in plain words, at the line a person has to change. The parser reports where it could not go on,
 * which is often below the mistake: an unclosed quote or bracket is reported where it was opened.
 */
import type { YAMLParseError } from 'yaml';
import type { Diagnostic } from './diagnostic.ts';
import type { YamlSource } from './yaml-source.ts';

interface Explanation {
  readonly message: string;
  readonly hint?: string;
  readonly start: number;
  readonly end: number;
}

export function explainSyntaxError(source: YamlSource, error: YAMLParseError): Diagnostic {
  const { message, hint, start, end } = explain(source, error);
  return {
    severity: 'error',
    code: 'yaml/syntax',
    file: source.file,
    ...source.range({ start, end }),
    message,
    ...(hint === undefined ? {} : { hint }),
  };
}

function explain(source: YamlSource, error: YAMLParseError): Explanation {
  const [start, end] = error.pos;
  const place = { start, end };
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return {
        ...place,
        message: 'a tab is used as indentation; YAML allows only spaces',
        hint: 'replace the tab with spaces',
      };
    case 'BAD_DQ_ESCAPE':
      return explainEscape(source, start);
    case 'BAD_SCALAR_START':
      return explainReserved(source, start);
    case 'MULTILINE_IMPLICIT_KEY':
    case 'KEY_OVER_1024_CHARS':
      return explainMissingColon(source, start);
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'BLOCK_IN_FLOW':
      return (
        explainDeeperLine(source, start) ?? {
          ...place,
          message: 'a second `key:` stands on a line that already has one',
          hint: 'put the value in quotes if it contains `: `, or move the second key to its own line',
        }
      );
    case 'MISSING_CHAR':
      return explainMissingChar(source, error);
    case 'BAD_INDENT':
      return explainIndent(source, error);
    default:
      return (
        explainLoneWord(source, start) ??
        explainLessIndented(source, start) ?? { ...place, message: plainWords(error.message) }
      );
  }
}

/** `key: value` followed by a deeper line: the parser complains about the value, the deeper line is the mistake. */
function explainDeeperLine(source: YamlSource, start: number): Explanation | undefined {
  const { line } = source.position(start);
  const text = source.line(line);
  const below = source.line(line + 1);
  const indent = below.length - below.trimStart().length;
  const expected = text.length - text.replace(/^[\s-]+/, '').length;
  if (below.trim() === '' || indent <= expected || /:\s.*:\s/.test(text)) return undefined;
  return {
    start: source.lineStart(line + 1) + indent,
    end: source.lineStart(line + 1) + below.trimEnd().length,
    message: 'this line is indented deeper than the line above, which already has a value',
    hint: `indent it by ${expected} ${expected === 1 ? 'space' : 'spaces'}`,
  };
}

function explainEscape(source: YamlSource, start: number): Explanation {
  const sequence = source.text.slice(start, start + 2);
  return {
    start,
    end: start + 2,
    message: `\`${sequence}\` is not an escape that double-quoted text knows`,
    hint: `use single quotes, where a backslash is an ordinary character, or write \`\\${sequence}\``,
  };
}

function explainReserved(source: YamlSource, start: number): Explanation {
  const char = source.text[start] ?? '';
  return {
    start,
    end: start + 1,
    message: `text without quotes cannot begin with \`${char}\``,
    hint: 'put the value in single quotes',
  };
}

function explainMissingColon(source: YamlSource, start: number): Explanation {
  const { line } = source.position(start);
  const text = source.line(line);
  const glued = /^\s*(?:- )?([A-Za-z0-9_]+):(\S.*)$/.exec(text);
  const end = source.lineStart(line) + text.trimEnd().length;
  if (glued !== null) {
    return {
      start,
      end,
      message: 'a space is missing after the colon',
      hint: `write \`${glued[1]}: ${glued[2]}\``,
    };
  }
  const lone = explainLoneWord(source, start);
  if (lone !== undefined) return lone;
  const words = /^\s*(?:- )?([A-Za-z0-9_]+)\s+(\S.*)$/.exec(text);
  const hint = words === null ? 'write `key: value`' : `write \`${words[1]}: ${words[2]}\``;
  return { start, end, message: 'a colon is missing after the key', hint };
}

/** A key whose colon is missing stands alone on its line, and what belongs to it follows. */
function explainLoneWord(source: YamlSource, start: number): Explanation | undefined {
  const { line } = source.position(start);
  const word = /^\s*([A-Za-z0-9_]+)\s*$/.exec(source.line(line))?.[1];
  if (word === undefined) return undefined;
  const at = source.lineStart(line) + source.line(line).indexOf(word);
  return { start: at, end: at + word.length, message: 'a colon is missing after the key', hint: `write \`${word}:\`` };
}

/** The first line of the file sets the level of all sections; a line that stands further left ends the document. */
function explainLessIndented(source: YamlSource, start: number): Explanation | undefined {
  const first = /^([ ]+)[^\s#]/m.exec(source.text.replace(/^(?:[ \t]*(?:#.*)?\r?\n)*/, ''));
  const { line } = source.position(start);
  const text = source.line(line);
  const indent = text.length - text.trimStart().length;
  const expected = first?.index === 0 ? (first[1] ?? '').length : 0;
  if (expected <= indent) return undefined;
  const spaces = `${expected} ${expected === 1 ? 'space' : 'spaces'}`;
  return {
    start: source.lineStart(line) + indent,
    end: source.lineStart(line) + text.trimEnd().length,
    message: `the first line of the file is indented by ${spaces}, and this line is not`,
    hint: 'remove the spaces in front of the first line and of the lines that belong to it',
  };
}

function explainMissingChar(source: YamlSource, error: YAMLParseError): Explanation {
  const [start, end] = error.pos;
  const quote = error.message.includes('"quote') ? '"' : error.message.includes("'quote") ? "'" : undefined;
  if (quote !== undefined) {
    const opened = openingQuote(source, start, quote);
    return {
      start: opened,
      end: opened + 1,
      message: `the text that begins with ${quote} here is never closed`,
      hint: `add the closing ${quote}`,
    };
  }
  if (/comma|,/.test(error.message)) {
    return { start, end, message: 'a comma is missing between two values', hint: 'separate the values with `, `' };
  }
  return { start, end, message: plainWords(error.message) };
}

/**
 * An unclosed quote swallows text until the next quote of its kind, so the parser often stops far below. The line with
 * an odd number of quotes is the one to fix.
 */
function openingQuote(source: YamlSource, from: number, quote: string): number {
  const last = source.position(Math.min(from, source.text.length)).line;
  for (let line = 1; line <= last; line++) {
    const text = source.line(line).replace(/(^|\s)#.*$/, '');
    const bare = quote === "'" ? text.replaceAll("''", '') : text.replaceAll('\\"', '');
    if (bare.split(quote).length % 2 === 0) return source.lineStart(line) + text.lastIndexOf(quote);
  }
  return Math.max(0, source.text.lastIndexOf(quote, from));
}

function explainIndent(source: YamlSource, error: YAMLParseError): Explanation {
  const [start] = error.pos;
  const bracket = /end with a ([\]}])/.exec(error.message)?.[1];
  if (bracket !== undefined) {
    const open = bracket === ']' ? '[' : '{';
    const opened = lastUnclosed(source.text, start, open, bracket);
    return {
      start: opened,
      end: opened + 1,
      message: `the \`${open}\` here is never closed`,
      hint: `add the closing \`${bracket}\``,
    };
  }
  const { line } = source.position(start);
  const text = source.line(line);
  const indent = text.length - text.trimStart().length;
  const expected = indentAbove(source, line);
  const at = source.lineStart(line) + indent;
  const place = { start: at, end: Math.max(at + 1, source.lineStart(line) + text.trimEnd().length) };
  if (indent === expected) {
    return {
      ...place,
      message: 'this line cannot stand here',
      hint: 'list items (`- `) and `key:` lines are mixed on one level',
    };
  }
  const spaces = `${indent} ${indent === 1 ? 'space' : 'spaces'}`;
  const message = `this line is indented by ${spaces}, which fits no line above it`;
  return expected === undefined
    ? { ...place, message }
    : { ...place, message, hint: `indent it by ${expected} spaces to continue the lines above` };
}

/** The indentation of the nearest line above that has text. */
function indentAbove(source: YamlSource, line: number): number | undefined {
  for (let above = line - 1; above >= 1; above--) {
    const text = source.line(above);
    const trimmed = text.trimStart();
    if (trimmed !== '' && !trimmed.startsWith('#')) return text.length - trimmed.length;
  }
  return undefined;
}

function lastUnclosed(text: string, before: number, open: string, close: string): number {
  let depth = 0;
  for (let i = before - 1; i >= 0; i--) {
    if (text[i] === close) depth++;
    else if (text[i] === open && depth-- === 0) return i;
  }
  return Math.max(0, text.lastIndexOf(open, before));
}

function plainWords(message: string): string {
  const first = message.split('\n')[0] ?? message;
  return first.charAt(0).toLowerCase() + first.slice(1);
}
