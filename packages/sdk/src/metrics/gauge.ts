/** Gauges and infos. */
import { type Chunk, UPDATED } from './chunk.ts';
import { Family, type FamilyContext, type FamilyDefinition } from './family.ts';
import { Handle } from './handle.ts';
import { GAUGE, INFO } from './shape.ts';
import { startClock } from './timing.ts';
import type { GaugeHandle, LabelValue } from './types.ts';

type LabelObject = Readonly<Record<string, LabelValue>>;

export class GaugeFamily extends Family {
  constructor(definition: FamilyDefinition, context: FamilyContext) {
    super(definition, GAUGE, context);
  }

  set(first: number | LabelObject, second?: number): void {
    if (typeof first === 'object' && first !== null) this.#change(this.find(first), second as number, false);
    else this.#change(this.#only(), first, false);
  }

  inc(first?: number | LabelObject, second?: number): void {
    if (typeof first === 'object' && first !== null) this.#change(this.find(first), second ?? 1, true);
    else this.#change(this.#only(), first ?? 1, true);
  }

  dec(first?: number | LabelObject, second?: number): void {
    if (typeof first === 'object' && first !== null) this.#change(this.find(first), -(second ?? 1), true);
    else this.#change(this.#only(), -(first ?? 1), true);
  }

  setToCurrentTime(labels?: LabelObject): void {
    this.set(labels ?? {}, Date.now() / 1000);
  }

  startTimer(labels?: LabelObject): () => number {
    return startClock((seconds) => this.set(labels ?? {}, seconds));
  }

  labels(...args: readonly unknown[]): GaugeHandle {
    const series = this.seriesOf(args);
    return (this.boundTo(series) as BoundGauge | undefined) ?? new BoundGauge(this, this.textsOf(args), series);
  }

  #only(): number {
    return this.labelNames.length === 0 ? 0 : this.find({});
  }

  #change(series: number, value: number, isDelta: boolean): void {
    if (series >= 0) change(this, this.chunkOf(series), this.indexOf(series), value, isDelta);
  }
}

class BoundGauge extends Handle<GaugeFamily> implements GaugeHandle {
  set(value: number): void {
    if (this.chunk.isDead && !this.revive()) return;
    change(this.family, this.chunk, this.index, value, false);
  }

  inc(value = 1): void {
    if (this.chunk.isDead && !this.revive()) return;
    change(this.family, this.chunk, this.index, value, true);
  }

  dec(value = 1): void {
    this.inc(-value);
  }

  setToCurrentTime(): void {
    this.set(Date.now() / 1000);
  }

  startTimer(): () => number {
    return startClock((seconds) => this.set(seconds));
  }
}

function change(family: GaugeFamily, chunk: Chunk, index: number, value: number, isDelta: boolean): void {
  if (typeof value !== 'number') {
    family.refuse(value, 'numbers');
    return;
  }
  const { values } = chunk;
  values[index] = isDelta ? (values[index] as number) + value : value;
  chunk.flags[index] = UPDATED;
}

/** Labels with the value 1; one series. */
export class InfoFamily extends Family {
  constructor(definition: FamilyDefinition, context: FamilyContext) {
    super(definition, INFO, context);
  }

  set(labels: LabelObject): void {
    this.reset();
    const series = this.find(labels);
    if (series >= 0) this.chunkOf(series).values[this.indexOf(series)] = 1;
  }
}
