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
import { type Collect, Collectors } from './collecting.ts';
import { CounterFamily } from './counter.ts';
import type { Family, FamilyContext, FamilyDefinition } from './family.ts';
import { GaugeFamily, InfoFamily } from './gauge.ts';
import { checkBuckets, HistogramFamily } from './histogram.ts';
import { checkNames, labelPairs, labelText } from './names.ts';
import { negotiate, OPENMETRICS_TYPE, TEXT_TYPE } from './negotiation.ts';
import { type OpenExposed, openFamilyName, writeOpenMetrics } from './openmetrics-format.ts';
import { Output } from './output.ts';
import { Pace } from './pace.ts';
import { refreshAll, writeText } from './text-format.ts';
import type {
  Counter,
  Gauge,
  GaugeOptions,
  Histogram,
  HistogramOptions,
  Info,
  LabelValue,
  MetricOptions,
  MetricType,
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
  /** What the SDK lost, exposed as `sightline_sdk_dropped_total`. */
  losses?: Losses | undefined;
  notices?: Notices | undefined;
}

export interface RenderOptions {
  /** Accept header of the client: OpenMetrics 1.0 when it asks for it, text 0.0.4 otherwise. */
  accept?: string | undefined;
}

/** An exposition. The body is the caller's. */
export interface Exposition {
  readonly contentType: string;
  readonly body: Buffer;
}

const DEFAULT_MAX_SERIES = 10_000;

export class Registry {
  readonly enabled: boolean;
  readonly #families = new Map<string, Family>();
  readonly #rename: ReadonlyMap<string, string>;
  readonly #maxSeries: number;
  readonly #context: FamilyContext;
  readonly #collectors: Collectors;

  constructor(options: RegistryOptions = {}) {
    this.enabled = options.enabled ?? true;
    this.#rename = new Map(Object.entries(options.rename ?? {}));
    this.#maxSeries = options.maxSeries ?? DEFAULT_MAX_SERIES;
    const names = Object.keys(options.labels ?? {});
    checkNames('labels_of_the_registry', names, undefined);
    this.#context = {
      losses: options.losses ?? new Losses(),
      notices: options.notices ?? new Notices(),
      constantPairs: labelPairs(
        names,
        names.map((name) => labelText(options.labels?.[name])),
      ),
      clock: { epoch: 0 },
      keepsCreated: options.created ?? false,
    };
    this.#collectors = new Collectors(this.#context.losses, this.#context.notices);
  }

  /** The counter of this name, made when there is none. Throws an ObserveError when the name is another definition's. */
  counter<const TLabel extends string = never>(
    name: string,
    help: string,
    options: MetricOptions<TLabel> = {},
  ): Counter<TLabel> {
    const make = (definition: FamilyDefinition) => new CounterFamily(definition, this.#context);
    return this.#define('counter', name, help, options, make) as unknown as Counter<TLabel>;
  }

  gauge<const TLabel extends string = never>(
    name: string,
    help: string,
    options: GaugeOptions<TLabel> = {},
  ): Gauge<TLabel> {
    const make = (definition: FamilyDefinition) => new GaugeFamily(definition, this.#context);
    return this.#define('gauge', name, help, options, make) as unknown as Gauge<TLabel>;
  }

  histogram<const TLabel extends string = never>(
    name: string,
    help: string,
    options: HistogramOptions<TLabel> = {},
  ): Histogram<TLabel> {
    const bounds = checkBuckets(name, options.buckets);
    const make = (definition: FamilyDefinition) => new HistogramFamily(definition, bounds, this.#context);
    const family = this.#define('histogram', name, help, options, make) as HistogramFamily;
    if (family.buckets.join() !== bounds.join()) throw mismatch(name, 'buckets', family.buckets.join(), bounds.join());
    return family as unknown as Histogram<TLabel>;
  }

  /** Facts about the service as labels, with the value 1. @param name Ends in `_info`. */
  info(name: string, help: string, labels: Readonly<Record<string, LabelValue>>): Info {
    const make = (definition: FamilyDefinition) => new InfoFamily(definition, this.#context);
    const family = this.#define('info', name, help, { labels: Object.keys(labels) }, make) as InfoFamily;
    family.set(labels);
    return family as unknown as Info;
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

  /** The exposition of all metrics. */
  async render(options: RenderOptions = {}): Promise<Exposition> {
    const isOpen = negotiate(options.accept) === 'openmetrics';
    await this.#collectors.run();
    const pace = new Pace();
    const families = [...this.#families.values()];
    const out = new Output(await refreshAll(families, pace));
    if (isOpen) {
      this.#context.clock.epoch++;
      await writeOpenMetrics(this.#openExposed(families), out, pace);
      out.text('# EOF\n');
    } else await writeText(families, out, pace);
    return { contentType: isOpen ? OPENMETRICS_TYPE : TEXT_TYPE, body: out.done() };
  }

  /** Forgets all values; the metrics stay. */
  reset(): void {
    for (const family of this.#families.values()) family.reset();
  }

  /** Forgets all metrics. Instruments that somebody holds go on without being exposed. */
  clear(): void {
    this.#families.clear();
  }

  #openExposed(families: readonly Family[]): OpenExposed[] {
    const names = new Set(families.map((family) => family.name));
    return families.map((family) => {
      const { name, help, type, chunks, size } = family;
      const short = openFamilyName(name, type);
      const isShadowed = short !== name && names.has(short);
      return { name, help, type, chunks, size, unit: family.definition.unit, isShadowed };
    });
  }

  #define(
    type: MetricType,
    codeName: string,
    help: string,
    options: GaugeOptions<string>,
    make: (definition: FamilyDefinition) => Family,
  ): Family {
    const name = this.#rename.get(codeName) ?? codeName;
    const labelNames = [...(options.labels ?? [])];
    const known = this.#families.get(name);
    if (known !== undefined) {
      if (known.type !== type) throw mismatch(name, 'type', known.type, type);
      if (known.labelNames.join() !== labelNames.join())
        throw mismatch(name, 'labels', known.labelNames.join(', '), labelNames.join(', '));
      return known;
    }
    const reserved = type === 'histogram' ? 'le' : type === 'summary' ? 'quantile' : undefined;
    checkNames(name, labelNames, reserved);
    const family = make({
      name,
      help,
      labelNames,
      unit: options.unit,
      maxSeries: options.maxSeries ?? this.#maxSeries,
      ttlMs: options.ttlMs,
      aggregate: options.aggregate ?? 'sum',
      hasExemplars: options.exemplars ?? type === 'histogram',
    });
    this.#families.set(name, family);
    if (options.collect !== undefined) this.#collectors.add(options.collect);
    return family;
  }
}

function mismatch(name: string, what: string, known: string, wanted: string): ObserveError {
  return new ObserveError(
    'metric_mismatch',
    `metric ${name} is there already with the ${what} (${known}) and can't be had with (${wanted}): ` +
      'define it once, or give one of the two another name',
  );
}
