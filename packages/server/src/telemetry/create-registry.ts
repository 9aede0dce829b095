/**
 * The server's own instruments on the SDK's registry: the server is one of the services that the SDK observes. This file only
 * brings the two ways of asking together (families here, label handles there).
 */
import { Registry } from '@sightline/sdk';
import type { Counter, Family, Gauge, Histogram, InstrumentOptions, LabelValues, MetricsRegistry } from './registry.ts';

export function createMetricsRegistry(): MetricsRegistry {
  return new SdkRegistry();
}

const ACCEPT = { text: 'text/plain', openmetrics: 'application/openmetrics-text; version=1.0.0' };

class SdkRegistry implements MetricsRegistry {
  readonly #registry = new Registry();
  readonly #names = new Set<string>();

  counter(options: InstrumentOptions): Counter {
    return this.counterFamily({ ...options, labelNames: [] }).labels({});
  }

  counterFamily(options: InstrumentOptions & { labelNames: readonly string[] }): Family<Counter> {
    if (!options.name.endsWith('_total')) throw new Error(`counter ${options.name} must end in _total`);
    const { name, help, labels } = this.#define(options);
    return new HandleFamily(this.#registry.counter(name, help, { labels }), (handle) => new CountingHandle(handle));
  }

  gauge(options: InstrumentOptions): Gauge {
    return this.gaugeFamily({ ...options, labelNames: [] }).labels({});
  }

  gaugeFamily(options: InstrumentOptions & { labelNames: readonly string[] }): Family<Gauge> {
    const { name, help, labels } = this.#define(options);
    return new HandleFamily(this.#registry.gauge(name, help, { labels }), (handle): Gauge => handle);
  }

  histogram(options: InstrumentOptions & { buckets: readonly number[] }): Histogram {
    return this.histogramFamily({ ...options, labelNames: [] }).labels({});
  }

  histogramFamily(
    options: InstrumentOptions & { labelNames: readonly string[]; buckets: readonly number[] },
  ): Family<Histogram> {
    const { name, help, labels } = this.#define(options);
    const { buckets } = options;
    return new HandleFamily(this.#registry.histogram(name, help, { labels, buckets }), (handle): Histogram => handle);
  }

  onCollect(collect: () => void): void {
    this.#registry.onCollect(collect);
  }

  async render(format: 'text' | 'openmetrics'): Promise<Buffer> {
    return (await this.#registry.render({ accept: ACCEPT[format] })).body;
  }

  /** Each instrument of the server has one owner: a second one of its name is a mistake. */
  #define(options: InstrumentOptions & { labelNames: readonly string[] }) {
    const { name, help, labelNames } = options;
    if (this.#names.has(name)) throw new Error(`metric ${name} is registered twice`);
    this.#names.add(name);
    return { name, help, labels: [...labelNames] };
  }
}

interface Labelled<THandle> {
  readonly name: string;
  readonly labelNames: readonly string[];
  labels(values: LabelValues): THandle;
  remove(values: LabelValues): boolean;
}

class HandleFamily<THandle, TInstrument> implements Family<TInstrument> {
  readonly #family: Labelled<THandle>;
  readonly #wrap: (handle: THandle) => TInstrument;

  constructor(family: Labelled<THandle>, wrap: (handle: THandle) => TInstrument) {
    this.#family = family;
    this.#wrap = wrap;
  }

  labels(values: LabelValues): TInstrument {
    for (const name of this.#family.labelNames) {
      if (values[name] === undefined) throw new Error(`metric ${this.#family.name} needs the label ${name}`);
    }
    return this.#wrap(this.#family.labels(values));
  }

  remove(values: LabelValues): void {
    this.#family.remove(values);
  }
}

/** A counter that also tells what it counted, for those who follow the total of somebody else. */
class CountingHandle implements Counter {
  value = 0;
  readonly #handle: { inc(by?: number): void };

  constructor(handle: { inc(by?: number): void }) {
    this.#handle = handle;
  }

  inc(by = 1): void {
    if (!(by >= 0)) throw new Error(`a counter cannot rise by ${by}`);
    this.value += by;
    this.#handle.inc(by);
  }
}
