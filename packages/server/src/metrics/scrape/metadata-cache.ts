/** TYPE, HELP and UNIT of a target's metric families; the store hears of them when they are new or changed. */
import type { MetricMetadata, MetricType } from '@sightline/model';
import type { MetricWriter } from '../../storage/metric-store.ts';

/** A family is kept this many scrapes after it was last seen. */
const KEEP_SCRAPES = 10;

interface Entry {
  type: MetricType;
  help: string;
  unit: string;
  seenAt: number;
}

export class MetadataCache {
  readonly #writer: MetricWriter;
  readonly #entries = new Map<string, Entry>();
  readonly #changed = new Set<string>();
  #iteration = 0;

  constructor(writer: MetricWriter) {
    this.#writer = writer;
  }

  begin(): void {
    this.#iteration++;
  }

  type(metric: string, type: MetricType): void {
    const entry = this.#entry(metric);
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

  /** Ends a good scrape. */
  commit(): void {
    for (const name of this.#changed) {
      const entry = this.#entries.get(name);
      if (entry !== undefined) this.#writer.describe(describe(name, entry));
    }
    this.#changed.clear();
    for (const [name, entry] of this.#entries) {
      if (this.#iteration - entry.seenAt > KEEP_SCRAPES) this.#entries.delete(name);
    }
  }

  #entry(metric: string): Entry {
    let entry = this.#entries.get(metric);
    if (entry === undefined) {
      entry = { type: 'unknown', help: '', unit: '', seenAt: 0 };
      this.#entries.set(metric, entry);
      this.#changed.add(metric);
    }
    entry.seenAt = this.#iteration;
    return entry;
  }

  #change(metric: string, entry: Entry): Entry {
    this.#changed.add(metric);
    return entry;
  }
}

function describe(name: string, { type, help, unit }: Entry): MetricMetadata {
  return { name, type, help, unit };
}
