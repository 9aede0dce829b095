/**
 * OpenMetrics 1.0 and 0.0.1 as Prometheus's scraper reads it (model/textparse/openmetricsparse.go and its lexer): one space
 * exactly between the parts, timestamps in seconds, exemplars, and a body that ends with `# EOF`. Rules of the
 * specification that Prometheus does not check (suffixes by type, interleaved families) are not checked here either;
 * `_created` lines are series like any other.
 */
import { isUtf8 } from 'node:buffer';
import { type Exemplar, Labels, type MetricType } from '@sightline/model';
import { isStorableExemplar } from '../exemplar.ts';
import type { ExpositionSink } from '../exposition.ts';
import { expositionError, shown } from './exposition-error.ts';
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
  type QuotedRule,
  SPACE,
  skipKeyword,
  skipLabelName,
  skipMetricName,
  skipNul,
  skipQuoted,
  unescapeLabelValue,
} from './scan.ts';
import { labels, metadataName, QUOTED_NAME, syntax } from './text.ts';

const LABEL_VALUE: QuotedRule = { allowsNewline: false, allowsNul: true, what: 'label value' };
const EXEMPLAR_TEXT: QuotedRule = { allowsNewline: false, allowsNul: false, what: 'exemplar label' };
const NEWLINE = Buffer.from('\n');
const DONE = -1;
const KEYWORDS = ['HELP ', 'TYPE ', 'UNIT '] as const;

