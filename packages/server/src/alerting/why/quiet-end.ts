/** When the time intervals of a route let alerts through again. */
import { Turns } from '../../rules/evaluate/turns.ts';

const MINUTE_MS = 60_000;
const AHEAD_MS = 8 * 24 * 3_600_000;

/** The first full minute at which nothing mutes any more; undefined when that is more than eight days ahead. */
export async function quietEnd(nowMs: number, isQuiet: (atMs: number) => boolean): Promise<number | undefined> {
  const turns = new Turns();
  const firstMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  for (let atMs = firstMs; atMs <= nowMs + AHEAD_MS; atMs += MINUTE_MS) {
    if (!isQuiet(atMs)) return atMs;
    if (turns.isOver()) await turns.next();
  }
  return undefined;
}
