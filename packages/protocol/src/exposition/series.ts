/**
 * Labels of the series text that the parsers point at. The text was already accepted by one of them, so that only what
 * Prometheus checks later, when it appends the series, can be wrong: a label given twice, an empty name.
 */
import { compareStrings, formatFloatG, Labels, METRIC_NAME, type MetricType } from '@sightline/model';
import { shown } from './exposition-error.ts';
import { parseGoFloat } from './float.ts';
import {
  COMMA,
  isLabelNameStart,
  isMetricNameStart,
  OPEN,
  QUOTE,
  skipBlanks,
  skipLabelName,
  skipMetricName,
  skipQuoted,
  unescapeLabelValue,
} from './scan.ts';
import { LABEL_VALUE, labels as labelsError, QUOTED_NAME, syntax } from './text.ts';

/** Prometheus has no such limit; a line of a million labels must not become memory and minutes of sorting. */
const MAX_LABELS = 10_000;

/**
 * Parses `name{labels}` in body[start, end) of either format. Empty values are left out.
 * @throws ExpositionError when a label is given twice, a name is empty or there are too many labels
 */
export function parseSeries(body: Buffer, start: number, end: number): Labels {
  const flat: string[] = [];
  const nameStart = skipBlanks(body, start);
  let i = nameStart;
  if (isMetricNameStart(body[i] as number)) {
    i = skipMetricName(body, i + 1);
    flat.push(METRIC_NAME, body.toString('latin1', start, Math.min(i, end)));
    i = i >= end ? end : skipBlanks(body, i);
  }
  if (i < end && body[i] === OPEN) readPairs(body, i + 1, end, flat);
  return sortedLabels(body, start, flat);
}

function readPairs(body: Buffer, at: number, end: number, flat: string[]): void {
  let i = skipBlanks(body, at);
  while (i < end - 1) {
    if (flat.length > 2 * MAX_LABELS) throw labelsError(body, i, `a series of more than ${MAX_LABELS} labels`);
    const nameStart = i;
    const isQuoted = body[i] === QUOTE;
    if (isQuoted) i = skipQuoted(body, i, QUOTED_NAME);
    else if (isLabelNameStart(body[i] as number)) i = skipLabelName(body, i + 1);
    else throw syntax(body, i, 'expected a label name');
    const name = isQuoted ? quotedText(body, nameStart, i) : body.toString('latin1', nameStart, i);
    i = skipBlanks(body, i);
    if (body[i] !== 61) flat.push(METRIC_NAME, name);
    else {
      const valueStart = skipBlanks(body, i + 1);
      i = skipQuoted(body, valueStart, LABEL_VALUE);
      if (name === '') throw labelsError(body, nameStart, 'a label name is empty');
      flat.push(name, quotedText(body, valueStart, i));
      i = skipBlanks(body, i);
    }
    if (body[i] === COMMA) i = skipBlanks(body, i + 1);
  }
}

function quotedText(body: Buffer, start: number, end: number): string {
  return unescapeLabelValue(body.toString('utf8', start + 1, end - 1));
}

function sortedLabels(body: Buffer, at: number, flat: readonly string[]): Labels {
  const order: number[] = [];
  let isSorted = true;
  let emptied: Set<string> | undefined;
  for (let k = 0; k < flat.length; k += 2) {
    if (flat[k + 1] === '') {
      emptied ??= new Set();
      emptied.add(flat[k] as string);
      continue;
    }
    const previous = order[order.length - 1];
    if (previous !== undefined && compareStrings(flat[previous] as string, flat[k] as string) >= 0) isSorted = false;
    order.push(k);
  }
  if (!isSorted) order.sort((a, b) => compareStrings(flat[a] as string, flat[b] as string));
  const sorted: string[] = [];
  let hasName = false;
  for (const k of order) {
    const name = flat[k] as string;
    // An empty value takes the label away, also one of the same name that has a value.
    if (emptied?.has(name) === true) continue;
    if (name === sorted[sorted.length - 2]) {
      throw labelsError(body, at, `the label name ${shown(name)} is given twice`);
    }
    if (name === METRIC_NAME) hasName = true;
    sorted.push(name, flat[k + 1] as string);
  }
  if (!hasName) throw labelsError(body, at, 'the metric name is empty');
  return Labels.fromSorted(sorted);
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
