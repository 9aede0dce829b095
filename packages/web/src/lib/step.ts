/** Query resolution: how far apart the points of a range query are. */

const NICE_SECONDS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
];

/** More points than this say nothing more on a screen and cost the server work. */
const MAX_POINTS = 250;

/** Never more points than pixels: the range over the width, rounded up to a step that people recognise. */
export function autoStepMs(rangeMs: number, widthPx: number): number {
  const points = Math.max(20, Math.min(MAX_POINTS, Math.floor(widthPx)));
  const wanted = rangeMs / 1000 / points;
  for (const seconds of NICE_SECONDS) if (seconds >= wanted) return seconds * 1000;
  return Math.ceil(wanted / 604_800) * 604_800_000;
}

/** The window that `$__rate_interval` stands for: at least four scrapes, and one more than the step. */
function rateIntervalMs(stepMs: number, scrapeIntervalMs = 15_000): number {
  return Math.max(4 * scrapeIntervalMs, stepMs + scrapeIntervalMs);
}

interface TextPart {
  readonly start: number;
  readonly end: number;
}

export interface FilledQuery {
  readonly text: string;
  /** The place in the query as it was written that a place in the filled text comes from; variables count as a whole. */
  readonly sourceOf: (span: TextPart) => TextPart;
}

const VARIABLE = /\$(?:__(rate_interval|interval|range)\b|\{__(rate_interval|interval|range)\})/g;

/** Fills Grafana's built-in variables into a query and remembers what came from where. */
export function fillQuery(expr: string, stepMs: number, rangeMs: number): FilledQuery {
  const seconds = (ms: number): string => `${Math.max(1, Math.round(ms / 1000))}s`;
  const values: Readonly<Record<string, string>> = {
    rate_interval: seconds(rateIntervalMs(stepMs)),
    interval: seconds(stepMs),
    range: seconds(rangeMs),
  };
  const found: { readonly from: TextPart; readonly to: TextPart }[] = [];
  let grown = 0;
  const text = expr.replace(VARIABLE, (written: string, bare?: string, braced?: string, at = 0) => {
    const value = values[bare ?? braced ?? ''] ?? written;
    const start = at + grown;
    found.push({ from: { start: at, end: at + written.length }, to: { start, end: start + value.length } });
    grown += value.length - written.length;
    return value;
  });
  const back = (offset: number, isEnd: boolean): number => {
    let shift = 0;
    for (const { from, to } of found) {
      if (isEnd ? offset <= to.start : offset < to.end) {
        return !isEnd && offset > to.start ? from.start : offset - shift;
      }
      if (isEnd && offset <= to.end) return from.end;
      shift = to.end - from.end;
    }
    return offset - shift;
  };
  return { text, sourceOf: ({ start, end }) => ({ start: back(start, false), end: back(end, true) }) };
}

/** Fills Grafana's built-in variables into a query. */
export function fillVariables(expr: string, stepMs: number, rangeMs: number): string {
  return fillQuery(expr, stepMs, rangeMs).text;
}

/** Start and end on multiples of the step, so that a refresh moves points instead of redrawing other ones. */
export function alignRange(fromMs: number, toMs: number, stepMs: number): { startMs: number; endMs: number } {
  const startMs = Math.ceil(fromMs / stepMs) * stepMs;
  const endMs = Math.floor(toMs / stepMs) * stepMs;
  return endMs < startMs ? { startMs, endMs: startMs } : { startMs, endMs };
}
