/** Finite numbers as JSON text, the same as `String` gives. */

/** Above, a number times a thousand has more than the 15 digits that a double keeps apart. */
const LARGEST = 1e12;
/** `.001` to `.999` without zeros at the end, by thousandths. */
const fractions: (string | undefined)[] = new Array(1000);

/**
 * Numbers with up to three decimals (durations, sizes, shares) are put together from two short texts: finding the shortest
 * digits of a double costs ten times as much, and such numbers rarely come twice.
 */
export function decimal(value: number): string {
  const thousandths = Math.round(value * 1000);
  if (thousandths / 1000 !== value || thousandths <= 0 || value >= LARGEST) return `${value}`;
  const whole = Math.floor(value);
  const rest = thousandths - whole * 1000;
  if (rest === 0) return `${whole}`;
  return `${whole}${fractions[rest] ?? fraction(rest)}`;
}

function fraction(rest: number): string {
  const text = String(rest / 1000).slice(1);
  fractions[rest] = text;
  return text;
}
