/** Results as promtool prints them. */
import { isLegacyLabelName, type Labels, quote } from '@sightline/model';
import type { LabelPair } from '../rule-file/types.ts';

/** `{__name__="up", job="a"}` */
export function pairsText(pairs: Iterable<LabelPair>): string {
  const parts: string[] = [];
  for (const [name, value] of pairs) parts.push(`${isLegacyLabelName(name) ? name : quote(name)}=${quote(value)}`);
  return `{${parts.join(', ')}}`;
}

export interface SampleText {
  readonly labels: Labels;
  readonly value: number;
}

/** `{a="b"} 1E+00, {a="c"} 2.5E-01`, or `nil`. */
export function samplesText(samples: readonly SampleText[]): string {
  if (samples.length === 0) return 'nil';
  return samples.map(({ labels, value }) => `${pairsText(labels)} ${formatFloatE(value)}`).join(', ');
}

/** Go's FormatFloat(v, 'E', -1): always an exponent, of two digits at least. */
export function formatFloatE(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const [mantissa = '', exponent = '+0'] = value.toExponential().split('e');
  const sign = Object.is(value, -0) ? '-' : '';
  return `${sign}${mantissa}E${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

/** Go's time.Duration: `1h0m0s`, `1m30s`, `1.5s`, `500ms`. */
export function goDuration(ms: number): string {
  if (ms === 0) return '0s';
  const sign = ms < 0 ? '-' : '';
  const total = Math.abs(ms);
  if (total < 1000) return `${sign}${total}ms`;
  const hours = Math.floor(total / 3_600_000);
  const minutes = Math.floor(total / 60_000) % 60;
  const seconds = `${(total % 60_000) / 1000}s`;
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`;
}

export interface AlertText {
  readonly labels: readonly LabelPair[];
  readonly annotations: readonly LabelPair[];
}

/** The block behind `exp:` and `got:`. */
export function alertsText(alerts: readonly AlertText[]): string {
  if (alerts.length === 0) return '[]';
  const indent = ' '.repeat(12);
  const lines = ['['];
  for (const [index, { labels, annotations }] of alerts.entries()) {
    const end = index < alerts.length - 1 ? ',' : '';
    lines.push(`${indent}${index}:`);
    lines.push(`${indent}  Labels:${pairsText(labels)}`);
    lines.push(`${indent}  Annotations:${pairsText(annotations)}${end}`);
  }
  lines.push(`${indent}]`);
  return lines.join('\n');
}
