/** Compensated sums (Neumaier): what Prometheus adds floats with, so that results agree to the last digits. */

/** sum + c is the total. Fields are set from outside when a running mean is kept in it. */
export class KahanSum {
  sum = 0;
  c = 0;

  reset(sum = 0, c = 0): void {
    this.sum = sum;
    this.c = c;
  }

  add(value: number): void {
    const total = this.sum + value;
    if (total === Number.POSITIVE_INFINITY || total === Number.NEGATIVE_INFINITY) this.c = 0;
    else if (Math.abs(this.sum) >= Math.abs(value)) this.c += this.sum - total + value;
    else this.c += value - total + this.sum;
    this.sum = total;
  }

  get total(): number {
    return this.sum + this.c;
  }
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
  return isRunningMean ? acc.total : acc.sum / count + acc.c / count;
}

/** Population variance of values[from..to), by Welford's method with compensated sums. */
export function varianceOf(values: Float64Array, from: number, to: number): number {
  const mean = new KahanSum();
  const squares = new KahanSum();
  for (let i = from; i < to; i++) {
    const value = values[i] as number;
    const delta = value - mean.total;
    mean.add(delta / (i - from + 1));
    squares.add(delta * (value - mean.total));
  }
  return squares.total / (to - from);
}

/** Quantile of values, which are sorted in place with NaN first. Outside 0..1 gives an infinity, NaN gives NaN. */
export function quantileOf(q: number, values: Float64Array): number {
  if (values.length === 0 || Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  sortNanFirst(values);
  const rank = q * (values.length - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(values.length - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  return (values[lower] as number) * (1 - weight) + (values[upper] as number) * weight;
}

function sortNanFirst(values: Float64Array): void {
  // A typed array sorts NaN to the end; the order wanted here is NaN below everything.
  values.sort();
  let nans = 0;
  while (nans < values.length && Number.isNaN(values[values.length - 1 - nans] as number)) nans++;
  if (nans === 0) return;
  values.copyWithin(nans, 0, values.length - nans);
  values.fill(Number.NaN, 0, nans);
}
