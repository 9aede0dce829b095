/**
 * Work space of kernels, kept between calls: a kernel runs to its end without yielding, so one buffer of each kind serves
 * all queries. What a buffer holds at first is left over from before.
 */

/** Buffers above this length are not kept. */
const MAX_KEPT = 1 << 20;

let floats: [Float64Array, Float64Array] = [new Float64Array(0), new Float64Array(0)];
let integers = new Uint32Array(0);

/** Two arrays of at least `size` elements. */
export function floatScratch(size: number): readonly [Float64Array, Float64Array] {
  if (floats[0].length >= size) return floats;
  const fresh: [Float64Array, Float64Array] = [new Float64Array(size), new Float64Array(size)];
  if (size <= MAX_KEPT) floats = fresh;
  return fresh;
}

export function integerScratch(size: number): Uint32Array {
  if (integers.length >= size) return integers;
  const fresh = new Uint32Array(size);
  if (size <= MAX_KEPT) integers = fresh;
  return fresh;
}
