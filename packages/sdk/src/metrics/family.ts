/**
 * All series of one metric. Label values lead to a series through nested maps, one level for each label, without a key text;
 * what is stored for a series is a number, its place in the chunks.
 */
import type { Losses } from '../lib/losses.ts';
import type { Notices } from '../lib/notices.ts';
import { type Bound, Chunk, type ChunkOwner, LIVE, TOUCHED, UPDATED } from './chunk.ts';
import type { ExemplarClock } from './exemplar.ts';
import { labelText } from './names.ts';
import type { Shape } from './shape.ts';
import type { GaugeAggregation, LabelValue, MetricType } from './types.ts';

/** Lines of a chunk: 512 lines of about 110 bytes are a block below 64 KB. */
const LINES_PER_CHUNK = 512;
const OVERFLOW = 'overflow';
const SWEEP_AT_LIMIT_MS = 1000;

/** What a registry gives to all its metrics. */
export interface FamilyContext {
  readonly losses: Losses;
  readonly notices: Notices;
  readonly constantPairs: string;
  readonly clock: ExemplarClock;
  readonly keepsCreated: boolean;
}

export interface FamilyDefinition {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  /** Buckets or quantiles as text: two definitions of one name must agree on them. */
  readonly lines: string;
  readonly unit: string | undefined;
  readonly maxSeries: number;
  readonly ttlMs: number | undefined;
  readonly aggregate: GaugeAggregation;
  readonly hasExemplars: boolean;
}

/** A series that was made, or removed when it has no label values. */
export type SeriesEvent = readonly [series: number, labelValues: readonly string[] | undefined];

interface Node extends Map<string, Node | number> {}

type LabelObject = Readonly<Record<string, LabelValue>>;

export class Family implements ChunkOwner {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  readonly labelNames: readonly string[];
  readonly definition: FamilyDefinition;
  readonly shape: Shape;
  readonly constantPairs: string;
  readonly context: FamilyContext;
  readonly hasExemplars: boolean;
  readonly chunks: Chunk[] = [];
  size = 0;
  /** Series made (with their label values) and removed, in order, since the last report; kept only while somebody reports. */
  log: SeriesEvent[] | undefined;
  readonly #shift: number;
  readonly #dead: Chunk;
  #root: Node = new Map();
  readonly #first = new Step();
  readonly #free: number[] = [];
  #sweptAtMs = 0;

  constructor(definition: FamilyDefinition, shape: Shape, context: FamilyContext) {
    this.name = definition.name;
    this.help = definition.help;
    this.type = shape.type;
    this.labelNames = definition.labelNames;
    this.definition = definition;
    this.shape = shape;
    this.context = context;
    this.constantPairs = context.constantPairs;
    this.hasExemplars = definition.hasExemplars;
    this.#shift = Math.max(0, Math.floor(Math.log2(LINES_PER_CHUNK / shape.lines.length)));
    this.#dead = new Chunk(this, 0, true);
    if (this.labelNames.length === 0 && shape.type !== 'info') this.#create([]);
  }

