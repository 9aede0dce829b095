/**
 * The registry of the server's own instruments and their exposition text: Prometheus 0.0.4 and OpenMetrics 1.0
 * (prometheus.io/docs/instrumenting/exposition_formats, openmetrics.io). No sample carries a timestamp.
 */
import { formatFloatG } from '@sightline/model';
import type { Counter, Family, Gauge, Histogram, InstrumentOptions, LabelValues, MetricsRegistry } from './registry.ts';

type Kind = 'counter' | 'gauge' | 'histogram';

/** A way to hold one series that can print itself. */
interface Series {
  write(out: string[], name: string, labels: string): void;
}

interface FamilyState {
  readonly name: string;
  readonly help: string;
  readonly kind: Kind;
  /** By label text (`a="x",b="y"`), '' for an instrument without labels. */
  readonly series: Map<string, Series>;
}

/** A family that grows past this has a label value that is not from a small fixed set. */
const MAX_SERIES = 10_000;

export function createMetricsRegistry(): MetricsRegistry {
  return new TextRegistry();
}

class TextRegistry implements MetricsRegistry {
  readonly #families = new Map<string, FamilyState>();
  readonly #collectors: (() => void)[] = [];

  counter(options: InstrumentOptions): Counter {
    return this.#single(options, 'counter', new CounterSeries());
  }

  counterFamily(options: InstrumentOptions & { labelNames: readonly string[] }): Family<Counter> {
    return new LabelledFamily(this.#family(options, 'counter'), options.labelNames, () => new CounterSeries());
  }

  gauge(options: InstrumentOptions): Gauge {
    return this.#single(options, 'gauge', new GaugeSeries());
  }

  gaugeFamily(options: InstrumentOptions & { labelNames: readonly string[] }): Family<Gauge> {
    return new LabelledFamily(this.#family(options, 'gauge'), options.labelNames, () => new GaugeSeries());
  }

  histogram(options: InstrumentOptions & { buckets: readonly number[] }): Histogram {
    return this.#single(options, 'histogram', new HistogramSeries(options.buckets));
  }

  histogramFamily(
    options: InstrumentOptions & { labelNames: readonly string[]; buckets: readonly number[] },
  ): Family<Histogram> {
    const create = () => new HistogramSeries(options.buckets);
    return new LabelledFamily(this.#family(options, 'histogram'), options.labelNames, create);
  }

  onCollect(collect: () => void): void {
    this.#collectors.push(collect);
  }

  render(format: 'text' | 'openmetrics'): string {
    for (const collect of this.#collectors) collect();
    const out: string[] = [];
    for (const family of [...this.#families.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (family.series.size > 0) writeFamily(out, family, format);
    }
    if (format === 'openmetrics') out.push('# EOF\n');
    return out.join('');
  }

  #single<TSeries extends Series>(options: InstrumentOptions, kind: Kind, series: TSeries): TSeries {
    this.#family(options, kind).series.set('', series);
    return series;
  }

  #family(options: InstrumentOptions, kind: Kind): FamilyState {
    const { name, help } = options;
    if (this.#families.has(name)) throw new Error(`metric ${name} is registered twice`);
    if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name)) throw new Error(`${name} is not a metric name`);
    if (kind === 'counter' && !name.endsWith('_total')) throw new Error(`counter ${name} must end in _total`);
    const family: FamilyState = { name, help, kind, series: new Map() };
    this.#families.set(name, family);
    return family;
  }
}

class LabelledFamily<TInstrument> implements Family<TInstrument> {
  readonly #state: FamilyState;
  readonly #labelNames: readonly string[];
  readonly #create: () => TInstrument & Series;

  constructor(state: FamilyState, labelNames: readonly string[], create: () => TInstrument & Series) {
    this.#state = state;
    this.#labelNames = labelNames;
    this.#create = create;
  }

  labels(values: LabelValues): TInstrument {
    const key = this.#key(values);
    const found = this.#state.series.get(key);
    if (found !== undefined) return found as TInstrument & Series;
    if (this.#state.series.size >= MAX_SERIES) {
      throw new Error(`metric ${this.#state.name} has more than ${MAX_SERIES} series`);
    }
    const series = this.#create();
    this.#state.series.set(key, series);
    return series;
  }

  remove(values: LabelValues): void {
    this.#state.series.delete(this.#key(values));
  }

  #key(values: LabelValues): string {
    const parts: string[] = [];
    for (const name of this.#labelNames) {
      const value = values[name];
      if (value === undefined) throw new Error(`metric ${this.#state.name} needs the label ${name}`);
      parts.push(`${name}="${escapeLabelValue(value)}"`);
    }
    return parts.join(',');
  }
}

class CounterSeries implements Counter, Series {
  value = 0;

  inc(by = 1): void {
    if (!(by >= 0)) throw new Error(`a counter cannot rise by ${by}`);
    this.value += by;
  }

  write(out: string[], name: string, labels: string): void {
    out.push(sampleLine(name, labels, this.value));
  }
}

class GaugeSeries implements Gauge, Series {
  #value = 0;

  set(value: number): void {
    this.#value = value;
  }

  inc(by = 1): void {
    this.#value += by;
  }

  dec(by = 1): void {
    this.#value -= by;
  }

  write(out: string[], name: string, labels: string): void {
    out.push(sampleLine(name, labels, this.#value));
  }
}

class HistogramSeries implements Histogram, Series {
  readonly #bounds: readonly number[];
  readonly #counts: Float64Array;
  #sum = 0;
  #count = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length);
  }

  observe(value: number): void {
    this.#sum += value;
    this.#count++;
    for (let i = 0; i < this.#bounds.length; i++) {
      if (value <= (this.#bounds[i] as number)) {
        this.#counts[i] = (this.#counts[i] as number) + 1;
        return;
      }
    }
  }

  write(out: string[], name: string, labels: string): void {
    const head = labels === '' ? '' : `${labels},`;
    let below = 0;
    this.#bounds.forEach((bound, i) => {
      below += this.#counts[i] as number;
      out.push(sampleLine(`${name}_bucket`, `${head}le="${formatBound(bound)}"`, below));
    });
    out.push(sampleLine(`${name}_bucket`, `${head}le="+Inf"`, this.#count));
    out.push(sampleLine(`${name}_sum`, labels, this.#sum));
    out.push(sampleLine(`${name}_count`, labels, this.#count));
  }
}

function writeFamily(out: string[], family: FamilyState, format: 'text' | 'openmetrics'): void {
  const isOpenMetrics = format === 'openmetrics';
  const header = isOpenMetrics && family.kind === 'counter' ? family.name.slice(0, -'_total'.length) : family.name;
  out.push(`# HELP ${header} ${isOpenMetrics ? escapeLabelValue(family.help) : escapeHelp(family.help)}\n`);
  out.push(`# TYPE ${header} ${family.kind}\n`);
  for (const [labels, series] of family.series) series.write(out, family.name, labels);
}

function sampleLine(name: string, labels: string, value: number): string {
  return labels === '' ? `${name} ${formatFloatG(value)}\n` : `${name}{${labels}} ${formatFloatG(value)}\n`;
}

/** OpenMetrics wants floats in canonical form, so that `le` is the same label in both formats. */
function formatBound(bound: number): string {
  const text = formatFloatG(bound);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function escapeLabelValue(text: string): string {
  return text.replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`));
}

function escapeHelp(text: string): string {
  return text.replace(/[\\\n]/g, (char) => (char === '\n' ? '\\n' : '\\\\'));
}
