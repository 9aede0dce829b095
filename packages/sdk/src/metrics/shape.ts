/** Which lines a series has in the expositions and how they are read from its stored values: one shape per type of metric. */
import { canonicalText, numberText } from './number-text.ts';
import type { MetricType } from './types.ts';

export interface Line {
  /** After the metric's name, e.g. `_bucket`. */
  readonly suffix: string;
  /** A label of the line's own, as text 0.0.4 and as OpenMetrics writes it. */
  readonly extra: string;
  readonly openExtra: string;
}

export interface Shape {
  readonly type: MetricType;
  /** Stored numbers of a series. */
  readonly stride: number;
  readonly lines: readonly Line[];
  /** First width of the number's slot where a series is one line; a number that has no room widens its chunk. */
  readonly width: number;
  /** Exemplars that a series can have. */
  readonly exemplarSlots: number;
  /** Puts the value of each line of the series at `base` into `out`. */
  read(values: Float64Array, base: number, out: Float64Array): void;
}

/** True when a series is one line, whose text is kept with its number. */
export function isSingleLine(shape: Shape): boolean {
  return shape.lines.length === 1;
}

function single(type: MetricType, width: number): Shape {
  return {
    type,
    stride: 1,
    lines: [{ suffix: '', extra: '', openExtra: '' }],
    width,
    exemplarSlots: 1,
    read(values, base, out) {
      out[0] = values[base] as number;
    },
  };
}

export const COUNTER = single('counter', 8);
export const GAUGE = single('gauge', 10);
export const INFO = single('info', 1);

/** Stored: one count for each bucket and the one above all, then the sum. */
export function histogramShape(bounds: readonly number[]): Shape {
  const buckets = bounds.length + 1;
  const line = (text: string, openText: string): Line => ({
    suffix: '_bucket',
    extra: `le="${text}"`,
    openExtra: `le="${openText}"`,
  });
  return {
    type: 'histogram',
    stride: buckets + 1,
    lines: [
      ...bounds.map((bound) => line(numberText(bound), canonicalText(bound))),
      line('+Inf', '+Inf'),
      { suffix: '_sum', extra: '', openExtra: '' },
      { suffix: '_count', extra: '', openExtra: '' },
    ],
    width: 0,
    exemplarSlots: buckets,
    read(values, base, out) {
      let total = 0;
      for (let bucket = 0; bucket < buckets; bucket++) {
        total += values[base + bucket] as number;
        out[bucket] = total;
      }
      out[buckets] = values[base + buckets] as number;
      out[buckets + 1] = total;
    },
  };
}

/** Stored: the value of each quantile, then the sum and the count. */
export function summaryShape(quantiles: readonly number[]): Shape {
  const stride = quantiles.length + 2;
  return {
    type: 'summary',
    stride,
    lines: [
      ...quantiles.map(
        (quantile): Line => ({
          suffix: '',
          extra: `quantile="${numberText(quantile)}"`,
          openExtra: `quantile="${canonicalText(quantile)}"`,
        }),
      ),
      { suffix: '_sum', extra: '', openExtra: '' },
      { suffix: '_count', extra: '', openExtra: '' },
    ],
    width: 0,
    exemplarSlots: 0,
    read(values, base, out) {
      for (let index = 0; index < stride; index++) out[index] = values[base + index] as number;
    },
  };
}
