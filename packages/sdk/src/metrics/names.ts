/**
 * Names and texts of the exposition formats: what a metric or label may be called (prometheus.io/docs/concepts/data_model)
 * and how values and help are escaped (text 0.0.4 and OpenMetrics 1.0).
 */
import { ObserveError } from '../lib/problems.ts';
import type { LabelValue } from './types.ts';

const METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]{0,199}$/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]{0,199}$/;
const MAX_LABELS = 32;
/** Longer label values are cut, so that a mistake does not become megabytes of exposition. */
const MAX_VALUE = 1024;

/** Throws an ObserveError `invalid_metric` that says what is wrong with a definition. */
export function checkNames(name: string, labels: readonly string[], reserved: string | undefined): void {
  const wrong = (message: string) => new ObserveError('invalid_metric', `metric ${JSON.stringify(name)}: ${message}`);
  if (typeof name !== 'string' || !METRIC.test(name))
    throw wrong('a name has letters, digits, _ and :, no digit first, and at most 200 characters');
  if (labels.length > MAX_LABELS) throw wrong(`${labels.length} labels are more than ${MAX_LABELS}`);
  const seen = new Set<string>();
  for (const label of labels) {
    const shown = JSON.stringify(label);
    if (typeof label !== 'string' || !LABEL.test(label))
      throw wrong(`label ${shown}: a label name has letters, digits and _, no digit first`);
    if (label.startsWith('__')) throw wrong(`label ${shown}: names with two underscores first belong to Prometheus`);
    if (label === reserved) throw wrong(`label ${shown} is written by the metric itself`);
    if (seen.has(label)) throw wrong(`label ${shown} is there twice`);
    seen.add(label);
  }
}

/** The text of a label value; an absent one is the empty text, which Prometheus takes for no label. */
export function labelText(value: LabelValue): string {
  if (typeof value === 'string') return value.length <= MAX_VALUE ? value : cut(value);
  return value === undefined || value === null ? '' : labelText(String(value));
}

function cut(value: string): string {
  // Not between the halves of a character outside the basic plane.
  const last = value.charCodeAt(MAX_VALUE - 1);
  return value.slice(0, last >= 0xd800 && last <= 0xdbff ? MAX_VALUE - 1 : MAX_VALUE);
}

const SPECIAL = /[\\"\n]/;

/** Label value between its quotes, the same in both formats. */
export function escapeValue(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/** Help text; OpenMetrics escapes quotes in it too. */
export function escapeHelp(text: string, isOpenMetrics: boolean): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return isOpenMetrics ? escaped.replaceAll('"', '\\"') : escaped;
}

/** `a="x",b="y"` without braces; labels without a value are left out. */
export function labelPairs(names: readonly string[], values: readonly string[]): string {
  let text = '';
  for (let index = 0; index < names.length; index++) {
    const value = values[index];
    if (value === undefined || value === '') continue;
    text += `${text === '' ? '' : ','}${names[index]}="${escapeValue(value)}"`;
  }
  return text;
}
