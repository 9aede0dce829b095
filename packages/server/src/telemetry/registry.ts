/**
 * Instruments of the server itself. One registry is made in `app/` and handed down: there is no global one. Each domain folder
 * has a `metrics.ts` that makes its instruments from it. Names: `sightline_<area>_<thing>_<unit>[_total]`.
 * Label values come only from small fixed sets. The SDK does the work (create-registry.ts).
 */
export type LabelValues = Readonly<Record<string, string>>;

export interface Counter {
  inc(by?: number): void;
  /** What was counted through this object. */
  readonly value: number;
}

export interface Gauge {
  set(value: number): void;
  inc(by?: number): void;
  dec(by?: number): void;
}

export interface Histogram {
  observe(value: number): void;
}

export interface InstrumentOptions {
  readonly name: string;
  readonly help: string;
}

/** Series of one instrument, by label values. `labels` makes the series when it is new and keeps it at zero until used. */
export interface Family<TInstrument> {
  labels(values: LabelValues): TInstrument;
  /** Forgets one series (an object that went away). */
  remove(values: LabelValues): void;
}

export interface MetricsRegistry {
  counter(options: InstrumentOptions): Counter;
  counterFamily(options: InstrumentOptions & { labelNames: readonly string[] }): Family<Counter>;
  gauge(options: InstrumentOptions): Gauge;
  gaugeFamily(options: InstrumentOptions & { labelNames: readonly string[] }): Family<Gauge>;
  histogram(options: InstrumentOptions & { buckets: readonly number[] }): Histogram;
  histogramFamily(
    options: InstrumentOptions & { labelNames: readonly string[]; buckets: readonly number[] },
  ): Family<Histogram>;
  /** Called before each rendering, to read gauges that are cheaper to sample than to keep. */
  onCollect(collect: () => void): void;
  /** The exposition: Prometheus 0.0.4, or OpenMetrics 1.0. */
  render(format: 'text' | 'openmetrics'): Promise<Buffer>;
}
