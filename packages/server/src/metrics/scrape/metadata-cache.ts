/**
 * TYPE, HELP and UNIT of a target's metric families; the store hears of them when they are new or changed. Lines that stand
 * where they stood last time are told from their bytes and not read again.
 */
import type { MetricMetadata, MetricType } from '@sightline/model';
import type { MetricWriter } from '../../storage/metric-store.ts';
import { equalBytes } from './scrape-order.ts';

/** A family is kept this many scrapes after it was last seen. */
const KEEP_SCRAPES = 10;
/** How many lines may be missing for those after them to be told still. */
const LOOK_AHEAD = 3;

const LF = 10;
const NO_BODY = Buffer.alloc(0);

interface Entry {
  type: MetricType;
  help: string;
  unit: string;
  seenAt: number;
}

interface Line {
  readonly start: number;
  readonly end: number;
  readonly entry: Entry;
  /** Of a TYPE line. */
  readonly type: MetricType | undefined;
}

export class MetadataCache {
  /** The type announced last in the present scrape. */
  currentType: MetricType = 'unknown';
  readonly #writer: MetricWriter;
  readonly #entries = new Map<string, Entry>();
  readonly #changed = new Set<string>();
  #iteration = 0;
  #body: Buffer = NO_BODY;
  #view = viewOf(NO_BODY);
  #lines: Line[] = [];
  #previousView = this.#view;
  #previousLines: Line[] = [];
  #cursor = 0;
  #lineStart = 0;

  constructor(writer: MetricWriter) {
    this.#writer = writer;
  }

  /** What is known of the target's families now. */
  list(): MetricMetadata[] {
    return Array.from(this.#entries, ([name, entry]) => describe(name, entry));
  }

  begin(body: Buffer): void {
    this.#iteration++;
    this.currentType = 'unknown';
    this.#body = body;
    this.#view = viewOf(body);
    this.#lines = [];
    this.#cursor = 0;
  }

  /** The end of the metadata line at `start` when it is one of those expected next; otherwise -1. */
  expect(start: number): number {
    this.#lineStart = start;
    const last = Math.min(this.#cursor + LOOK_AHEAD, this.#previousLines.length);
    for (let at = this.#cursor; at < last; at++) {
      const line = this.#previousLines[at] as Line;
      const end = start + line.end - line.start;
      const isSame = end < this.#body.length && this.#body[end] === LF;
      if (!isSame || !equalBytes(this.#previousView, line.start, this.#view, start, end - start)) continue;
      this.#cursor = at + 1;
      this.#add(start, end, line.entry, line.type);
      return end;
    }
    return -1;
  }

  type(metric: string, type: MetricType): void {
    const entry = this.#entry(metric, type);
    if (entry.type !== type) this.#change(metric, entry).type = type;
  }

  help(metric: string, help: string): void {
    const entry = this.#entry(metric);
    if (entry.help !== help) this.#change(metric, entry).help = help;
  }

  unit(metric: string, unit: string): void {
    const entry = this.#entry(metric);
    if (entry.unit !== unit) this.#change(metric, entry).unit = unit;
  }

  /** Ends a good scrape, whose body must not change until the next good one. */
  commit(): void {
    for (const name of this.#changed) {
      const entry = this.#entries.get(name);
      if (entry !== undefined) this.#writer.describe(describe(name, entry));
    }
    this.#changed.clear();
    for (const [name, entry] of this.#entries) {
      if (this.#iteration - entry.seenAt > KEEP_SCRAPES) this.#entries.delete(name);
    }
    this.#previousView = this.#view;
    this.#previousLines = this.#lines;
    this.#lines = [];
  }

  /** The line that `expect` was asked about last and did not know. */
  #entry(metric: string, type?: MetricType): Entry {
    let entry = this.#entries.get(metric);
    if (entry === undefined) {
      entry = { type: 'unknown', help: '', unit: '', seenAt: 0 };
      this.#entries.set(metric, entry);
      this.#changed.add(metric);
    }
    // A quoted name may hold a newline: where such a line ends is not told from its bytes.
    const end = metric.includes('\n') ? -1 : this.#body.indexOf(LF, this.#lineStart);
    this.#add(this.#lineStart, end === -1 ? this.#lineStart : end, entry, type);
    return entry;
  }

  #add(start: number, end: number, entry: Entry, type: MetricType | undefined): void {
    entry.seenAt = this.#iteration;
    if (type !== undefined) this.currentType = type;
    if (end > start) this.#lines.push({ start, end, entry, type });
  }

  #change(metric: string, entry: Entry): Entry {
    this.#changed.add(metric);
    return entry;
  }
}

function viewOf(body: Buffer): DataView {
  return new DataView(body.buffer, body.byteOffset, body.byteLength);
}

function describe(name: string, { type, help, unit }: Entry): MetricMetadata {
  return { name, type, help, unit };
}
