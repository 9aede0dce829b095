/** Which metrics a registry has, by name, and what a definition must be so that all of them can be exposed together. */
import { ObserveError } from '../lib/problems.ts';
import type { Family, FamilyDefinition } from './family.ts';
import { checkNames } from './names.ts';
import type { GaugeOptions, MetricType } from './types.ts';

const RESERVED: Partial<Record<MetricType, string>> = { histogram: 'le', summary: 'quantile' };

/** What a caller asks for. */
export interface Definition {
  readonly type: MetricType;
  /** Name in code, before renaming. */
  readonly name: string;
  readonly help: string;
  readonly options: GaugeOptions<string>;
  /** Buckets or quantiles as text. */
  readonly lines: string;
  readonly make: (definition: FamilyDefinition) => Family;
}

export class Catalogue {
  readonly #byName = new Map<string, Family>();
  /** Names of all samples and whose they are. */
  readonly #samples = new Map<string, string>();
  readonly #rename: ReadonlyMap<string, string>;
  readonly #maxSeries: number;

  constructor(rename: Readonly<Record<string, string>>, maxSeries: number) {
    this.#rename = new Map(Object.entries(rename));
    this.#maxSeries = maxSeries;
  }

  get families(): Family[] {
    return [...this.#byName.values()];
  }

  find(name: string): Family | undefined {
    return this.#byName.get(name);
  }

  /** A metric by the name it has in code. */
  findInCode(codeName: string): Family | undefined {
    return this.#byName.get(this.#rename.get(codeName) ?? codeName);
  }

  /** The metric of this name if its definition is the same, else a new one. */
  define(wanted: Definition): { family: Family; isNew: boolean } {
    const { type, options, lines } = wanted;
    const name = this.#rename.get(wanted.name) ?? wanted.name;
    const labelNames = [...(options.labels ?? [])];
    const known = this.#byName.get(name);
    if (known !== undefined) {
      checkSame(known, 'type', known.type, type);
      checkSame(known, 'labels', known.labelNames.join(', '), labelNames.join(', '));
      checkSame(known, type === 'summary' ? 'quantiles' : 'buckets', known.definition.lines, lines);
      return { family: known, isNew: false };
    }
    checkNames(name, labelNames, RESERVED[type]);
    checkUnit(name, type, options.unit);
    checkLimits(name, options);
    const family = wanted.make({
      name,
      help: String(wanted.help),
      labelNames,
      lines,
      unit: options.unit,
      maxSeries: options.maxSeries ?? this.#maxSeries,
      ttlMs: options.ttlMs,
      aggregate: options.aggregate ?? 'sum',
      hasExemplars: options.exemplars ?? type === 'histogram',
    });
    this.#claim(family);
    this.#byName.set(name, family);
    return { family, isNew: true };
  }

  remove(name: string): boolean {
    for (const [sample, owner] of this.#samples) if (owner === name) this.#samples.delete(sample);
    return this.#byName.delete(name);
  }

  clear(): void {
    this.#byName.clear();
    this.#samples.clear();
  }

  #claim(family: Family): void {
    const samples = new Set(family.shape.lines.map(({ suffix }) => family.name + suffix)).add(family.name);
    for (const sample of samples) {
      const owner = this.#samples.get(sample);
      if (owner === undefined) continue;
      throw new ObserveError(
        'metric_mismatch',
        `metric ${family.name} would write samples named ${sample}, which metric ${owner} writes: give one another name`,
      );
    }
    for (const sample of samples) this.#samples.set(sample, family.name);
  }
}

function checkUnit(name: string, type: MetricType, unit: string | undefined): void {
  const wrong = (message: string) => new ObserveError('invalid_metric', `metric ${JSON.stringify(name)}: ${message}`);
  if (type === 'info' && !name.endsWith('_info')) throw wrong('the name of an info ends in _info');
  if (unit !== undefined && !name.replace(/_total$/, '').endsWith(`_${unit}`))
    throw wrong(`its unit is ${unit}, so its name must end in _${unit}${type === 'counter' ? '_total' : ''}`);
}

function checkLimits(name: string, { maxSeries, ttlMs }: GaugeOptions<string>): void {
  const wrong = (message: string) => new ObserveError('invalid_metric', `metric ${JSON.stringify(name)}: ${message}`);
  if (maxSeries !== undefined && !(Number.isInteger(maxSeries) && maxSeries > 0))
    throw wrong(`maxSeries is ${maxSeries}: it must be a whole number above 0`);
  if (ttlMs !== undefined && !(ttlMs > 0)) throw wrong(`ttlMs is ${ttlMs}: it must be milliseconds above 0`);
}

function checkSame(known: Family, what: string, has: string, wanted: string): void {
  if (has === wanted) return;
  throw new ObserveError(
    'metric_mismatch',
    `metric ${known.name} is there already with the ${what} (${has}) and can't be had with (${wanted}): ` +
      'define it once, or give one of the two another name',
  );
}
