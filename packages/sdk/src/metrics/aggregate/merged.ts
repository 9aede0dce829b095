/**
 * The metrics of several processes or threads as one registry. Counters, histograms and the sums of summaries add up what
 * each one added since its last report, so that those of an ended process stay; gauges are folded by their mode from the
 * processes that live; quantiles come from the windows of all of them together.
 */
import type { Notices } from '../../lib/notices.ts';
import { ObserveError } from '../../lib/problems.ts';
import { UPDATED } from '../chunk.ts';
import type { Family } from '../family.ts';
import type { Registry } from '../registry.ts';
import type { Sketch, SketchData, SketchSource } from '../sketch.ts';
import { foldGauge } from './fold.ts';
import type { FamilyReport, Report } from './report.ts';

/** One series of one reporter. */
interface Held {
  /** Its number in the merged family; -1 when that has no room. */
  readonly merged: number;
  readonly labels: readonly string[];
  values: Float64Array;
}

class MergedFamily {
  readonly family: Family;
  /** Series of each live reporter, by its number there. */
  readonly held = new Map<string, Map<number, Held>>();
  /** What a reporter that begins anew had reported, by its labels: it is in the totals already. */
  readonly #before = new Map<string, Map<string, Float64Array>>();
  /** How many reporters have a series, ended ones included where their values stay. */
  readonly #holders = new Map<number, number>();

  constructor(family: Family) {
    this.family = family;
  }

  get isAdditive(): boolean {
    return this.family.type !== 'gauge' && this.family.type !== 'info';
  }

  apply(reporter: string, report: FamilyReport): void {
    let mine = this.held.get(reporter);
    if (mine === undefined) {
      mine = new Map();
      this.held.set(reporter, mine);
    }
    for (const [series, labels] of report.events) {
      if (labels === undefined) this.#drop(mine, series);
      else this.#hold(reporter, mine, series, labels);
    }
    const { stride } = this.family.shape;
    for (let at = 0; at < report.series.length; at++) {
      const held = mine.get(report.series[at] as number);
      if (held !== undefined) this.#update(held, report.values.subarray(at * stride, (at + 1) * stride));
    }
    for (const [series, sketch] of report.sketches) this.#keepSketch(reporter, mine.get(series), sketch);
    this.#before.delete(reporter);
  }

  /** A reporter that ended, or begins anew: what it added stays, what it showed goes. */
  retire(reporter: string): void {
    const mine = this.held.get(reporter);
    this.held.delete(reporter);
    for (const held of mine?.values() ?? []) {
      if (this.family.type === 'summary') this.#windows(held.merged)?.of.delete(reporter);
      if (!this.isAdditive) this.#release(held);
    }
  }

  /** A reporter tells everything again: what it tells is compared with what it told before. */
  restart(reporter: string): void {
    const before = new Map<string, Float64Array>();
    for (const { labels, values } of this.held.get(reporter)?.values() ?? []) before.set(labels.join('\n'), values);
    this.retire(reporter);
    if (this.isAdditive) this.#before.set(reporter, before);
  }

