/**
 * What the SDK has to say about itself (a collector that is down, a metric with too many series): one line on stderr, each
 * kind at most once in five minutes with the number of repeats. Never through the service's own logger, which may be the
 * thing that fails.
 */
import { writeSync } from 'node:fs';

const QUIET_MS = 300_000;
const MAX_KINDS = 200;

export type NoticeWriter = (line: string) => void;

export class Notices {
  readonly #write: NoticeWriter;
  readonly #kinds = new Map<string, { toldAtMs: number; silent: number }>();

  constructor(write: NoticeWriter = writeToStderr) {
    this.#write = write;
  }

  /** @param kind Names the situation: notices of one kind are held back for five minutes. */
  tell(kind: string, message: string): void {
    const now = Date.now();
    const known = this.#kinds.get(kind);
    if (known !== undefined && now - known.toldAtMs < QUIET_MS) {
      known.silent++;
      return;
    }
    if (this.#kinds.size >= MAX_KINDS) this.#kinds.clear();
    this.#kinds.set(kind, { toldAtMs: now, silent: 0 });
    const repeats = known === undefined || known.silent === 0 ? '' : ` (${known.silent} more times since)`;
    this.#write(`@sightline/sdk: ${message}${repeats}\n`);
  }
}

function writeToStderr(line: string): void {
  try {
    writeSync(2, line);
  } catch {
    // A closed or full stderr: there is no other place to tell it.
  }
}
