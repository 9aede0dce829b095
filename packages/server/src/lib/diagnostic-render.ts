/**
 * Prints diagnostics as a good compiler does: what is wrong, where, the line with a caret run under the place, and how to
 * fix it. The same findings as JSON are for scripts.
 */
import type { Diagnostic } from './diagnostic.ts';

export interface RenderOptions {
  /** ANSI colours. */
  readonly color?: boolean;
  /** Columns of the terminal; longer source lines are cut around the caret. */
  readonly width?: number;
}

/** Texts by file name, as the diagnostics name the files. */
export type SourceTexts = ReadonlyMap<string, string>;

const TAB = '  ';
const ELLIPSIS = '...';

type Style = 'error' | 'warning' | 'gutter' | 'bold' | 'help';
const CODES: Readonly<Record<Style, string>> = { error: '31;1', warning: '33;1', gutter: '34', bold: '1', help: '36' };

/** One block for each finding, blank lines between them, a line break at the end. '' when there is none. */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: SourceTexts,
  options: RenderOptions = {},
): string {
  const lines = new Map<string, readonly string[]>();
  const linesOf = (file: string) => {
    const known = lines.get(file);
    if (known !== undefined) return known;
    const split = (sources.get(file) ?? '').split(/\r?\n/);
    lines.set(file, split);
    return split;
  };
  return diagnostics.map((diagnostic) => renderOne(diagnostic, linesOf(diagnostic.file), options)).join('\n');
}

function renderOne(diagnostic: Diagnostic, lines: readonly string[], options: RenderOptions): string {
  const paint = (style: Style, text: string) =>
    options.color === true ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text;
  const { severity, code, file, start, message } = diagnostic;
  const out = [`${paint(severity, `${severity}[${code}]`)}: ${paint('bold', printable(message))}`];
  const indent = ' '.repeat(start === undefined ? 1 : String(start.line).length);
  const place = start === undefined ? file : `${file}:${start.line}:${start.column}`;
  out.push(`${indent}${paint('gutter', '-->')} ${place}`);
  const text = start === undefined ? undefined : lines[start.line - 1];
  if (start !== undefined && text !== undefined) {
    const bar = paint('gutter', '|');
    const excerpt = cutExcerpt(
      text,
      start.column - 1,
      caretEnd(diagnostic, text),
      options.width ?? 120,
      indent.length + 3,
    );
    out.push(`${indent} ${bar}`);
    out.push(`${paint('gutter', String(start.line))} ${bar} ${excerpt.text}`);
    out.push(`${indent} ${bar} ${' '.repeat(excerpt.column)}${paint(severity, '^'.repeat(excerpt.length))}`);
  }
  const notes = [
    ...(diagnostic.keyPath === undefined ? [] : [['key', diagnostic.keyPath] as const]),
    ...(diagnostic.hint === undefined ? [] : [['help', diagnostic.hint] as const]),
  ];
  for (const [name, note] of notes)
    out.push(`${indent} ${paint('gutter', '=')} ${paint('help', `${name}:`)} ${printable(note)}`);
  return `${out.join('\n')}\n`;
}

/** Offset in the line behind the last marked character. */
function caretEnd(diagnostic: Diagnostic, text: string): number {
  const { start, end } = diagnostic;
  if (start === undefined || end === undefined) return (start?.column ?? 1) + 1;
  return end.line === start.line ? end.column - 1 : text.length;
}

/** The line as it is printed: tabs as spaces, control characters visible, cut to the width with the caret in view. */
function cutExcerpt(line: string, from: number, to: number, width: number, margin: number) {
  const room = Math.max(20, width - margin);
  const before = printable(line.slice(0, from));
  const marked = printable(line.slice(from, Math.max(to, from + 1)));
  const after = printable(line.slice(Math.max(to, from + 1)));
  const column = displayWidth(before);
  const length = Math.max(1, displayWidth(marked));
  const whole = before + marked + after;
  if (displayWidth(whole) <= room) return { text: whole.trimEnd() === '' ? whole : whole.trimEnd(), column, length };
  const kept = Math.min(before.length, Math.max(0, Math.floor(room / 3)));
  const head = before.length > kept ? ELLIPSIS + before.slice(before.length - kept) : before;
  const rest = (marked + after).slice(0, Math.max(1, room - head.length - ELLIPSIS.length));
  const tail = rest.length < (marked + after).length ? ELLIPSIS : '';
  return { text: head + rest + tail, column: displayWidth(head), length: Math.min(length, displayWidth(rest)) };
}

/** Text that cannot steer the terminal. */
function printable(text: string): string {
  let out = '';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (char === '\t') out += TAB;
    else if (char === '\n') out += ' ';
    else if (code < 0x20 || (code >= 0x7f && code < 0xa0)) out += '\ufffd';
    else out += char;
  }
  return out;
}

/** Columns that text takes: wide East Asian characters and emoji take two, combining marks none. */
function displayWidth(text: string): number {
  let width = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (/\p{Mn}/u.test(char)) continue;
    const isWide =
      (code >= 0x1100 && code <= 0x115f) ||
      (code >= 0x2e80 && code <= 0xa4cf) ||
      (code >= 0xac00 && code <= 0xd7a3) ||
      (code >= 0xf900 && code <= 0xfaff) ||
      (code >= 0xfe30 && code <= 0xfe6f) ||
      (code >= 0xff00 && code <= 0xff60) ||
      (code >= 0x1f300 && code <= 0x1faff) ||
      (code >= 0x20000 && code <= 0x3fffd);
    width += isWide ? 2 : 1;
  }
  return width;
}

export interface DiagnosticsJson {
  readonly ok: boolean;
  readonly errors: number;
  readonly warnings: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** What `--json` prints: the findings as they are, with counts. */
export function diagnosticsToJson(diagnostics: readonly Diagnostic[]): DiagnosticsJson {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error').length;
  return { ok: errors === 0, errors, warnings: diagnostics.length - errors, diagnostics };
}
