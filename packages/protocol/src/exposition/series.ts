/**
 * Labels of the series text that the parsers point at. The text was already accepted by one of them, so that only what
 * Prometheus checks later, when it appends the series, can be wrong: a label given twice, an empty name.
 */
import { compareStrings, formatFloatG, Labels, METRIC_NAME, type MetricType } from '@sightline/model';
import { shown } from './exposition-error.ts';
import { parseGoFloat } from './float.ts';
import {
  BACKSLASH,
  CLOSE,
  COMMA,
  EQUALS,
  isMetricNameStart,
  NUL,
  OPEN,
  QUOTE,
  SPACE,
  TAB,
  unescapeLabelValue,
} from './scan.ts';
import { labels as labelsError } from './text.ts';

/** Prometheus has no such limit; a line of a million labels must not become memory and minutes of sorting. */
const MAX_LABELS = 10_000;

/**
 * Parses `name{labels}` in body[start, end) of either format. Empty values are left out.
 * @throws ExpositionError when a label is given twice, a name is empty or there are too many labels
 */
export function parseSeries(body: Buffer, start: number, end: number): Labels {
  // Decoded once: taking pieces of a string is cheaper than decoding each.
  const text = body.toString('utf8', start, end);
  const flat: string[] = [];
  let i = pastBlanks(text, 0);
  if (isMetricNameStart(text.charCodeAt(i))) {
    while (isNameCode(text.charCodeAt(i))) i++;
    // Blanks before a bare name belong to it, as they do in Prometheus.
    flat.push(METRIC_NAME, text.slice(0, i));
    i = pastBlanks(text, i);
  }
  if (text.charCodeAt(i) === OPEN && !readPairs(text, i + 1, flat)) {
    throw labelsError(body, start, `more than ${MAX_LABELS} labels, or a series that no parser accepted`);
  }
  return sortedLabels(body, start, flat);
}

/** False when the text is not what the parsers accept, or has too many labels. */
function readPairs(text: string, at: number, flat: string[]): boolean {
  let i = pastBlanks(text, at);
  while (text.charCodeAt(i) !== CLOSE) {
    const nameStart = i;
    const isQuoted = text.charCodeAt(i) === QUOTE;
    if (isQuoted) i = pastQuoted(text, i);
    else while (isNameCode(text.charCodeAt(i))) i++;
    if (i === nameStart || i >= text.length || flat.length > 2 * MAX_LABELS) return false;
    const name = isQuoted ? quotedText(text, nameStart, i) : text.slice(nameStart, i);
    i = pastBlanks(text, i);
    if (text.charCodeAt(i) === EQUALS) {
      const valueStart = pastBlanks(text, i + 1);
      i = pastQuoted(text, valueStart);
      flat.push(internedName(name), quotedText(text, valueStart, i));
      i = pastBlanks(text, i);
    } else flat.push(METRIC_NAME, name);
    if (text.charCodeAt(i) === COMMA) i = pastBlanks(text, i + 1);
  }
  return true;
}

function pastBlanks(text: string, at: number): number {
  let i = at;
  for (let c = text.charCodeAt(i); c === SPACE || c === TAB; ) c = text.charCodeAt(++i);
  return i;
}

/** `at` is an opening quote: past the closing one and the NUL bytes that the lexer takes for a part of the text. */
function pastQuoted(text: string, at: number): number {
  let i = text.indexOf('"', at + 1);
  while (i !== -1 && isEscaped(text, at, i)) i = text.indexOf('"', i + 1);
  if (i === -1) return text.length;
  i++;
  while (text.charCodeAt(i) === NUL) i++;
  return i;
}

/** True when an odd number of backslashes stands before the quote at `quote`; NUL bytes between do not count. */
function isEscaped(text: string, open: number, quote: number): boolean {
  let backslashes = 0;
  for (let i = quote - 1; i > open; i--) {
    const c = text.charCodeAt(i);
    if (c === BACKSLASH) backslashes++;
    else if (c !== NUL) break;
  }
  return backslashes % 2 === 1;
}