const TYPES: ReadonlyMap<string, MetricType> = new Map(
  (['counter', 'gauge', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset', 'unknown'] as const).map(
    (type) => [type, type],
  ),
);

/** Pauses after every `stepBytes`. */
export function* walkOpenMetrics(source: Buffer, sink: ExpositionSink, stepBytes: number): Generator<void> {
  const end = source.length;
  // Scanners stop at a newline; a text that lacks its last one must still be refused.
  const body = source[end - 1] === LF ? source : Buffer.concat([source, NEWLINE]);
  for (let at = 0; at < end; ) {
    if (at > 0) yield;
    at = parseLines(body, at, Math.min(end, at + stepBytes), end, sink);
    if (at === DONE) return;
  }
  throw expositionError(source, end, 'exposition_eof', 'expected "# EOF" at the end of the text');
}

/** From the start of a line on, until one begins at or behind `stop`; where that is, or DONE. */
function parseLines(body: Buffer, from: number, stop: number, end: number, sink: ExpositionSink): number {
  let i = from;
  while (i < stop) {
    i = body[i] === HASH ? parseMetadata(body, i, end, sink) : parseSample(body, i, sink);
    if (i === DONE) return DONE;
  }
  return i;
}

/** Past the line; DONE when it was the `# EOF` that closes the text. */
function parseMetadata(body: Buffer, hash: number, end: number, sink: ExpositionSink): number {
  const known = sink.knownMetadata === undefined ? -1 : sink.knownMetadata(hash);
  if (known !== -1) return known + 1;
  const at = hash + 2;
  const eof = body[hash + 1] === SPACE ? skipKeyword(body, at, 'EOF') : -1;
  if (eof !== -1) return parseEof(body, eof, end);
  const word = body[hash + 1] === SPACE ? KEYWORDS.find((one) => skipKeyword(body, at, one) !== -1) : undefined;
  if (word === undefined) {
    throw syntax(body, hash, 'expected "# HELP ", "# TYPE ", "# UNIT " or "# EOF" (OpenMetrics has no other comments)');
  }
  const nameStart = skipKeyword(body, at, word);
  const nameEnd = skipMetadataName(body, nameStart, word.trimEnd());
  const lineEnd = body.indexOf(LF, nameEnd);
  if (body[nameEnd] !== SPACE || lineEnd === end) {
    throw syntax(body, nameEnd, `expected a space and text in ${word.trimEnd()}`);
  }
  const name = metadataName(body, nameStart, nameEnd);
  const textStart = nameEnd + 1;
  if (word === 'HELP ') {
    if (!isUtf8(body.subarray(textStart, lineEnd))) {
      throw expositionError(body, textStart, 'exposition_utf8', 'the help text is not valid UTF-8');
    }
    sink.help?.(name, unescapeLabelValue(body.toString('utf8', textStart, lineEnd)));
  } else if (word === 'TYPE ') {
    const type = typeOf(body, textStart, lineEnd);
    sink.type?.(name, type);
  } else {
    const unit = unitOf(body, name, textStart, lineEnd);
    sink.unit?.(name, unit);
  }
  return lineEnd + 1;
}

/** NUL bytes around the newline are passed over too: the lexer takes them for text of a comment. */
function parseEof(body: Buffer, at: number, end: number): number {
  const next = at < end && body[at] === LF ? skipNul(body, at + 1) : at;
  if (next < end) throw expositionError(body, next, 'exposition_eof', 'unexpected data after "# EOF"');
  return DONE;
}

function skipMetadataName(body: Buffer, at: number, word: string): number {
  if (body[at] === QUOTE) return skipQuoted(body, at, QUOTED_NAME);
  if (!isMetricNameStart(body[at] as number)) throw syntax(body, at, `expected a metric name after ${word}`);
  return skipMetricName(body, at + 1);
}

function typeOf(body: Buffer, start: number, end: number): MetricType {
  const text = body.toString('utf8', start, end);
  const type = TYPES.get(text);
  if (type !== undefined) return type;
  const known = [...TYPES.keys()].join(', ');
  throw expositionError(
    body,
    start,
    'exposition_type',
    `expected one of ${known} as the metric type, found ${shown(text)}`,
  );
}

function unitOf(body: Buffer, name: string, start: number, end: number): string {
  const unit = body.toString('utf8', start, end);
  if (unit !== '' && !name.endsWith(`_${unit}`)) {
    throw labels(body, start, `the unit ${shown(unit)} is not a suffix of the metric name ${shown(name)}`);
  }
  return unit;
}

function parseSample(body: Buffer, start: number, sink: ExpositionSink): number {
  let seriesEnd = sink.known === undefined ? -1 : sink.known(start);
  if (seriesEnd === -1 || body[seriesEnd] !== SPACE) {
    const isNamed = isMetricNameStart(body[start] as number);
    if (!isNamed && body[start] !== OPEN) throw syntax(body, start, 'expected a metric name or a "#" line');
    seriesEnd = isNamed ? skipMetricName(body, start + 1) : start;
    if (body[seriesEnd] === OPEN) seriesEnd = skipLabels(body, seriesEnd, isNamed);
  }
  let i = wordEnd(body, seriesEnd, 'a value after the metric');
  const value = readFloat(body, seriesEnd + 1, i);
  let timestamp = Number.NaN;
  if (body[i] === SPACE && !isExemplarStart(body, i)) {
    const stamp = i + 1;
    i = wordEnd(body, i, 'a timestamp, an exemplar or the end of the line');
    timestamp = secondsToMs(body, stamp, i);
  }
  if (body[i] === LF) {
    sink.sample(start, seriesEnd, value, timestamp);
    return i + 1;
  }
  if (!isExemplarStart(body, i)) throw syntax(body, i, 'expected an exemplar or the end of the line');
  const end = seriesEnd;
  return parseExemplar(body, i + 3, (exemplar) => {
    sink.sample(start, end, value, timestamp);
    if (isStorableExemplar(exemplar)) sink.exemplar?.(exemplar);
  });
}

/** ` # {` */
function isExemplarStart(body: Uint8Array, at: number): boolean {
  return body[at] === SPACE && body[at + 1] === HASH && body[at + 2] === SPACE && body[at + 3] === OPEN;
}

/** At `space` stands one space, then bytes up to the next space or newline: the position behind them. */
function wordEnd(body: Buffer, space: number, expected: string): number {
  let i = space + 1;
  if (body[space] === SPACE) {
    for (let c = body[i] as number; c !== SPACE && c !== LF && c !== NUL; ) c = body[++i] as number;
  }
  if (i === space + 1) throw syntax(body, body[space] === SPACE ? i : space, `expected ${expected}`);
  return i;
}

function secondsToMs(body: Buffer, start: number, end: number): number {
  const seconds = readFloat(body, start, end);
  if (!Number.isFinite(seconds)) {
    throw expositionError(body, start, 'exposition_number', 'the timestamp is not a finite number of seconds');
  }
  return Math.trunc(seconds * 1000);
}

function skipLabels(body: Buffer, open: number, isNamed: boolean): number {
  let hasName = isNamed;
  let i = open + 1;
  while (body[i] !== CLOSE) {
    const nameStart = i;
    const c = body[i] as number;
    if (isLabelNameStart(c)) i = skipLabelName(body, i + 1);
    else if (c === QUOTE) i = skipQuoted(body, i, QUOTED_NAME);
    else throw syntax(body, i, 'expected a label name');
    if (c === QUOTE && (body[i] === COMMA || body[i] === CLOSE)) {
      if (hasName) throw labels(body, nameStart, 'the metric name is given twice');
      hasName = true;
    } else {
      if (body[i] !== EQUALS) throw syntax(body, i, 'expected "="');
      if (body[i + 1] !== QUOTE) throw syntax(body, i + 1, 'expected a label value in double quotes');
      i = skipQuoted(body, i + 1, LABEL_VALUE);
    }
    if (body[i] === COMMA) i++;
    else if (body[i] !== CLOSE) throw syntax(body, i, 'expected "," or "}"');
  }
  if (!hasName) throw labels(body, open, 'the metric has no name');
  return i + 1;
}

/** `open` is the brace. Calls `done` when the whole line is known to be right. */
function parseExemplar(body: Buffer, open: number, done: (exemplar: Exemplar) => void): number {
  const pairs: [string, string][] = [];
  let i = open + 1;
  while (body[i] !== CLOSE) {
    const nameStart = i;
    const c = body[i] as number;
    if (isLabelNameStart(c)) i = skipLabelName(body, i + 1);
    else if (c === QUOTE) i = skipQuoted(body, i, EXEMPLAR_TEXT);
    else throw syntax(body, i, 'expected a label name in the exemplar');
    const name = metadataName(body, nameStart, i);
    if (body[i] !== EQUALS) throw syntax(body, i, 'expected "="');
    const valueStart = i + 1;
    if (body[valueStart] !== QUOTE) throw syntax(body, valueStart, 'expected a label value in double quotes');
    i = skipQuoted(body, valueStart, EXEMPLAR_TEXT);
    pairs.push([name, unescapeLabelValue(body.toString('utf8', valueStart + 1, i - 1))]);
    if (body[i] === COMMA) i++;
    else if (body[i] !== CLOSE) throw syntax(body, i, 'expected "," or "}" in the exemplar');
  }
  const valueEnd = wordEnd(body, i + 1, 'a value after the exemplar');
  const value = readFloat(body, i + 2, valueEnd);
  let timestamp = Number.NaN;
  i = valueEnd;
  if (body[i] === SPACE) {
    i = wordEnd(body, valueEnd, 'a timestamp after the exemplar');
    timestamp = secondsToMs(body, valueEnd + 1, i);
  }
  if (body[i] !== LF) throw syntax(body, i, 'expected the end of the line after the exemplar');
  done({ labels: Labels.fromPairs(pairs), value, timestamp });
  return i + 1;
}
