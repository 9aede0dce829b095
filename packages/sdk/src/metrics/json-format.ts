/** Metrics as JSON, in the shape of prom-client's `getMetricsAsJSON()`: what reads that reads this. */
import { lineValues } from './chunk.ts';
import type { Family } from './family.ts';

export interface MetricJson {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly aggregator: string;
  readonly values: readonly SampleJson[];
}

export interface SampleJson {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  /** Name of the sample where it is not the metric's, e.g. `latency_seconds_bucket`. */
  readonly metricName?: string;
}

/** @param constant Labels that every series has. */
export function familyJson(family: Family, constant: Readonly<Record<string, string>>, nowMs: number): MetricJson {
  for (const chunk of family.chunks) family.prepare(chunk, nowMs);
  const values: SampleJson[] = [];
  const { lines, stride, read } = family.shape;
  for (const [labelValues, series] of family.series()) {
    const labels: Record<string, string> = { ...constant };
    for (const [at, name] of family.labelNames.entries()) {
      const value = labelValues[at] ?? '';
      if (value !== '') labels[name] = value;
    }
    const chunk = family.chunkOf(series);
    read(chunk.values, family.indexOf(series) * stride, lineValues);
    for (const [at, line] of lines.entries()) {
      const value = lineValues[at] as number;
      values.push(
        line.suffix === '' && line.extra === ''
          ? { labels, value }
          : { labels: { ...labels, ...extraLabel(line.extra) }, value, metricName: family.name + line.suffix },
      );
    }
  }
  const type = family.type === 'info' ? 'gauge' : family.type;
  return { name: family.name, help: family.help, type, aggregator: family.definition.aggregate, values };
}

/** `le="0.1"` as a label, a number where it is one. */
function extraLabel(extra: string): Record<string, string | number> {
  if (extra === '') return {};
  const [name = '', quoted = ''] = extra.split('=');
  const text = quoted.slice(1, -1);
  return { [name]: text === '+Inf' ? text : Number(text) };
}
