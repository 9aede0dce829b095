/** Trends of gauges: linear regression and double exponential smoothing. */
import { executionError } from '../errors.ts';
import type { SeriesWindows } from '../eval/windows.ts';
import { compensated } from './kahan.ts';
import { perWindow, type RangeKernel } from './range-kernel.ts';

interface Line {
  slope: number;
  intercept: number;
}

/**
 * Least squares over rows lo..hi, x in seconds from `originMs`. A constant series has slope 0 exactly. The four sums are
 * compensated as KahanSum does, written out because this loop runs once per sample and step.
 */
function regress({ timestamps, values }: SeriesWindows, lo: number, hi: number, originMs: number): Line {
  const first = values[lo] as number;
  let isConstant = true;
  let sumX = 0;
  let cX = 0;
  let sumY = 0;
  let cY = 0;
  let sumXY = 0;
  let cXY = 0;
  let sumXX = 0;
  let cXX = 0;
  for (let i = lo; i < hi; i++) {
    const y = values[i] as number;
    const x = ((timestamps[i] as number) - originMs) / 1000;
    if (y !== first) isConstant = false;
    let total = sumX + x;
    cX += Math.abs(sumX) >= Math.abs(x) ? sumX - total + x : x - total + sumX;
    sumX = total;
    total = sumY + y;
    cY += Math.abs(sumY) >= Math.abs(y) ? sumY - total + y : y - total + sumY;
    sumY = total;
    const xy = x * y;
    total = sumXY + xy;
    cXY += Math.abs(sumXY) >= Math.abs(xy) ? sumXY - total + xy : xy - total + sumXY;
    sumXY = total;
    const xx = x * x;
    total = sumXX + xx;
    cXX += Math.abs(sumXX) >= Math.abs(xx) ? sumXX - total + xx : xx - total + sumXX;
    sumXX = total;
  }
  if (isConstant) {
    return Number.isFinite(first) ? { slope: 0, intercept: first } : { slope: Number.NaN, intercept: Number.NaN };
  }
  const n = hi - lo;
  sumX += cX;
  sumY = compensated(sumY, cY);
  const covariance = compensated(sumXY, cXY) - (sumX * sumY) / n;
  const variance = sumXX + cXX - (sumX * sumX) / n;
  const slope = covariance / variance;
  return { slope, intercept: sumY / n - (slope * sumX) / n };
}

function smooth({ values }: SeriesWindows, lo: number, hi: number, factor: number, trend: number): number {
  let level = values[lo] as number;
  let previous = 0;
  let slope = (values[lo + 1] as number) - level;
  for (let i = lo + 1; i < hi; i++) {
    if (i > lo + 1) slope = trend * (level - previous) + (1 - trend) * slope;
    const next = factor * (values[i] as number) + (1 - factor) * (level + slope);
    previous = level;
    level = next;
  }
  return level;
}

function checkFactor(value: number, name: string, symbol: string): void {
  if (!(value <= 0 || value >= 1)) return;
  throw executionError(`invalid ${name} factor. Expected: 0 < ${symbol} < 1, got: ${value.toFixed(6)}`);
}

export const TREND_KERNELS: Readonly<Record<string, RangeKernel>> = {
  deriv: perWindow(2, (windows, lo, hi) => regress(windows, lo, hi, windows.timestamps[lo] as number).slope),
  predict_linear: perWindow(2, (windows, lo, hi, k, [seconds]) => {
    const { slope, intercept } = regress(windows, lo, hi, windows.times[k] as number);
    return slope * (seconds?.[k] as number) + intercept;
  }),
  double_exponential_smoothing: (windows, out, params) => {
    const [factors, trends] = params as [Float64Array, Float64Array];
    for (let k = 0; k < windows.lo.length; k++) {
      const lo = windows.lo[k] as number;
      const hi = windows.hi[k] as number;
      if (hi === lo) continue;
      const factor = factors[k] as number;
      const trend = trends[k] as number;
      checkFactor(factor, 'smoothing', 'sf');
      checkFactor(trend, 'trend', 'tf');
      if (hi - lo < 2) continue;
      out.values[out.at + k] = smooth(windows, lo, hi, factor, trend);
      out.has[out.at + k] = 1;
    }
  },
};
