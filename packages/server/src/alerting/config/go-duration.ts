/** Durations as Go's time.ParseDuration reads them. */
const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds, or undefined when the text is not a duration. `0` needs no unit. */
export function parseGoDurationMs(text: string): number | undefined {
  const body = text.replace(/^[-+]/, '');
  if (body === '0') return 0;
  if (!/^(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(body)) return undefined;
  let ms = 0;
  for (const [, amount = '', unit = ''] of body.matchAll(/([0-9.]+)([a-zµμ]+)/g))
    ms += Number(amount) * (UNITS[unit] ?? 0);
  if (ms > 9_223_372_036_854) return undefined;
  return text.startsWith('-') ? -ms : ms;
}
