/**
 * The metrics of a service: makes them, or gives the one that is there, and exposes all of them.
 *
 * @example
 * const registry = new Registry();
 * const requests = registry.counter('requests_total', 'Requests served', { labels: ['method', 'status'] });
 * requests.inc({ method: 'GET', status: 200 });
 * const { contentType, body } = await registry.render({ accept: request.headers.accept });
 */
import { Losses } from '../lib/losses.ts';
import { Notices } from '../lib/notices.ts';
import { ObserveError } from '../lib/problems.ts';
import { Adopted, type PromRegistry } from './adopted.ts';
import { Catalogue, type Definition } from './catalogue.ts';
import { type Collect, Collectors } from './collecting.ts';
import { CounterFamily } from './counter.ts';
import { type Exposition, expose, type RenderOptions } from './exposition.ts';
import type { Family, FamilyContext, FamilyDefinition } from './family.ts';
import { GaugeFamily, InfoFamily } from './gauge.ts';
import { checkBuckets, HistogramFamily } from './histogram.ts';
import { familyJson, type MetricJson } from './json-format.ts';
import { checkNames, labelPairs, labelText } from './names.ts';
import { NoopInstrument } from './noop.ts';
import { checkSummary, SummaryFamily } from './summary.ts';
import type {
  Counter,
  Gauge,
  GaugeOptions,
  Histogram,
  HistogramOptions,
  Info,
  LabelValue,
  MetricOptions,
  Summary,
  SummaryOptions,
} from './types.ts';

export interface RegistryOptions {
  /** False makes every instrument do nothing and the exposition empty. */
  enabled?: boolean | undefined;
  /** Labels on every series, e.g. `{ team: 'shop' }`. */
  labels?: Readonly<Record<string, LabelValue>> | undefined;
  /** Most series of one metric, unless its own `maxSeries` says otherwise. Default 10,000. */
  maxSeries?: number | undefined;
  /** Other names for metrics, by the name in code: keeps dashboards working while a team moves. */
  rename?: Readonly<Record<string, string>> | undefined;
  /** Adds `_created` series to the OpenMetrics exposition. Default false: they double the series of most servers. */
  created?: boolean | undefined;
  /**
   * False always gives text 0.0.4. OpenMetrics writes `le="1.0"` where text has `le="1"`; Prometheus before 3 keeps them apart, and
   * asks for OpenMetrics when it may. Default true.
   */
  openMetrics?: boolean | undefined;
  /** What the SDK lost, exposed as `sightline_sdk_dropped_total`. */
  losses?: Losses | undefined;
  notices?: Notices | undefined;
}

interface RegistryInternals {
  readonly families: readonly Family[];
  readonly constant: Readonly<Record<string, string>>;
  readonly context: FamilyContext;
}

type LabelObject = Readonly<Record<string, LabelValue>>;

const DEFAULT_MAX_SERIES = 10_000;

export class Registry {
  readonly enabled: boolean;
  readonly #takesOpenMetrics: boolean;
  readonly #catalogue: Catalogue;
  readonly #context: FamilyContext;
  readonly #collectors: Collectors;
  readonly #constant: Readonly<Record<string, string>>;
  readonly #adopted = new Map<PromRegistry, Adopted>();

