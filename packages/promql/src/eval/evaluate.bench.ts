/**
 * Evaluation without reading: a day of 1,000 series at 15 s, six hours of 10,000 buckets, instants over 100,000 series.
 * `npx vitest bench packages/promql`. The series of a target have equal times, as a store gives them.
 */
import { Labels, type SampleBlock } from '@sightline/model';
import { bench, describe } from 'vitest';
import { evaluateInstant, evaluateRange } from './index.ts';

const INTERVAL_MS = 15_000;
const MINUTE = 60_000;
const BOUNDS = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '+Inf'];

interface Shape {
  readonly series: number;
  readonly samples: number;
  readonly targets: number;
  readonly isHistogram?: boolean;
}

/** Counters that are reset once, or cumulative buckets. */
function counters({ series: count, samples, targets, isHistogram = false }: Shape): SampleBlock {
  const times = Array.from({ length: targets }, (_, target) =>
    Float64Array.from({ length: samples }, (_, k) => k * INTERVAL_MS + ((target * 37) % INTERVAL_MS)),
  );
  const values = Array.from({ length: count }, (_, s) => valuesOf(s, samples, isHistogram));
  const targetOf = (s: number) => Math.floor((s * targets) / count);
  const series = values.map((_, s) => labelsOf(s, targetOf(s), isHistogram));
  const cursor = () => ({
    timestamps: new Float64Array(0) as Float64Array,
    values: new Float64Array(0) as Float64Array,
    from: 0,
    to: 0,
    mayHaveStale: false,
    timesId: -1,
    seek(index: number) {
      this.timesId = targetOf(index);
      this.timestamps = times[this.timesId] as Float64Array;
      this.values = values[index] as Float64Array;
      this.to = samples;
    },
  });
  return { series, size: count * samples, cursor };
}

function valuesOf(s: number, samples: number, isHistogram: boolean): Float64Array {
  const out = new Float64Array(samples);
  let total = 0;
  for (let k = 0; k < samples; k++) {
    const isReset = !isHistogram && k === Math.floor(samples / 2);
    total = isReset ? 0 : total + ((s * 31 + k * 17) % 10) + (isHistogram ? (s % 10) * 10 : 0);
    out[k] = total;
  }
  return out;
}

function labelsOf(s: number, target: number, isHistogram: boolean): Labels {
  const common = { __name__: isHistogram ? 'm_bucket' : 'm_total', instance: `host-${target}:9100`, a: `a${s % 100}` };
  return Labels.fromObject(
    isHistogram
      ? { ...common, a: '', s: String(Math.floor(s / 10)), le: BOUNDS[s % 10] as string }
      : { ...common, s: String(s) },
  );
}

function optionsFor(block: SampleBlock) {
  return {
    source: { select: () => Promise.resolve(block) },
    limits: { maxSamples: 50_000_000, maxSeries: 200_000 },
    signal: new AbortController().signal,
  };
}

const TIMING = { iterations: 5, time: 500 };

function benchRange(block: SampleBlock, query: string, minutes: number, stepMs: number): void {
  const options = optionsFor(block);
  const range = { startMs: 60 * MINUTE, endMs: minutes * MINUTE - MINUTE, stepMs };
  bench(`${query} every ${stepMs / 1000} s`, () => evaluateRange(query, range, options).then(() => undefined), TIMING);
}

describe('a day of 1,000 series', () => {
  const block = counters({ series: 1_000, samples: 5_760, targets: 20 });
  for (const query of [
    'm_total',
    'sum(m_total)',
    'rate(m_total[5m])',
    'sum by (a) (rate(m_total[5m]))',
    'rate(m_total[1h])',
    'max_over_time(m_total[1h])',
    'sum_over_time(m_total[5m])',
    'stddev_over_time(m_total[5m])',
    'deriv(m_total[5m])',
    'quantile_over_time(0.9, m_total[5m])',
    'topk(5, m_total)',
    'm_total / on (s) m_total',
  ]) {
    benchRange(block, query, 24 * 60, MINUTE);
  }
  benchRange(block, 'rate(m_total[1h])', 24 * 60, 5 * MINUTE);
  benchRange(block, 'sum by (a) (rate(m_total[1h]))', 24 * 60, 5 * MINUTE);
});

describe('a day of 1,000 series that share no times', () => {
  const block = counters({ series: 1_000, samples: 5_760, targets: 1_000 });
  benchRange(block, 'sum by (a) (rate(m_total[5m]))', 24 * 60, MINUTE);
});

describe('six hours of 10,000 buckets', () => {
  const block = counters({ series: 10_000, samples: 1_440, targets: 50, isHistogram: true });
  benchRange(block, 'histogram_quantile(0.9, sum by (le) (rate(m_bucket[5m])))', 6 * 60, MINUTE);
  benchRange(block, 'histogram_quantile(0.9, rate(m_bucket[5m]))', 6 * 60, MINUTE);
});

describe.each([10_000, 100_000])('an instant over %i series', (series) => {
  const options = optionsFor(counters({ series, samples: 20, targets: 200 }));
  for (const query of [
    'm_total',
    'sum(m_total)',
    'sum by (a) (rate(m_total[5m]))',
    'rate(m_total[5m])',
    'topk(5, m_total)',
    'm_total / m_total',
    'm_total and m_total',
  ]) {
    bench(query, () => evaluateInstant(query, 20 * INTERVAL_MS, options).then(() => undefined), TIMING);
  }
});
