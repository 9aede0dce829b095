/**
 * The text format 0.0.4 as Prometheus's scraper reads it (model/textparse/promparse.go and its lexer), which is not what the
 * format's description says: names need no blank before the value, label pairs need no comma, a NUL byte at the start of a
 * line ends the body, a label value may span lines.
 */
import { isUtf8 } from 'node:buffer';
import type { MetricType } from '@sightline/model';
import type { ExpositionSink } from '../exposition.ts';
import { expositionError, foundAt, shown } from './exposition-error.ts';
import { readFloat } from './float.ts';
import {
  CLOSE,
  COMMA,
  EQUALS,
  HASH,
  isLabelNameStart,
  isMetricNameStart,
  LF,
  NUL,
  OPEN,
  QUOTE,
  SPACE,
  skipBlanks,
  skipKeyword,
  skipLabelName,
  skipMetricName,
  skipQuoted,
  skipValue,
  TAB,
  unescapeHelp,
  unescapeLabelValue,
} from './scan.ts';

const LABEL_VALUE = { allowsNewline: true, allowsNul: true, what: 'label value' };
export const QUOTED_NAME = { allowsNewline: true, allowsNul: false, what: 'name' };

const NEWLINE = Buffer.from('\n');
const DONE = -1;

const TYPES: ReadonlyMap<string, MetricType> = new Map([
  ['counter', 'counter'],
  ['gauge', 'gauge'],
  ['histogram', 'histogram'],
  ['summary', 'summary'],
  ['untyped', 'unknown'],
]);

/** Pauses after every `stepBytes`. */
export function* walkText(source: Buffer, sink: ExpositionSink, stepBytes: number): Generator<void> {
  if (source.length === 0) return;
  const body = source[source.length - 1] === LF ? source : Buffer.concat([source, NEWLINE]);
  const end = body.length;
  for (let at = 0; at !== DONE && at < end; ) {
    if (at > 0) yield;
    at = parseLines(body, at, Math.min(end, at + stepBytes), sink);
  }
}

/** From the start of a line on, until one begins at or behind `stop`; where that is, or DONE. */
function parseLines(body: Buffer, from: number, stop: number, sink: ExpositionSink): number {
  let i = from;
  while (i < stop) {
    const start = i;
    i = skipBlanks(body, i);
    const c = body[i] as number;
    if (c === LF) i++;
    else if (c === HASH) i = parseComment(body, i, sink);
    else if (c === NUL) return DONE;
    else i = parseSample(body, start, i, sink);
    if (i === DONE) return DONE;
  }
  return i;
}

/** `start` is where the line begins: blanks before a bare name are part of it, as they are in Prometheus. */
function parseSample(body: Buffer, start: number, at: number, sink: ExpositionSink): number {
  let seriesEnd = sink.known === undefined ? -1 : sink.known(start);
  let i = seriesEnd === -1 ? -1 : skipBlanks(body, seriesEnd);
  const isKnown = i !== -1 && (i > seriesEnd || body[i - 1] === CLOSE) && body[i] !== OPEN;
  if (!isKnown) {
    const isNamed = isMetricNameStart(body[at] as number);
    if (!isNamed && body[at] !== OPEN) throw syntax(body, at, 'expected a metric name, a comment or an empty line');
    seriesEnd = isNamed ? skipMetricName(body, at + 1) : at;
    i = isNamed ? skipBlanks(body, seriesEnd) : at;
    if (body[i] === OPEN) {
      i = skipLabels(body, i, isNamed);
      seriesEnd = i;
      i = skipBlanks(body, i);
    }
  }
  const valueStart = i;
  i = skipValue(body, i);
  if (i === valueStart) throw syntax(body, i, 'expected a value after the metric');
  const value = readFloat(body, valueStart, i);
  i = skipBlanks(body, i);
  let timestamp = Number.NaN;
  const stampStart = i;
  let digit = (body[i] as number) - 48;
  if (digit >= 0 && digit <= 9) {
    timestamp = 0;
    do {
      timestamp = timestamp * 10 + digit;
      digit = (body[++i] as number) - 48;
    } while (digit >= 0 && digit <= 9);
    if (i - stampStart >= 19) requireInt64(body, stampStart, i);
    i = skipBlanks(body, i);
    if (body[i] !== LF) throw syntax(body, i, 'expected the end of the line after the timestamp');
  } else if (body[i] !== LF) throw syntax(body, i, 'expected a timestamp in milliseconds or the end of the line');
  sink.sample(start, seriesEnd, value, timestamp);
  return i + 1;
}

function requireInt64(body: Buffer, start: number, end: number): void {
  const text = body.toString('latin1', start, end).replace(/^0+/, '');
  if (text.length > 19 || (text.length === 19 && text > '9223372036854775807')) {
    throw expositionError(body, start, 'exposition_number', `the timestamp ${shown(text)} is out of range`);
  }
}