  /** The chunk of a series, given by its number. */
  chunkOf(series: number): Chunk {
    return this.chunks[series >>> this.#shift] as Chunk;
  }

  /** The place of a series in its chunk. */
  indexOf(series: number): number {
    return series & ((1 << this.#shift) - 1);
  }

  /** The number of the first series of a chunk. */
  firstSeriesOf(chunk: number): number {
    return chunk << this.#shift;
  }

  /** The series of these labels, made when there is none; -1 when there may be no more. */
  find(labels: LabelObject): number {
    const names = this.labelNames;
    const many = names.length;
    if (many === 0) return this.#findOrCreate([]);
    // One place in the code for each label: the engine reads a property twice as fast where its name is always the same.
    let node = this.#first.take(this.#root, labels[names[0] as string]);
    if (many > 1) node = step(node, labels[names[1] as string]);
    if (many > 2) node = step(node, labels[names[2] as string]);
    if (many > 3) node = step(node, labels[names[3] as string]);
    for (let level = 4; level < many; level++) node = step(node, labels[names[level] as string]);
    return typeof node === 'number' ? node : this.#findOrCreate(this.#valuesOf(labels));
  }

  /** The same by label values in the order of the definition. */
  findAt(values: readonly LabelValue[]): number {
    const many = this.labelNames.length;
    if (values.length !== many) this.#tellWrongLabels(`${values.length} label values for ${many} labels`);
    let node: Node | number | undefined = this.#root;
    for (let level = 0; level < many; level++) {
      const raw = values[level];
      node = step(node, raw);
      if (node === undefined) return this.#findOrCreate(this.labelNames.map((_, at) => labelText(values[at])));
    }
    return typeof node === 'number' ? node : this.#findOrCreate([]);
  }

  /** Label values as texts, from the arguments of `labels()` or `remove()`. */
  textsOf(args: readonly unknown[]): string[] {
    const [first] = args;
    const isObject = args.length === 1 && typeof first === 'object' && first !== null;
    return this.labelNames.map((name, at) =>
      labelText(isObject ? (first as LabelObject)[name] : (args[at] as LabelValue)),
    );
  }

  remove(...args: readonly unknown[]): boolean {
    const values = this.textsOf(args);
    const path: Node[] = [];
    let node: Node | number | undefined = this.#root;
    for (const value of values) {
      path.push(node as Node);
      node = (node as Node).get(value);
      if (node === undefined) return false;
    }
    if (typeof node !== 'number') return this.#resetOnly();
    this.#release(node);
    for (let level = path.length - 1; level >= 0; level--) {
      const parent = path[level] as Node;
      parent.delete(values[level] as string);
      if (parent.size > 0) break;
    }
    return true;
  }

  reset(): void {
    if (this.labelNames.length === 0 && this.type !== 'info') {
      this.#resetOnly();
      return;
    }
    for (const [, series] of this.series()) this.#release(series);
    this.#root = new Map();
    this.#free.length = 0;
    this.chunks.length = 0;
  }

  /** Label values and number of each series. */
  *series(): IterableIterator<[labelValues: readonly string[], series: number]> {
    if (this.labelNames.length > 0) yield* walk(this.#root, []);
    else if (this.size > 0) yield [[], 0];
  }

  /** Forgets series that were not updated for `ttlMs`. */
  sweep(nowMs: number): void {
    const { ttlMs } = this.definition;
    if (ttlMs === undefined || this.labelNames.length === 0) return;
    this.#sweptAtMs = nowMs;
    let hasExpired = false;
    for (const chunk of this.chunks) {
      chunk.seen ??= new Float64Array(1 << this.#shift);
      for (let index = 0; index < chunk.count; index++) {
        const flag = chunk.flags[index] as number;
        if ((flag & TOUCHED) !== 0) {
          chunk.seen[index] = nowMs;
          chunk.flags[index] = flag & ~TOUCHED;
        } else if ((flag & LIVE) !== 0 && nowMs - (chunk.seen[index] as number) >= ttlMs) hasExpired = true;
      }
    }
    if (hasExpired) this.#prune(this.#root, nowMs - ttlMs);
  }

  /** The series of the arguments of `labels()`; -1 when there may be no more. */
  seriesOf(args: readonly unknown[]): number {
    const [first] = args;
    const isObject = args.length === 1 && typeof first === 'object' && first !== null;
    return isObject ? this.find(first as LabelObject) : this.findAt(args as readonly LabelValue[]);
  }

  /** The handle that a series already has. */
  boundTo(series: number): Bound | undefined {
    return series < 0 ? undefined : this.chunkOf(series).handles?.[this.indexOf(series)];
  }

  /** Binds a handle to a series, by its label values when its number is not known; false when there may be no more. */
  bind(handle: Bound & { index: number }, values: readonly string[], known?: number): boolean {
    const series = known ?? this.#findOrCreate(values);
    if (series < 0) {
      handle.chunk = this.#dead;
      return false;
    }
    const chunk = this.chunkOf(series);
    handle.chunk = chunk;
    handle.index = this.indexOf(series);
    chunk.handles ??= [];
    handle.next = chunk.handles[handle.index];
    chunk.handles[handle.index] = handle;
    return true;
  }

  get deadChunk(): Chunk {
    return this.#dead;
  }

  /** A value that the type of metric can't take: counted, told, never thrown into the service. */
  refuse(value: unknown, wanted: string): void {
    this.context.losses.add('metrics', 'invalid_value');
    const shown = typeof value === 'number' || typeof value === 'string' ? String(value).slice(0, 40) : typeof value;
    this.context.notices.tell(`metric-value:${this.name}`, `metric ${this.name} got ${shown}: it takes ${wanted}`);
  }

  #valuesOf(labels: LabelObject): string[] {
    for (const name in labels) {
      if (!this.labelNames.includes(name)) this.#tellWrongLabels(`label ${JSON.stringify(name).slice(0, 100)}`);
    }
    return this.labelNames.map((name) => labelText(labels[name]));
  }

  #tellWrongLabels(what: string): void {
    this.context.losses.add('metrics', 'invalid_labels');
    const own = this.labelNames.length === 0 ? 'no labels' : `the labels ${this.labelNames.join(', ')}`;
    this.context.notices.tell(
      `metric-labels:${this.name}`,
      `metric ${this.name} got ${what}: it has ${own}; what does not belong to it is ignored`,
    );
  }

  #findOrCreate(values: readonly string[]): number {
    let node: Node | number | undefined = this.#root;
    for (const value of values) {
      node = (node as Node).get(value);
      if (node === undefined) break;
    }
    if (typeof node === 'number') return node;
    if (values.length === 0 && this.size > 0) return 0;
    if (this.size < this.definition.maxSeries) return this.#create(values);
    return this.#overflow(values);
  }

  /** No room: a counter or histogram goes on in one series for all the rest, so that its total stays right. */
  #overflow(values: readonly string[]): number {
    const { maxSeries, ttlMs } = this.definition;
    const now = Date.now();
    if (ttlMs !== undefined && now - this.#sweptAtMs >= SWEEP_AT_LIMIT_MS) {
      this.sweep(now);
      if (this.size < maxSeries) return this.#create(values);
    }
    this.context.losses.add('metrics', 'series_limit');
    const rest =
      this.type === 'gauge' || this.type === 'info' ? 'are left out' : `are one series labelled "${OVERFLOW}"`;
    this.context.notices.tell(
      `metric-limit:${this.name}`,
      `metric ${this.name} has ${maxSeries} series, its limit (maxSeries): further ones ${rest}. Is a label of ` +
        `${this.labelNames.join(', ')} an id or a raw path?`,
    );
    if (this.type === 'gauge' || this.type === 'info') return -1;
    const all = values.map(() => OVERFLOW);
    let node: Node | number | undefined = this.#root;
    for (const value of all) node = (node as Node | undefined)?.get(value);
    return typeof node === 'number' ? node : this.#create(all);
  }

  #create(values: readonly string[]): number {
    const series = this.#free.pop() ?? this.#nextNumber();
    const created = this.context.keepsCreated && this.type !== 'gauge' ? Date.now() : undefined;
    this.chunkOf(series).add(this.indexOf(series), values, created);
    this.size++;
    this.log?.push([series, values]);
    let node = this.#root;
    for (let level = 0; level < values.length; level++) {
      const value = values[level] as string;
      if (level === values.length - 1) node.set(value, series);
      else {
        const next = node.get(value) as Node | undefined;
        if (next !== undefined) node = next;
        else {
          const made: Node = new Map();
          node.set(value, made);
          node = made;
        }
      }
    }
    return series;
  }