  constructor(options: RegistryOptions = {}) {
    this.#takesOpenMetrics = options.openMetrics ?? true;
    this.enabled = options.enabled ?? true;
    const names = Object.keys(options.labels ?? {});
    const values = names.map((name) => labelText(options.labels?.[name]));
    checkNames('labels_of_the_registry', names, undefined);
    this.#constant = Object.fromEntries(names.map((name, at) => [name, values[at] ?? '']));
    this.#context = {
      losses: options.losses ?? new Losses(),
      notices: options.notices ?? new Notices(),
      constantPairs: labelPairs(names, values),
      clock: { epoch: 0 },
      keepsCreated: options.created ?? false,
    };
    this.#catalogue = new Catalogue(options.rename ?? {}, options.maxSeries ?? DEFAULT_MAX_SERIES);
    this.#collectors = new Collectors(this.#context.losses, this.#context.notices);
  }

  /** The counter of this name, made when there is none. Throws an ObserveError when the name is another definition's. */
  counter<const TLabel extends string = never>(
    name: string,
    help: string,
    options: MetricOptions<TLabel> = {},
  ): Counter<TLabel> {
    const make = (definition: FamilyDefinition) => new CounterFamily(definition, this.#context);
    return this.#define({ type: 'counter', name, help, options, lines: '', make }) as Counter<TLabel>;
  }

  /** The gauge of this name, as `counter`. */
  gauge<const TLabel extends string = never>(
    name: string,
    help: string,
    options: GaugeOptions<TLabel> = {},
  ): Gauge<TLabel> {
    const make = (definition: FamilyDefinition) => new GaugeFamily(definition, this.#context);
    return this.#define({ type: 'gauge', name, help, options, lines: '', make }) as Gauge<TLabel>;
  }

  /** The histogram of this name, as `counter`; its buckets must be the same too. */
  histogram<const TLabel extends string = never>(
    name: string,
    help: string,
    options: HistogramOptions<TLabel> = {},
  ): Histogram<TLabel> {
    const bounds = checkBuckets(name, options.buckets);
    const make = (definition: FamilyDefinition) => new HistogramFamily(definition, bounds, this.#context);
    return this.#define({ type: 'histogram', name, help, options, lines: bounds.join(), make }) as Histogram<TLabel>;
  }

  /** The summary of this name, as `counter`. */
  summary<const TLabel extends string = never>(
    name: string,
    help: string,
    options: SummaryOptions<TLabel> = {},
  ): Summary<TLabel> {
    const window = checkSummary(name, options);
    const make = (definition: FamilyDefinition) => new SummaryFamily(definition, window, this.#context);
    return this.#define({
      type: 'summary',
      name,
      help,
      options,
      lines: window.quantiles.join(),
      make,
    }) as Summary<TLabel>;
  }

  /** Facts about the service as labels, with the value 1. @param name Ends in `_info`. */
  info(name: string, help: string, labels: LabelObject): Info {
    const make = (definition: FamilyDefinition) => new InfoFamily(definition, this.#context);
    const options = { labels: Object.keys(labels) };
    const info = this.#define({ type: 'info', name, help, options, lines: '', make }) as Info;
    info.set(labels);
    return info;
  }

  /** Adds to a counter that need not be defined before; its labels are those of the first call. Never throws. */
  incrementCounter(name: string, options: { labels?: LabelObject | undefined; value?: number | undefined } = {}): void {
    const { labels = {}, value } = options;
    const counter = this.#adHoc(name, 'counter', () => this.counter(name, name, { labels: Object.keys(labels) }));
    (counter as CounterFamily | undefined)?.inc(labels, value);
  }

  /** Sets a gauge that need not be defined before. Never throws. */
  setGauge(name: string, value: number, labels: LabelObject = {}): void {
    const gauge = this.#adHoc(name, 'gauge', () => this.gauge(name, name, { labels: Object.keys(labels) }));
    (gauge as GaugeFamily | undefined)?.set(labels, value);
  }

  /** Observes in a histogram that need not be defined before, with the default buckets. Never throws. */
  observe(name: string, value: number, labels: LabelObject = {}): void {
    const histogram = this.#adHoc(name, 'histogram', () => this.histogram(name, name, { labels: Object.keys(labels) }));
    (histogram as HistogramFamily | undefined)?.observe(labels, value);
  }

  /**
   * Calls `collect` before each exposition, to set values that are only looked up then. It may be asynchronous; one that
   * fails or hangs never fails the scrape.
   *
   * @returns Ends it.
   */
  onCollect(collect: Collect): () => void {
    return this.#collectors.add(collect);
  }

  /** Looks up what is looked up before an exposition; `render` does it itself. */
  async collect(): Promise<void> {
    if (!this.enabled) return;
    await this.#collectors.run();
    const now = Date.now();
    for (const family of this.#catalogue.families) family.sweep(now);
    for (const { signal, reason, count } of this.#context.losses.all())
      this.#lost().setTotal({ signal, reason }, count);
  }

  /** The exposition of all metrics, after `collect()`. */
  async render(options: RenderOptions = {}): Promise<Exposition> {
    await this.collect();
    const how = this.#takesOpenMetrics ? options : { ...options, accept: undefined };
    return expose(this.#catalogue.families, [...this.#adopted.values()], this.#context.clock, how);
  }

  /** All metrics as they are now, in prom-client's JSON shape; call `collect()` before to look values up. */
  toJSON(): MetricJson[] {
    const now = Date.now();
    const own = this.#catalogue.families.map((family) => familyJson(family, this.#constant, now));
    const names = new Set(own.map((metric) => metric.name));
    const theirs = [...this.#adopted.values()].flatMap(({ metrics }) => metrics).filter(({ name }) => !names.has(name));
    return [...own, ...(theirs as unknown as MetricJson[])];
  }

  /** One metric as JSON; undefined when there is none of this name. */
  metricJson(name: string): MetricJson | undefined {
    const family = this.#catalogue.find(name);
    return family === undefined ? undefined : familyJson(family, this.#constant, Date.now());
  }

  /** A metric by the name it is exposed under. */
  get(name: string): Pick<Counter, 'name' | 'help' | 'type' | 'labelNames' | 'size' | 'reset'> | undefined {
    return this.#catalogue.find(name);
  }

  /**
   * Exposes the metrics of a prom-client registry too. Where both have a metric of one name, ours is exposed.
   *
   * @example registry.adopt(promClient.register);
   * @returns Ends it.
   */
  adopt(source: PromRegistry): () => void {
    const adopted = new Adopted(source, this.#context.notices);
    this.#adopted.set(source, adopted);
    const stop = this.onCollect(() => adopted.collect());
    return () => {
      stop();
      this.#adopted.delete(source);
    };
  }

  /** For the parts of this folder: the metrics, and the labels that all of them have. */
  get internals(): RegistryInternals {
    return { families: this.#catalogue.families, constant: this.#constant, context: this.#context };
  }

  /** Takes a metric out of the exposition. @returns False when there was none. */
  removeMetric(name: string): boolean {
    return this.#catalogue.remove(name);
  }

  /** Forgets all values; the metrics stay. */
  reset(): void {
    for (const family of this.#catalogue.families) family.reset();
  }

  /** Forgets all metrics, collectors and adopted registries. Instruments that somebody holds are no longer exposed. */
  clear(): void {
    this.#catalogue.clear();
    this.#collectors.clear();
    this.#adopted.clear();
  }

  #define(wanted: Definition): unknown {
    const { type, name, help, options } = wanted;
    if (!this.enabled) return new NoopInstrument(type, name, help, options.labels ?? []);
    const { family, isNew } = this.#catalogue.define(wanted);
    if (isNew && options.collect !== undefined) this.#collectors.add(options.collect);
    return family;
  }

  #lost(): CounterFamily {
    const labels = ['signal', 'reason'] as const;
    const lost = this.counter('sightline_sdk_dropped_total', 'What the SDK had to give up, by signal and reason', {
      labels,
    });
    return lost as unknown as CounterFamily;
  }

  /** The metric of a name of one type, made by the first call; undefined, and counted, when that can't be. */
  #adHoc(name: string, type: Family['type'], make: () => unknown): unknown {
    const known = this.#catalogue.findInCode(name);
    if (known !== undefined && known.type === type) return known;
    try {
      return make();
    } catch (error) {
      if (!(error instanceof ObserveError)) throw error;
      this.#context.losses.add('metrics', 'invalid_metric');
      this.#context.notices.tell(`metric-ad-hoc:${String(name).slice(0, 100)}`, error.message);
      return undefined;
    }
  }
}
