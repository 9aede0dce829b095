import { evaluateInstant, evaluateRange } from './dist/index.js';
import { Labels } from '@sightline/model';
const N = 1000,
  M = 5760;
const series = [];
const offsets = new Uint32Array(N + 1);
const ts = new Float64Array(N * M),
  vs = new Float64Array(N * M);
for (let s = 0; s < N; s++) {
  series.push(Labels.fromObject({ __name__: 'm_total', instance: 'i' + (s % 100), job: 'j' + (s % 7), s: String(s) }));
  offsets[s + 1] = (s + 1) * M;
  let v = 0;
  for (let k = 0; k < M; k++) {
    ts[s * M + k] = 1.6e12 + k * 15000 + ((s * 37) % 15000);
    v += (Math.random() * 10) | 0;
    if (k === 3000) v = 0;
    vs[s * M + k] = v;
  }
}
const block = { series, offsets, timestamps: ts, values: vs };
const source = { select: async () => block };
const o = { source, limits: { maxSamples: 5e7, maxSeries: 1e6 }, signal: new AbortController().signal };
const r = { startMs: 1.6e12, endMs: 1.6e12 + 86400000 - 60000, stepMs: 60000 };
for (const q of [
  'm_total',
  'rate(m_total[5m])',
  'sum(rate(m_total[5m]))',
  'sum by (instance)(rate(m_total[5m]))',
  'rate(m_total[1h])',
  'avg_over_time(m_total[5m])',
  'avg_over_time(m_total[1h])',
  'max_over_time(m_total[1h])',
  'stddev_over_time(m_total[5m])',
  'quantile_over_time(0.9,m_total[5m])',
  'topk(5,m_total)',
  'm_total / on(s) m_total',
  'deriv(m_total[5m])',
  'max_over_time(rate(m_total[5m])[1h:1m])',
  'm_total > 3',
  'abs(m_total)',
  'quantile(0.9, m_total)',
]) {
  let best = 1e9,
    tot = 0;
  for (let i = 0; i < 3; i++) {
    const t = performance.now();
    const x = await evaluateRange(q, r, o);
    const d = performance.now() - t;
    best = Math.min(best, d);
    tot += d;
  }
  console.log(q.padEnd(45), best.toFixed(0) + ' ms best', (tot / 3).toFixed(0) + ' avg');
}
let best = 1e9;
for (let i = 0; i < 5; i++) {
  const t = performance.now();
  await evaluateInstant('sum by (job)(rate(m_total[5m]))', 1.6e12 + 86000000, {
    ...o,
    source: { select: async () => block },
  });
  best = Math.min(best, performance.now() - t);
}
console.log('instant over whole block', best);
