/** What histograms and summaries share: label forms, timers, wrappers. */
import type { Chunk } from './chunk.ts';
import { Family } from './family.ts';
import { Handle } from './handle.ts';
import { startClock, timed } from './timing.ts';
import type { HistogramHandle, LabelValue } from './types.ts';

type LabelObject = Readonly<Record<string, LabelValue>>;
const WANTED = 'finite numbers';

export abstract class ObservingFamily extends Family {
  observe(first: number | LabelObject, second?: number): void {
    if (typeof first === 'object' && first !== null) this.#observe(this.find(first), second as number);
    else this.#observe(this.labelNames.length === 0 ? 0 : this.find({}), first);
  }

  startTimer(labels?: LabelObject): (more?: LabelObject) => number {
    const startMs = performance.now();
    return (more) => {
      const seconds = (performance.now() - startMs) / 1000;
      this.observe(more === undefined ? (labels ?? {}) : { ...labels, ...more }, seconds);
      return seconds;
    };
  }

  time<TResult>(first: LabelObject | (() => TResult), second?: () => TResult): TResult {
    const labels = typeof first === 'function' ? {} : first;
    const fn = typeof first === 'function' ? first : (second as () => TResult);
    return timed(fn, (seconds) => this.observe(labels, seconds));
  }

  wrap<TArgs extends unknown[], TResult>(
    fn: (...args: TArgs) => TResult,
    labels: LabelObject = {},
  ): (...args: TArgs) => TResult {
    const family = this;
    return function (this: unknown, ...args) {
      return family.time(labels, () => fn.apply(this, args));
    };
  }

  labels(...args: readonly unknown[]): HistogramHandle {
    const series = this.seriesOf(args);
    return (this.boundTo(series) as BoundObserver | undefined) ?? new BoundObserver(this, this.textsOf(args), series);
  }

  /** Adds one finite observation to a series. */
  abstract add(chunk: Chunk, index: number, value: number): void;

  #observe(series: number, value: number): void {
    if (series < 0) return;
    if (isFiniteNumber(value)) this.add(this.chunkOf(series), this.indexOf(series), value);
    else this.refuse(value, WANTED);
  }
}

class BoundObserver extends Handle<ObservingFamily> implements HistogramHandle {
  observe(value: number): void {
    if (this.chunk.isDead && !this.revive()) return;
    if (isFiniteNumber(value)) this.family.add(this.chunk, this.index, value);
    else this.family.refuse(value, WANTED);
  }

  startTimer(): () => number {
    return startClock((seconds) => this.observe(seconds));
  }

  time<TResult>(fn: () => TResult): TResult {
    return timed(fn, (seconds) => this.observe(seconds));
  }
}

function isFiniteNumber(value: unknown): boolean {
  return typeof value === 'number' && value - value === 0;
}
