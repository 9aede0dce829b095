/** Summaries: quantiles over a sliding window, sum and count since the start. */
import { ObserveError } from '../lib/problems.ts';
import { type Chunk, LIVE, UPDATED } from './chunk.ts';
import type { FamilyContext, FamilyDefinition } from './family.ts';
import { ObservingFamily } from './observing.ts';
import { summaryShape } from './shape.ts';
import { Sketch, SlidingSketch } from './sketch.ts';
import type { SummaryOptions } from './types.ts';

const DEFAULT_QUANTILES: readonly number[] = [0.5, 0.9, 0.95, 0.99];
const MAX_QUANTILES = 50;
const MAX_STEPS = 60;

/** Checked options of a summary. */
export interface SummaryWindow {
  readonly quantiles: readonly number[];
  readonly steps: number;
  readonly stepMs: number;
}

/** Reused by every exposition. */
const merged = new Sketch();

export class SummaryFamily extends ObservingFamily {
  readonly quantiles: readonly number[];
  readonly window: SummaryWindow;

  constructor(definition: FamilyDefinition, window: SummaryWindow, context: FamilyContext) {
    super(definition, summaryShape(window.quantiles), context);
    this.quantiles = window.quantiles;
    this.window = window;
  }

  add(chunk: Chunk, index: number, value: number): void {
    const now = Date.now();
    const { steps, stepMs } = this.window;
    chunk.sketches ??= [];
    let sketch = chunk.sketches[index];
    if (sketch === undefined) {
      sketch = new SlidingSketch(steps, stepMs, now);
      chunk.sketches[index] = sketch;
    }
    sketch.add(value, now);
    const sum = index * chunk.shape.stride + this.quantiles.length;
    const { values } = chunk;
    values[sum] = (values[sum] as number) + value;
    values[sum + 1] = (values[sum + 1] as number) + 1;
    chunk.flags[index] = UPDATED;
  }

  override prepare(chunk: Chunk, nowMs: number): void {
    const { values, flags } = chunk;
    for (let index = 0; index < chunk.count; index++) {
      if (((flags[index] as number) & LIVE) === 0) continue;
      const sketch = chunk.sketches?.[index];
      if (sketch === undefined) merged.clear();
      else sketch.readInto(merged, nowMs);
      const base = index * chunk.shape.stride;
      for (let at = 0; at < this.quantiles.length; at++) {
        values[base + at] = merged.quantile(this.quantiles[at] as number);
      }
    }
  }
}

/** The window of a summary; throws an ObserveError that says what can't be. */
export function checkSummary(name: string, options: SummaryOptions<string>): SummaryWindow {
  const wrong = (message: string) => new ObserveError('invalid_metric', `metric ${JSON.stringify(name)}: ${message}`);
  const quantiles = [...(options.quantiles ?? DEFAULT_QUANTILES)];
  const { maxAgeSeconds = 600, ageBuckets = 5 } = options;
  const isQuantile = (value: number, at: number) =>
    value >= 0 && value <= 1 && (at === 0 || value > (quantiles[at - 1] as number));
  if (quantiles.length > MAX_QUANTILES || !quantiles.every(isQuantile))
    throw wrong(`quantiles must be at most ${MAX_QUANTILES} ascending numbers from 0 to 1, e.g. [0.5, 0.99]`);
  if (!(maxAgeSeconds > 0 && Number.isFinite(maxAgeSeconds))) throw wrong('maxAgeSeconds must be above 0');
  if (!(Number.isInteger(ageBuckets) && ageBuckets >= 1 && ageBuckets <= MAX_STEPS))
    throw wrong(`ageBuckets must be a whole number from 1 to ${MAX_STEPS}`);
  return { quantiles, steps: ageBuckets, stepMs: (maxAgeSeconds * 1000) / ageBuckets };
}
