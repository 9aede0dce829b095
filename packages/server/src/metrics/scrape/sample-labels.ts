/**
 * From the labels a target exposes to the labels that are stored: the target's labels, metric relabeling, checks, limits.
 * Runs once for each new series. Standard: Prometheus 3.x scrape/scrape.go; the messages of the limits are the same.
 */
import { compareStrings, isLegacyLabelName, isLegacyMetricName, Labels, METRIC_NAME, quote } from '@sightline/model';
import type { ScrapeLimits } from '../../config/prometheus/types.ts';
import { LabelBuilder } from '../relabel/label-builder.ts';
import type { Relabeler } from '../relabel/relabel.ts';
import { ScrapeError } from './errors.ts';

const EXPORTED_PREFIX = 'exported_';

export interface SampleLabelRules {
  readonly targetLabels: Labels;
  readonly honorLabels: boolean;
  /** Undefined when there are no rules. */
  readonly metricRelabel: Relabeler | undefined;
  readonly nameScheme: 'legacy' | 'utf8';
  readonly limits: ScrapeLimits;
}

/**
 * The labels to store, or undefined when relabeling drops the series.
 * @throws ScrapeError `scrape/metric-name` or `scrape/label-limit`: the whole scrape fails
 */
export function storedLabels(exposed: Labels, rules: SampleLabelRules): Labels | undefined {
  let labels = mergeDistinct(exposed, rules.targetLabels);
  if (labels === undefined || rules.metricRelabel !== undefined) {
    const builder = new LabelBuilder(labels ?? exposed);
    if (labels === undefined) joinTargetLabels(builder, exposed, rules);
    if (rules.metricRelabel?.(builder) === false) return undefined;
    labels = builder.labels();
  }
  if (labels.size === 0) return undefined;
  checkNames(labels, rules.nameScheme);
  checkLimits(labels, rules.limits);
  return labels;
}

/** Both label sets together; undefined when they share a name. Most series take this way. */
function mergeDistinct(a: Labels, b: Labels): Labels | undefined {
  const x = a.flat;
  const y = b.flat;
  const out: string[] = [];
  let i = 0;
  let j = 0;
  while (i < x.length && j < y.length) {
    const order = compareStrings(x[i] as string, y[j] as string);
    if (order === 0) return undefined;
    if (order < 0) {
      out.push(x[i] as string, x[i + 1] as string);
      i += 2;
    } else {
      out.push(y[j] as string, y[j + 1] as string);
      j += 2;
    }
  }
  for (; i < x.length; i++) out.push(x[i] as string);
  for (; j < y.length; j++) out.push(y[j] as string);
  return Labels.fromSorted(out);
}

function joinTargetLabels(builder: LabelBuilder, exposed: Labels, rules: SampleLabelRules): void {
  if (rules.honorLabels) addMissing(builder, exposed, rules.targetLabels);
  else overwrite(builder, exposed, rules.targetLabels);
}

function addMissing(builder: LabelBuilder, exposed: Labels, target: Labels): void {
  for (const [name, value] of target) if (!exposed.has(name)) builder.set(name, value);
}

function overwrite(builder: LabelBuilder, exposed: Labels, target: Labels): void {
  const conflicts: [string, string][] = [];
  for (const [name, value] of target) {
    const existing = exposed.get(name);
    if (existing !== '') conflicts.push([name, existing]);
    builder.set(name, value);
  }
  // Short names first, so that `exported_x` of the exporter moves after `x` took its place.
  conflicts.sort(([a], [b]) => a.length - b.length);
  for (const [name, value] of conflicts) {
    let free = EXPORTED_PREFIX + name;
    while (builder.get(free) !== '') free = EXPORTED_PREFIX + free;
    builder.set(free, value);
  }
}

function checkNames(labels: Labels, scheme: 'legacy' | 'utf8'): void {
  const name = labels.metricName;
  if (name === '') throw new ScrapeError('scrape/metric-name', `missing metric name (${METRIC_NAME} label)`);
  if (scheme === 'utf8') return;
  let isValid = isLegacyMetricName(name);
  for (const [label] of labels) isValid &&= isLegacyLabelName(label);
  if (!isValid) throw new ScrapeError('scrape/metric-name', `invalid metric name or label names: ${labels}`);
}

function checkLimits(labels: Labels, limits: ScrapeLimits): void {
  const metric = head(labels.metricName);
  if (limits.labels > 0 && labels.size > limits.labels) {
    throw labelLimit(
      `label_limit exceeded (metric: ${metric}, number of labels: ${labels.size}, limit: ${limits.labels})`,
    );
  }
  const { labelNameLength, labelValueLength } = limits;
  if (labelNameLength === 0 && labelValueLength === 0) return;
  for (const [name, value] of labels) {
    const what = `metric: ${metric}, label name: ${head(name)}`;
    if (labelNameLength > 0 && Buffer.byteLength(name) > labelNameLength) {
      const length = Buffer.byteLength(name);
      throw labelLimit(`label_name_length_limit exceeded (${what}, length: ${length}, limit: ${labelNameLength})`);
    }
    if (labelValueLength > 0 && Buffer.byteLength(value) > labelValueLength) {
      const found = `value: ${quote(head(value))}, length: ${Buffer.byteLength(value)}`;
      throw labelLimit(`label_value_length_limit exceeded (${what}, ${found}, limit: ${labelValueLength})`);
    }
  }
}

function labelLimit(message: string): ScrapeError {
  return new ScrapeError('scrape/label-limit', message);
}

function head(text: string): string {
  return text.length <= 50 ? text : [...text].slice(0, 50).join('');
}
