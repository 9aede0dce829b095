/** Time texts of log lines: formatting a date costs ten times reading the clock, so the text of a millisecond is kept. */
let lastMs = -1;
let lastText = '';
let lastSecond = -1;
let secondText = '';

/** `2026-11-20T10:30:00.123Z` of a time in milliseconds since 1970. */
export function isoTime(ms: number): string {
  if (ms === lastMs) return lastText;
  const second = Math.floor(ms / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    secondText = new Date(second * 1000).toISOString().slice(0, -4);
  }
  const rest = ms - second * 1000;
  lastMs = ms;
  lastText = `${secondText}${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}Z`;
  return lastText;
}
