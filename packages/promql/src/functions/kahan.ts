/** Compensated sums (Neumaier): what Prometheus adds floats with, so that results agree to the last digits. */

/** The total of a compensated sum. An infinite sum has no meaningful compensation. */
export function compensated(sum: number, c: number): number {
  return Number.isFinite(sum) ? sum + c : sum;
}

/** A running sum. The fields are set from outside when a running mean is kept in it. */
class KahanSum {
  sum = 0;
  c = 0;

  reset(sum = 0, c = 0): void {
    this.sum = sum;
    this.c = c;
  }

  add(value: number): void {
    const total = this.sum + value;
    this.c += Math.abs(this.sum) >= Math.abs(value) ? this.sum - total + value : value - total + this.sum;
    this.sum = total;
  }

  get total(): number {
    return compensated(this.sum, this.c);
  }
}

export function sumOf(values: Float64Array): number {
  const acc = new KahanSum();
  for (const value of values) acc.add(value);
  return acc.total;
}

/** Mean of values[from..to). Falls back to a running mean where the plain sum would overflow. */
export function meanOf(values: Float64Array, from: number, to: number): number {
  const acc = new KahanSum();
  let isRunningMean = false;
  for (let i = from; i < to; i++) {
    const value = values[i] as number;
    const count = i - from + 1;
    if (!isRunningMean) {
      const { sum, c } = acc;
      acc.add(value);
      if (count === 1 || Math.abs(acc.sum) !== Number.POSITIVE_INFINITY) continue;
      isRunningMean = true;
      acc.reset(sum / (count - 1), c / (count - 1));
    }
    const share = (count - 1) / count;
    acc.reset(acc.sum * share, acc.c * share);
    acc.add(value / count);
  }
  const count = to - from;
  if (isRunningMean) return acc.total;
  return compensated(acc.sum / count, acc.c / count);
}

/** Population variance of values[from..to), by Welford's method with compensated sums. */
export function varianceOf(values: Float64Array, from: number, to: number): number {
  let mean = 0;
  let cMean = 0;
  let squares = 0;
  let cSquares = 0;
  for (let i = from; i < to; i++) {
    const value = values[i] as number;
    const delta = value - (mean + cMean);
    const step = delta / (i - from + 1);
    let total = mean + step;
    cMean += Math.abs(mean) >= Math.abs(step) ? mean - total + step : step - total + mean;
    mean = total;
    const square = delta * (value - (mean + cMean));
    total = squares + square;
    cSquares += Math.abs(squares) >= Math.abs(square) ? squares - total + square : square - total + squares;
    squares = total;
  }
  return compensated(squares, cSquares) / (to - from);
}

/** Quantile of the first `size` values, which are sorted in place. Outside 0..1 gives an infinity, NaN gives NaN. */
export function quantileOf(q: number, values: Float64Array, size = values.length): number {
  if (q >= 0 && q <= 1) sortNanFirst(values, size);
  return quantileOfSorted(q, values, size);
}

/** The same of values that are in order. */
export function quantileOfSorted(q: number, values: Float64Array, size: number): number {
  if (size === 0 || Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const rank = q * (size - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(size - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  return (values[lower] as number) * (1 - weight) + (values[upper] as number) * weight;
}

/** Below this length an insertion sort beats the engine's. */
const SHORT = 48;

/** Sorts the first `size` values with NaN below everything. */
function sortNanFirst(values: Float64Array, size: number): void {
  if (size <= SHORT) {
    for (let i = 1; i < size; i++) {
      const value = values[i] as number;
      let at = i - 1;
      while (
        at >= 0 &&
        ((values[at] as number) > value || (Number.isNaN(value) && !Number.isNaN(values[at] as number)))
      ) {
        values[at + 1] = values[at] as number;
        at--;
      }
      values[at + 1] = value;
    }
    return;
  }
  // A typed array sorts NaN to the end.
  const part = values.subarray(0, size).sort();
  let nans = 0;
  while (nans < size && Number.isNaN(part[size - 1 - nans] as number)) nans++;
  if (nans === 0) return;
  part.copyWithin(nans, 0, size - nans);
  part.fill(Number.NaN, 0, nans);
}