/** From the opening brace to behind the closing one. `isNamed`: the name stood before the brace. */
function skipLabels(body: Buffer, open: number, isNamed: boolean): number {
  let hasName = isNamed;
  let i = skipBlanks(body, open + 1);
  for (;;) {
    const c = body[i] as number;
    if (c === CLOSE) break;
    const nameStart = i;
    if (isLabelNameStart(c)) i = skipLabelName(body, i + 1);
    else if (c === QUOTE) i = skipQuoted(body, i, QUOTED_NAME);
    else throw syntax(body, i, 'expected a label name');
    let next = body[i] as number;
    if (next !== EQUALS) {
      i = skipBlanks(body, i);
      next = body[i] as number;
    }
    if (c === QUOTE && (next === COMMA || next === CLOSE)) {
      if (hasName) throw labels(body, nameStart, 'the metric name is given twice');
      hasName = true;
      if (next === CLOSE) break;
      i = skipBlanks(body, i + 1);
      continue;
    }
    if (next !== EQUALS) throw syntax(body, i, 'expected "="');
    i++;
    if (body[i] !== QUOTE) i = skipBlanks(body, i);
    if (body[i] !== QUOTE) throw syntax(body, i, 'expected a label value in double quotes');
    i = skipQuoted(body, i, LABEL_VALUE);
    if (body[i] === CLOSE) break;
    if (body[i] !== COMMA) i = skipBlanks(body, i);
    if (body[i] === COMMA) i = skipBlanks(body, i + 1);
  }
  if (!hasName) throw labels(body, open, 'the metric has no name');
  return i + 1;
}

function parseComment(body: Buffer, hash: number, sink: ExpositionSink): number {
  const known = sink.knownMetadata === undefined ? -1 : sink.knownMetadata(hash);
  if (known !== -1) return known + 1;
  const at = skipBlanks(body, hash + 1);
  const isSpaced = at > hash + 1;
  if (isSpaced) {
    const help = skipWord(body, at, 'HELP');
    if (help !== -1) return parseHelp(body, help, sink);
    const type = skipWord(body, at, 'TYPE');
    if (type !== -1) return parseType(body, type, sink);
  }
  // A NUL ends the body where the comment begins, and anywhere in it when its `#` has no blank after it.
  const newline = body.indexOf(LF, at);
  const isCut = body[at] === NUL || (!isSpaced && body.subarray(at, newline).includes(NUL));
  return isCut ? DONE : newline + 1;
}

/** Past the keyword and the blanks that must follow it, else -1. */
function skipWord(body: Buffer, at: number, word: 'HELP' | 'TYPE'): number {
  const end = skipKeyword(body, at, word);
  if (end === -1 || (body[end] !== SPACE && body[end] !== TAB)) return -1;
  let i = end;
  while (body[i] === SPACE || body[i] === TAB || body[i] === NUL) i++;
  return i;
}

/** The end of the metric name after HELP or TYPE. */
function skipMetadataName(body: Buffer, at: number, word: string): number {
  if (body[at] === QUOTE) return skipQuoted(body, at, QUOTED_NAME);
  if (!isMetricNameStart(body[at] as number)) throw syntax(body, at, `expected a metric name after ${word}`);
  const end = skipMetricName(body, at + 1);
  if (body[end] === NUL) throw syntax(body, end, `expected text after the name in ${word}`);
  return end;
}

export function metadataName(body: Buffer, start: number, end: number): string {
  return body[start] === QUOTE
    ? unescapeLabelValue(body.toString('utf8', start + 1, end - 1))
    : body.toString('latin1', start, end);
}

/** The lexer takes one byte after the name as a separator, whatever it is, unless only blanks follow. */
function metadataTextStart(body: Buffer, nameEnd: number, lineEnd: number): number {
  return skipBlanks(body, nameEnd) === lineEnd ? lineEnd : nameEnd + 1;
}

function parseHelp(body: Buffer, at: number, sink: ExpositionSink): number {
  const nameEnd = skipMetadataName(body, at, 'HELP');
  const lineEnd = body.indexOf(LF, nameEnd);
  const start = metadataTextStart(body, nameEnd, lineEnd);
  if (!isUtf8(body.subarray(start, lineEnd))) {
    throw expositionError(body, start, 'exposition_utf8', 'the help text is not valid UTF-8');
  }
  sink.help?.(metadataName(body, at, nameEnd), unescapeHelp(body.toString('utf8', start, lineEnd)));
  return lineEnd + 1;
}

function parseType(body: Buffer, at: number, sink: ExpositionSink): number {
  const nameEnd = skipMetadataName(body, at, 'TYPE');
  const lineEnd = body.indexOf(LF, nameEnd);
  const start = metadataTextStart(body, nameEnd, lineEnd);
  const text = body.toString('utf8', start, lineEnd);
  const type = TYPES.get(text);
  if (type === undefined) {
    const known = [...TYPES.keys()].join(', ');
    throw expositionError(
      body,
      start,
      'exposition_type',
      `expected one of ${known} as the metric type, found ${shown(text)}`,
    );
  }
  sink.type?.(metadataName(body, at, nameEnd), type);
  return lineEnd + 1;
}

export function syntax(body: Buffer, at: number, expected: string): Error {
  return expositionError(body, at, 'exposition_syntax', `${expected}, found ${foundAt(body, at)}`);
}

export function labels(body: Buffer, at: number, reason: string): Error {
  return expositionError(body, at, 'exposition_labels', reason);
}
