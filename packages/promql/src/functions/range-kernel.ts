/** What a range function is to the evaluator: one call per series that fills the whole output row. */
import type { SeriesWindows } from '../eval/windows.ts';

/** Where a kernel writes: step `k` goes to index `at + k`; `has` is 0 when it is called. */
export interface KernelOutput {
  readonly values: Float64Array;
  readonly has: Uint8Array;
  readonly at: number;
}

/** `params` are the scalar arguments in order, one value per step. */
export interface RangeKernel {
  (windows: SeriesWindows, out: KernelOutput, params: readonly Float64Array[]): void;
  /** True when its work grows with rows and steps alone, not with the samples in all windows together. */
  readonly isLinear?: boolean;
}

export function linear(kernel: (...args: Parameters<RangeKernel>) => void): RangeKernel {
  return Object.assign((...args: Parameters<RangeKernel>) => kernel(...args), { isLinear: true });
}

/** A kernel from a function of one window, for functions with no cheaper way to slide. */
export function perWindow(
  least: number,
  compute: (windows: SeriesWindows, lo: number, hi: number, step: number, params: readonly Float64Array[]) => number,
): RangeKernel {
  return (windows, out, params) => {
    const { lo, hi } = windows;
    for (let k = 0; k < lo.length; k++) {
      const from = lo[k] as number;
      const to = hi[k] as number;
      if (to - from < least) continue;
      out.values[out.at + k] = compute(windows, from, to, k, params);
      out.has[out.at + k] = 1;
    }
  };
}
