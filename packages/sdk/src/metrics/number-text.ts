/** Numbers as both exposition formats write them: as text, one after the other, and right-aligned into a slot of a line. */

const SPACE = 32;
const ZERO = 48;
const MAX_SMALL = 0x7fffffff;
/** Characters of the longest number: `-1.7976931348623157e+308`. */
export const LONGEST_NUMBER = 24;

/** `12`, `0.25`, `1e+21`, `NaN`, `+Inf`, `-Inf`. */
export function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}

/** A bound as OpenMetrics wants it in `le` and `quantile`: always a float, `1.0` rather than `1`. */
export function canonicalText(value: number): string {
  const text = numberText(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/**
 * Writes a number into `bytes[end - width, end)`, spaces before it.
 *
 * @returns 0, or the width it needs when that is more than the slot has; then nothing is written.
 */
export function writeNumber(bytes: Uint8Array, end: number, width: number, value: number): number {
  const start = end - width;
  let at = end;
  if (value >= 0 && value <= MAX_SMALL && (value | 0) === value) {
    let rest = value | 0;
    do {
      if (at === start) return String(value).length;
      const next = (rest / 10) | 0;
      bytes[--at] = ZERO + rest - next * 10;
      rest = next;
    } while (rest !== 0);
  } else {
    const text = numberText(value);
    if (text.length > width) return text.length;
    for (let index = text.length - 1; index >= 0; index--) bytes[--at] = text.charCodeAt(index);
  }
  while (at > start) bytes[--at] = SPACE;
  return 0;
}

/** Writes a number at `at`; there must be room for LONGEST_NUMBER bytes. @returns Where it ends. */
export function putNumber(bytes: Uint8Array, at: number, value: number): number {
  if (!(value >= 0 && value <= MAX_SMALL && (value | 0) === value)) {
    const text = numberText(value);
    for (let index = 0; index < text.length; index++) bytes[at + index] = text.charCodeAt(index);
    return at + text.length;
  }
  let rest = value | 0;
  let end = at + 1;
  for (let more = rest; more >= 10; more = (more / 10) | 0) end++;
  for (let to = end - 1; to >= at; to--) {
    const next = (rest / 10) | 0;
    bytes[to] = ZERO + rest - next * 10;
    rest = next;
  }
  return end;
}