  #hold(reporter: string, mine: Map<number, Held>, series: number, labels: readonly string[]): void {
    const known = mine.get(series);
    if (known !== undefined) this.#release(known);
    const merged = this.family.findAt(labels);
    const values = this.#before.get(reporter)?.get(labels.join('\n')) ?? new Float64Array(this.family.shape.stride);
    mine.set(series, { merged, labels, values });
    this.#holders.set(merged, (this.#holders.get(merged) ?? 0) + 1);
  }

  #drop(mine: Map<number, Held>, series: number): void {
    const held = mine.get(series);
    mine.delete(series);
    if (held !== undefined) this.#release(held);
  }

  #release({ merged, labels }: Held): void {
    const holders = (this.#holders.get(merged) ?? 1) - 1;
    this.#holders.set(merged, holders);
    if (holders > 0 || merged < 0) return;
    this.#holders.delete(merged);
    this.family.remove(...labels);
  }

  #update(held: Held, values: Float64Array): void {
    const before = held.values;
    held.values = values;
    if (!this.isAdditive || held.merged < 0) return;
    const chunk = this.family.chunkOf(held.merged);
    const base = this.family.indexOf(held.merged) * values.length;
    // Quantiles do not add up. Counts only grow: fewer than before means that the reporter was reset.
    const from = this.family.type === 'summary' ? values.length - 2 : 0;
    const sumAt = this.family.type === 'histogram' ? values.length - 1 : this.family.type === 'summary' ? from : -1;
    let isReset = false;
    for (let at = from; at < values.length; at++) {
      if (at !== sumAt && (values[at] as number) < (before[at] as number)) isReset = true;
    }
    for (let at = from; at < values.length; at++) {
      const added = (values[at] as number) - (isReset ? 0 : (before[at] as number));
      chunk.values[base + at] = (chunk.values[base + at] as number) + added;
    }
    chunk.flags[this.family.indexOf(held.merged)] = UPDATED;
  }

  #keepSketch(reporter: string, held: Held | undefined, sketch: SketchData): void {
    if (held !== undefined) this.#windows(held.merged)?.of.set(reporter, sketch);
  }

  #windows(merged: number): Windows | undefined {
    if (merged < 0) return undefined;
    const chunk = this.family.chunkOf(merged);
    const index = this.family.indexOf(merged);
    chunk.sketches ??= [];
    const known = chunk.sketches[index];
    if (known instanceof Windows) return known;
    const made = new Windows();
    chunk.sketches[index] = made;
    return made;
  }
}

/** The windows of all reporters. */
class Windows implements SketchSource {
  readonly of = new Map<string, SketchData>();

  add(): void {}

  readInto(into: Sketch): void {
    into.clear();
    for (const sketch of this.of.values()) into.merge(sketch);
  }
}

export class Merged {
  readonly #registry: Registry;
  readonly #notices: Notices;
  readonly #families = new Map<string, MergedFamily>();
  readonly #sequences = new Map<string, number>();

  /** @param registry Takes the merged metrics. */
  constructor(registry: Registry, notices: Notices) {
    this.#registry = registry;
    this.#notices = notices;
  }

  /** Takes a report; false when one before it is missing and a full one is needed. */
  apply(reporter: string, report: Report): boolean {
    if (report.isFull) for (const family of this.#families.values()) family.restart(reporter);
    else if (this.#sequences.get(reporter) !== report.sequence - 1) return false;
    this.#sequences.set(reporter, report.sequence);
    for (const family of report.families) this.#merged(family)?.apply(reporter, family);
    return true;
  }

  retire(reporter: string): void {
    this.#sequences.delete(reporter);
    for (const family of this.#families.values()) family.retire(reporter);
  }

  /** Computes what depends on all reporters: called before an exposition. */
  fold(): void {
    for (const merged of this.#families.values()) if (!merged.isAdditive) foldGauge(merged.family, merged.held);
  }

  #merged(report: FamilyReport): MergedFamily | undefined {
    if (report.type === 'gauge' && report.aggregate === 'omit') return undefined;
    const known = this.#families.get(report.name);
    try {
      const family = this.#define(report);
      if (known !== undefined) return known;
      const made = new MergedFamily(family);
      this.#families.set(report.name, made);
      return made;
    } catch (error) {
      if (!(error instanceof ObserveError)) throw error;
      this.#notices.tell(`metric-merge:${report.name}`, `a worker's metric is left out: ${error.message}`);
      return undefined;
    }
  }

  #define(report: FamilyReport): Family {
    const { name, help, type, bounds, aggregate, unit } = report;
    const options = { labels: report.labelNames, unit };
    switch (type) {
      case 'counter':
        return this.#registry.counter(name, help, options) as unknown as Family;
      case 'histogram':
        return this.#registry.histogram(name, help, { ...options, buckets: bounds }) as unknown as Family;
      case 'summary':
        return this.#registry.summary(name, help, { ...options, quantiles: bounds }) as unknown as Family;
      default:
        // The same facts of several processes are one fact.
        return this.#registry.gauge(name, help, {
          ...options,
          aggregate: type === 'info' ? 'max' : aggregate,
        }) as unknown as Family;
    }
  }
}
