/** Which lines a series has in the expositions and how they are read from its stored values: one shape per type of metric. */
import { canonicalText, numberText } from './number-text.ts';
import type { MetricType } from './types.ts';

interface Line {
  /** After the metric's name, e.g. `_bucket`. */
  readonly suffix: string;
  /** A label of the line's own, as text 0.0.4 and as OpenMetrics writes it. */
  readonly extra: string;
  readonly openExtra: string;
  /** Lines of one kind share the width of their slot: 0 for counts and plain values, 1 for sums and quantiles. */
  readonly kind: 0 | 1;
}

export interface Shape {
  readonly type: MetricType;
  /** Stored numbers of a series. */
  readonly stride: number;
  readonly lines: readonly Line[];
  /** First widths of the two kinds of slot; a number that has no room widens its chunk. */
  readonly widths: readonly [number, number];
  /** Exemplars that a series can have. */
  readonly exemplarSlots: number;
  /** Puts the value of each line of the series at `base` into `out`. */
  read(values: Float64Array, base: number, out: Float64Array): void;
}

const SUM_WIDTH = 18;
const COUNT_WIDTH = 7;

function single(type: MetricType, width: number): Shape {
  return {
    type,
    stride: 1,
    lines: [{ suffix: '', extra: '', openExtra: '', kind: 0 }],
    widths: [width, SUM_WIDTH],
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
    kind: 0,
  });
  return {
    type: 'histogram',
    stride: buckets + 1,
    lines: [
      ...bounds.map((bound) => line(numberText(bound), canonicalText(bound))),
      line('+Inf', '+Inf'),
      { suffix: '_sum', extra: '', openExtra: '', kind: 1 },
      { suffix: '_count', extra: '', openExtra: '', kind: 0 },
    ],
    widths: [COUNT_WIDTH, SUM_WIDTH],
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
          kind: 1,
        }),
      ),
      { suffix: '_sum', extra: '', openExtra: '', kind: 1 },
      { suffix: '_count', extra: '', openExtra: '', kind: 0 },
    ],
    widths: [COUNT_WIDTH, SUM_WIDTH],
    exemplarSlots: 0,
    read(values, base, out) {
      for (let index = 0; index < stride; index++) out[index] = values[base + index] as number;
    },
  };
}
