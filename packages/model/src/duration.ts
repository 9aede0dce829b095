/** Durations in Prometheus's form: `1h30m`, units in falling order, each at most once. Milliseconds inside. */
const UNITS = [
  ['y', 365 * 24 * 3_600_000],
  ['w', 7 * 24 * 3_600_000],
  ['d', 24 * 3_600_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

const PATTERN = /^(?:([0-9]+)y)?(?:([0-9]+)w)?(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?(?:([0-9]+)ms)?$/;

/** Largest duration: Go's int64 nanoseconds, in milliseconds. */
const MAX_MS = 9_223_372_036_854;

/** Milliseconds, or undefined when the text is not a duration. `0` needs no unit. Source: common/model/time.go. */
export function parseDurationMs(text: string): number | undefined {
  if (text === '0') return 0;
  const match = text === '' ? null : PATTERN.exec(text);
  if (match === null) return undefined;
  let total = 0;
  UNITS.forEach(([, size], index) => {
    total += Number(match[index + 1] ?? 0) * size;
  });
  return total <= MAX_MS ? total : undefined;
}

/** As Prometheus prints it: years and weeks only when nothing is left over (90d reads better than 12w6d). */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  const sign = ms < 0 ? '-' : '';
  let rest = Math.abs(ms);
  let out = '';
  for (const [unit, size] of UNITS) {
    const isExactOnly = unit === 'y' || unit === 'w';
    if (isExactOnly && rest % size !== 0) continue;
    const count = Math.floor(rest / size);
    if (count > 0) out += `${count}${unit}`;
    rest -= count * size;
  }
  return sign + out;
}
