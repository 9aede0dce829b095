/** Counters. */
import { type Chunk, UPDATED } from './chunk.ts';
import { captureExemplar } from './exemplar.ts';
import { Family, type FamilyContext, type FamilyDefinition } from './family.ts';
import { Handle } from './handle.ts';
import { COUNTER } from './shape.ts';
import type { CounterHandle, LabelValue } from './types.ts';

const WANTED = 'finite numbers that are not negative';

export class CounterFamily extends Family {
  constructor(definition: FamilyDefinition, context: FamilyContext) {
    super(definition, COUNTER, context);
  }

  inc(first?: number | Readonly<Record<string, LabelValue>>, second?: number): void {
    if (typeof first === 'object' && first !== null) this.#add(this.find(first), second === undefined ? 1 : second);
    else this.#add(this.labelNames.length === 0 ? 0 : this.find({}), first === undefined ? 1 : first);
  }

  labels(...args: readonly unknown[]): CounterHandle {
    const series = this.seriesOf(args);
    return (this.boundTo(series) as BoundCounter | undefined) ?? new BoundCounter(this, this.textsOf(args), series);
  }

  /** Sets the total, for counts that are kept elsewhere. */
  setTotal(labels: Readonly<Record<string, LabelValue>>, total: number): void {
    const series = this.find(labels);
    if (series < 0) return;
    const chunk = this.chunkOf(series);
    const index = this.indexOf(series);
    chunk.values[index] = total;
    chunk.flags[index] = UPDATED;
  }

  #add(series: number, value: number): void {
    if (series >= 0) add(this, this.chunkOf(series), this.indexOf(series), value);
  }
}

class BoundCounter extends Handle<CounterFamily> implements CounterHandle {
  inc(value = 1): void {
    if (this.chunk.isDead && !this.revive()) return;
    add(this.family, this.chunk, this.index, value);
  }
}

function add(family: CounterFamily, chunk: Chunk, index: number, value: number): void {
  if (!(typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY)) {
    family.refuse(value, WANTED);
    return;
  }
  const { values } = chunk;
  values[index] = (values[index] as number) + value;
  chunk.flags[index] = UPDATED;
  if (family.hasExemplars) captureExemplar(chunk, index, 0, value, family.context.clock);
}
