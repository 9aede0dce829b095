/** Pauses between tries: half a second, then 1.5 times as long each time up to a minute, each half as long again or less at random. */
const FIRST_MS = 500;
const FACTOR = 1.5;
const LONGEST_MS = 60_000;
const SPREAD = 0.5;

/** @param random 0 to 1 */
export function backoffMs(failures: number, random: number): number {
  const base = Math.min(LONGEST_MS, FIRST_MS * FACTOR ** (failures - 1));
  return base * (1 - SPREAD + 2 * SPREAD * random);
}
