/** Evaluation of a day of 1,000 series at 15 s, 60 s step: `npx vitest bench packages/promql`. */
import { ColumnBlock, Labels, type SampleBlock } from '@sightline/model';
import { bench, describe } from 'vitest';
import { evaluateRange } from './index.ts';

const SERIES = 1_000;
const SAMPLES = 5_760;
const INTERVAL_MS = 15_000;

function counters(): SampleBlock {
  const offsets = Uint32Array.from({ length: SERIES + 1 }, (_, index) => index * SAMPLES);
  const timestamps = new Float64Array(SERIES * SAMPLES);
  const values = new Float64Array(SERIES * SAMPLES);
  for (let s = 0; s < SERIES; s++) {
    let total = 0;
    for (let k = 0; k < SAMPLES; k++) {
      total = k === 3_000 ? 0 : total + ((s * 31 + k * 17) % 10);
      timestamps[s * SAMPLES + k] = k * INTERVAL_MS + ((s * 37) % INTERVAL_MS);
      values[s * SAMPLES + k] = total;
    }
  }
  const series = Array.from({ length: SERIES }, (_, s) =>
    Labels.fromObject({ __name__: 'm_total', instance: `i${s % 100}`, s: String(s) }),
  );
  return new ColumnBlock(series, offsets, timestamps, values);
}

describe('a day of 1,000 series', () => {
  const block = counters();
  const options = {
    source: { select: () => Promise.resolve(block) },
    limits: { maxSamples: 50_000_000, maxSeries: 100_000 },
    signal: new AbortController().signal,
  };
  const range = { startMs: 0, endMs: SAMPLES * INTERVAL_MS - 60_000, stepMs: 60_000 };
  for (const query of [
    'm_total',
    'rate(m_total[5m])',
    'sum by (instance) (rate(m_total[5m]))',
    'rate(m_total[1h])',
    'max_over_time(m_total[1h])',
    'quantile_over_time(0.9, m_total[5m])',
    'topk(5, m_total)',
    'm_total / on (s) m_total',
  ]) {
    bench(query, () => evaluateRange(query, range, options).then(() => undefined), { iterations: 5, time: 500 });
  }
});
