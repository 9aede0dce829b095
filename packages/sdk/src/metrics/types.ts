/**
 * What a service sees of the metrics: instruments with label sets that the compiler knows, pre-bound handles, options.
 * The classes behind them are in counter.ts, gauge.ts, histogram.ts, summary.ts and (switched off) noop.ts.
 */

/** Value of a label. Anything but a string is written as text: 200 and "200" are one series; undefined is no label. */
export type LabelValue = string | number | boolean | null | undefined;

/** The labels of an instrument, all of them: `{ method: LabelValue; status: LabelValue }`. */
export type LabelSet<TLabel extends string> = { readonly [K in TLabel]: LabelValue };

/** Arguments before the value: none for an instrument without labels, its labels otherwise. */
type Of<TLabel extends string, TRest extends unknown[]> = [TLabel] extends [never]
  ? TRest
  : [labels: LabelSet<TLabel>, ...rest: TRest];

/** Label values for `labels()`: an object, or the values in the order of the definition. */
type Bind<TLabel extends string> = [labels: LabelSet<TLabel>] | LabelValue[];

export type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'info';

/** How a gauge of several processes or threads becomes one: see `aggregate()`. */
export type GaugeAggregation = 'sum' | 'min' | 'max' | 'average' | 'first' | 'omit';

/** A series of a counter, bound once and kept: an update costs a few nanoseconds. */
export interface CounterHandle {
  /** Adds `value` (1), which must be finite and not negative. Anything else is counted as lost, never thrown. */
  inc(value?: number): void;
}

export interface GaugeHandle {
  set(value: number): void;
  inc(value?: number): void;
  dec(value?: number): void;
  /** Sets it to the Unix time in seconds. */
  setToCurrentTime(): void;
  /** Starts a clock. The function it returns sets the gauge to the seconds since then and returns them. */
  startTimer(): () => number;
}

export interface HistogramHandle {
  /** Counts one observation, in the base unit of the metric (seconds, bytes). */
  observe(value: number): void;
  /** Starts a clock. The function it returns observes the seconds since then and returns them. */
  startTimer(): () => number;
  /** Calls `fn` and observes how long it took in seconds, until its promise is settled when it returns one. */
  time<TResult>(fn: () => TResult): TResult;
}

interface Instrument<TLabel extends string> {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  readonly labelNames: readonly string[];
  /** Number of series at this moment. */
  readonly size: number;
  /** Forgets a series. @returns False when there was none. */
  remove(...labels: Bind<TLabel>): boolean;
  /** Forgets all series; one without labels starts again at 0. */
  reset(): void;
}

/**
 * A number that only grows.
 *
 * @example
 * const orders = registry.counter('orders_total', 'Orders taken', { labels: ['channel'] });
 * orders.inc({ channel: 'web' });
 * const web = orders.labels('web'); web.inc(3);
 */
export interface Counter<TLabel extends string = never> extends Instrument<TLabel> {
  inc(...args: Of<TLabel, [value?: number]>): void;
  labels(...labels: Bind<TLabel>): CounterHandle;
}

/** A number that goes up and down. */
export interface Gauge<TLabel extends string = never> extends Instrument<TLabel> {
  set(...args: Of<TLabel, [value: number]>): void;
  inc(...args: Of<TLabel, [value?: number]>): void;
  dec(...args: Of<TLabel, [value?: number]>): void;
  setToCurrentTime(...args: Of<TLabel, []>): void;
  startTimer(...args: Of<TLabel, []>): () => number;
  labels(...labels: Bind<TLabel>): GaugeHandle;
}

interface Timed<TLabel extends string> extends Instrument<TLabel> {
  observe(...args: Of<TLabel, [value: number]>): void;
  /**
   * Starts a clock. The function it returns observes the seconds since then and returns them; labels that are known only at
   * the end are given to it.
   *
   * @example const end = duration.startTimer({ method: 'GET' }); ... end({ status: 200 });
   */
  startTimer(labels?: Partial<LabelSet<TLabel>>): (more?: Partial<LabelSet<TLabel>>) => number;
  /** Calls `fn` and observes how long it took in seconds, until its promise is settled when it returns one. */
  time<TResult>(...args: Of<TLabel, [fn: () => TResult]>): TResult;
  /** The same function, each call of it timed. */
  wrap<TArgs extends unknown[], TResult>(
    fn: (...args: TArgs) => TResult,
    labels?: LabelSet<TLabel>,
  ): (...args: TArgs) => TResult;
  labels(...labels: Bind<TLabel>): HistogramHandle;
}

/** Observations counted in buckets. */
export interface Histogram<TLabel extends string = never> extends Timed<TLabel> {
  /** Upper bounds, ascending, without +Inf. */
  readonly buckets: readonly number[];
}

/** Observations as quantiles over a sliding window. A histogram can be summed over instances; a summary cannot. */
export interface Summary<TLabel extends string = never> extends Timed<TLabel> {
  readonly quantiles: readonly number[];
}

/** Facts as labels with the value 1, e.g. the version that runs. */
export interface Info extends Instrument<string> {
  /** Replaces the labels. */
  set(labels: Readonly<Record<string, LabelValue>>): void;
}

export interface MetricOptions<TLabel extends string = never> {
  /** Label names, in the order of positional values. */
  labels?: readonly TLabel[] | undefined;
  /** Unit of OpenMetrics, e.g. `seconds`; the name must end in it. */
  unit?: string | undefined;
  /** Most series, see `RegistryOptions.maxSeries`. */
  maxSeries?: number | undefined;
  /** Forgets a series that was not updated for so long. Never, unless given. */
  ttlMs?: number | undefined;
  /** Called before each exposition, to set values that are only looked up then. */
  collect?: (() => void | Promise<void>) | undefined;
  /** Remember the sampled span of an update as OpenMetrics exemplar. Default: histograms yes, counters no. */
  exemplars?: boolean | undefined;
}

export interface GaugeOptions<TLabel extends string = never> extends MetricOptions<TLabel> {
  /** Default `sum`. */
  aggregate?: GaugeAggregation | undefined;
}

export interface HistogramOptions<TLabel extends string = never> extends MetricOptions<TLabel> {
  /** Upper bounds, ascending; +Inf is added. Default: those of Prometheus' libraries, 5 ms to 10 s. */
  buckets?: readonly number[] | undefined;
}

export interface SummaryOptions<TLabel extends string = never> extends MetricOptions<TLabel> {
  /** Default 0.5, 0.9, 0.95, 0.99. */
  quantiles?: readonly number[] | undefined;
  /** Length of the sliding window. Default 600 s. */
  maxAgeSeconds?: number | undefined;
  /** In how many steps the window slides. Default 5. */
  ageBuckets?: number | undefined;
}