function quotedText(text: string, start: number, end: number): string {
  return unescapeLabelValue(text.slice(start + 1, end - 1));
}

function isNameCode(code: number): boolean {
  return isMetricNameStart(code) || (code >= 48 && code <= 57);
}

/** Label names are few and in every series: one string for each saves memory where series are kept. */
const names = new Map<string, string>();
const MAX_NAMES = 10_000;

function internedName(name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  if (names.size < MAX_NAMES) names.set(name, name);
  return name;
}

/** `flat`: names and values as they stand in the text. */
function sortedLabels(body: Buffer, at: number, flat: string[]): Labels {
  const given = flat.includes('') ? withoutEmpty(body, at, flat) : flat;
  const sorted = given.length <= MAX_INSERTED ? insertionSorted(given) : pairSorted(given);
  let hasName = false;
  for (let k = 0; k < sorted.length; k += 2) {
    const name = sorted[k] as string;
    if (name === METRIC_NAME) hasName = true;
    if (k > 0 && name === sorted[k - 2]) {
      throw labelsError(body, at, `the label name ${shown(name)} is given twice`);
    }
  }
  if (!hasName) throw labelsError(body, at, 'the metric name is empty');
  return Labels.fromSorted(sorted);
}

/** An empty value takes its label away, also one of the same name that has a value. */
function withoutEmpty(body: Buffer, at: number, flat: readonly string[]): string[] {
  const emptied = new Set<string>();
  for (let k = 0; k < flat.length; k += 2) {
    if (flat[k] === '') throw labelsError(body, at, 'a label name is empty');
    if (flat[k + 1] === '') emptied.add(flat[k] as string);
  }
  const kept: string[] = [];
  for (let k = 0; k < flat.length; k += 2) {
    if (!emptied.has(flat[k] as string)) kept.push(flat[k] as string, flat[k + 1] as string);
  }
  return kept;
}

/** Names and values up to here are sorted by insertion: few, and often sorted already. */
const MAX_INSERTED = 128;

function insertionSorted(flat: string[]): string[] {
  for (let k = 2; k < flat.length; k += 2) {
    const name = flat[k] as string;
    const value = flat[k + 1] as string;
    let hole = k;
    while (hole > 0 && compareStrings(flat[hole - 2] as string, name) > 0) {
      flat[hole] = flat[hole - 2] as string;
      flat[hole + 1] = flat[hole - 1] as string;
      hole -= 2;
    }
    flat[hole] = name;
    flat[hole + 1] = value;
  }
  return flat;
}

function pairSorted(flat: readonly string[]): string[] {
  const pairs: [string, string][] = [];
  for (let k = 0; k < flat.length; k += 2) pairs.push([flat[k] as string, flat[k + 1] as string]);
  return pairs.sort(([a], [b]) => compareStrings(a, b)).flat();
}

/**
 * Rewrites `le` of a histogram and `quantile` of a summary as Prometheus 3 does on ingestion ("1" becomes "1.0"), so that the
 * text and the OpenMetrics form of a target give the same series. `type` is the type announced last before the sample,
 * whatever metric it named: that is what Prometheus goes by. Values that are no numbers stay.
 */
export function normalizeFloatLabels(labels: Labels, type: MetricType): Labels {
  const name = type === 'histogram' ? 'le' : type === 'summary' ? 'quantile' : undefined;
  const text = name === undefined ? '' : labels.get(name);
  if (name === undefined || text === '') return labels;
  const value = parseGoFloat(text);
  if (value === undefined) return labels;
  const normal = formatOpenMetricsFloat(value);
  return normal === text ? labels : labels.with(name, normal);
}

/** A float in which a reader can tell that it is one: Go's shortest form, `.0` added to whole numbers. */
export function formatOpenMetricsFloat(value: number): string {
  if (value === 0) return '0.0';
  const text = formatFloatG(value);
  return Number.isFinite(value) && !/[.e]/.test(text) ? `${text}.0` : text;
}