  /** For types whose values follow from more than updates: called before the values of a chunk are written. */
  prepare(_chunk: Chunk, _nowMs: number): void {}

  #nextNumber(): number {
    const capacity = 1 << this.#shift;
    let last = this.chunks.at(-1);
    if (last === undefined || last.isFull) {
      last = new Chunk(this, capacity);
      this.chunks.push(last);
    }
    return (this.chunks.length - 1) * capacity + last.count;
  }

  #release(series: number): void {
    this.#first.forget();
    this.chunkOf(series).free(this.indexOf(series), this.#dead);
    this.#free.push(series);
    this.log?.push([series, undefined]);
    this.size--;
  }

  #resetOnly(): boolean {
    const chunk = this.chunks[0] as Chunk;
    chunk.values.fill(0);
    chunk.flags[0] = UPDATED;
    chunk.exemplars = undefined;
    chunk.sketches = undefined;
    return true;
  }

  #prune(node: Node, before: number): void {
    for (const [value, child] of node) {
      if (typeof child === 'number') {
        const chunk = this.chunkOf(child);
        const index = this.indexOf(child);
        const isUnused = ((chunk.flags[index] as number) & TOUCHED) === 0;
        if (!isUnused || (chunk.seen?.[index] as number) > before) continue;
        this.#release(child);
        node.delete(value);
      } else {
        this.#prune(child, before);
        if (child.size === 0) node.delete(value);
      }
    }
  }
}

/** The last step from the root: the first label is often the same again, and comparing it is cheaper than looking it up. */
class Step {
  #value: string | undefined;
  #to: Node | number | undefined;

  take(from: Node, value: LabelValue): Node | number | undefined {
    if (value === this.#value && this.#to !== undefined) return this.#to;
    const to = from.get(typeof value === 'string' ? value : labelText(value));
    // What is no text may be an object whose text changes.
    if (typeof value !== 'string') return to;
    this.#value = value;
    this.#to = to;
    return to;
  }

  /** To be called when a node may have gone. */
  forget(): void {
    this.#to = undefined;
  }
}

/** One label further; undefined when there is no such series. */
function step(node: Node | number | undefined, value: LabelValue): Node | number | undefined {
  return node === undefined ? undefined : (node as Node).get(typeof value === 'string' ? value : labelText(value));
}

function* walk(node: Node, above: readonly string[]): IterableIterator<[readonly string[], number]> {
  for (const [value, child] of node) {
    if (typeof child === 'number') yield [[...above, value], child];
    else yield* walk(child, [...above, value]);
  }
}
