/** When an alert was pending, from the ALERTS series that its rule wrote. */
import type { AlertStateSpan } from '@sightline/api-types';
import { type Labels, quote } from '@sightline/model';

/** The times of the steps at which a query over a range has a value. */
export type PresenceQuery = (
  text: string,
  range: { readonly startMs: number; readonly endMs: number; readonly stepMs: number },
) => Promise<readonly number[]>;

const POINTS = 2_000;
const LEAST_STEP_MS = 15_000;

/** @param labels as the rule gives them, without external ones */
export async function pendingSpans(
  labels: Labels,
  startMs: number,
  endMs: number,
  query: PresenceQuery,
): Promise<AlertStateSpan[]> {
  const stepMs = Math.max(LEAST_STEP_MS, Math.ceil((endMs - startMs) / POINTS));
  const matchers = [...labels].map(([name, value]) => `${quote(name)}=${quote(value)}`);
  const text = `max({"ALERTS","alertstate"="pending",${matchers.join(',')}})`;
  const times = await query(text, { startMs, endMs, stepMs });
  const spans: AlertStateSpan[] = [];
  let fromMs: number | undefined;
  let lastMs = 0;
  for (const timeMs of times) {
    if (fromMs !== undefined && timeMs - lastMs > stepMs) {
      spans.push({ state: 'pending', fromMs, toMs: lastMs + stepMs });
      fromMs = undefined;
    }
    fromMs ??= timeMs;
    lastMs = timeMs;
  }
  if (fromMs !== undefined) spans.push({ state: 'pending', fromMs, toMs: Math.min(lastMs + stepMs, endMs) });
  return spans;
}
