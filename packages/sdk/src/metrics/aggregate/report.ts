/**
 * What a process or thread tells another one about its metrics: which series came and went, and the values of those that
 * changed since the last report. A full report begins from nothing.
 */
import { UNREPORTED } from '../chunk.ts';
import type { Family, SeriesEvent } from '../family.ts';
import type { Registry } from '../registry.ts';
import { Sketch, type SketchData } from '../sketch.ts';
import type { GaugeAggregation, MetricType } from '../types.ts';

/** The metrics that changed. Numbers of series are the reporter's own. */
export interface Report {
  readonly isFull: boolean;
  /** Counts reports: one that is missing makes the reader ask for a full one. */
  readonly sequence: number;
  readonly families: readonly FamilyReport[];
}

export interface FamilyReport {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  readonly labelNames: readonly string[];
  /** Buckets of a histogram, quantiles of a summary. */
  readonly bounds: readonly number[];
  readonly unit: string | undefined;
  readonly aggregate: GaugeAggregation;
  readonly events: readonly SeriesEvent[];
  /** Series that changed, and all their stored numbers one after the other. */
  readonly series: ArrayLike<number>;
  readonly values: Float64Array;
  /** The windows of all series of a summary. */
  readonly sketches: readonly (readonly [series: number, sketch: SketchData])[];
}

/** Makes the reports of one registry. */
export class ReportWriter {
  readonly #registry: Registry;
  readonly #told = new Set<Family>();
  #sequence = 0;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** @param isFull Everything, not only what changed. */
  write(isFull: boolean): Report {
    const families: FamilyReport[] = [];
    const { families: all, constant } = this.#registry.internals;
    for (const family of all) {
      if (isFull || !this.#told.has(family)) beginLog(family);
      this.#told.add(family);
      const report = reportOf(family, constant);
      if (report !== undefined) families.push(report);
    }
    return { isFull, sequence: this.#sequence++, families };
  }

  close(): void {
    for (const family of this.#told) family.log = undefined;
    this.#told.clear();
  }
}

function beginLog(family: Family): void {
  family.log = [];
  for (const [labelValues, series] of family.series()) {
    family.log.push([series, labelValues]);
    const { flags } = family.chunkOf(series);
    const index = family.indexOf(series);
    flags[index] = (flags[index] as number) | UNREPORTED;
  }
}

function reportOf(family: Family, constant: Readonly<Record<string, string>>): FamilyReport | undefined {
  const { stride } = family.shape;
  const now = Date.now();
  const series: number[] = [];
  const numbers: number[] = [];
  const sketches: [number, SketchData][] = [];
  family.chunks.forEach((chunk, at) => {
    const first = family.firstSeriesOf(at);
    for (let index = 0; index < chunk.count; index++) {
      const sketch = chunk.sketches?.[index];
      if (sketch !== undefined) {
        const window = new Sketch();
        sketch.readInto(window, now);
        sketches.push([first + index, window.data()]);
      }
      const flag = chunk.flags[index] as number;
      if ((flag & UNREPORTED) === 0) continue;
      chunk.flags[index] = flag & ~UNREPORTED;
      series.push(first + index);
      for (let value = 0; value < stride; value++) numbers.push(chunk.values[index * stride + value] as number);
    }
  });
  const log = family.log ?? [];
  if (log.length === 0 && series.length === 0 && sketches.length === 0) return undefined;
  family.log = [];
  const fixed = Object.values(constant);
  const { name, help, type, definition } = family;
  return {
    name,
    help,
    type,
    labelNames: [...Object.keys(constant), ...family.labelNames],
    bounds: definition.lines === '' ? [] : definition.lines.split(',').map(Number),
    unit: definition.unit,
    aggregate: definition.aggregate,
    events: fixed.length === 0 ? log : log.map(([id, own]) => [id, own === undefined ? undefined : [...fixed, ...own]]),
    series,
    values: Float64Array.from(numbers),
    sketches,
  };
}

/** A report as JSON can carry it: numbers as bytes, because JSON has no NaN and no infinity. */
export function encodeReport(report: Report): object {
  const families = report.families.map((family) => ({
    ...family,
    values: Buffer.from(family.values.buffer).toString('base64'),
    sketches: family.sketches.map(([series, { zeros, positive, negative }]) => [
      series,
      {
        zeros,
        positive: { first: positive.first, counts: Array.from(positive.counts) },
        negative: { first: negative.first, counts: Array.from(negative.counts) },
      },
    ]),
  }));
  return { ...report, families };
}

export function decodeReport(encoded: unknown): Report {
  const report = encoded as Omit<Report, 'families'> & {
    families: (Omit<FamilyReport, 'values'> & { values: string })[];
  };
  const families = report.families.map((family) => {
    const bytes = Buffer.from(family.values, 'base64');
    const values = new Float64Array(bytes.length / 8);
    for (let at = 0; at < values.length; at++) values[at] = bytes.readDoubleLE(at * 8);
    // JSON has no undefined: a removed series comes as null.
    const events = family.events.map(([series, labels]): SeriesEvent => [series, labels ?? undefined]);
    return { ...family, events, values };
  });
  return { ...report, families };
}
