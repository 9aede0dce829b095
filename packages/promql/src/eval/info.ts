/**
 * info(): adds to each series the labels of the info series (target_info unless told otherwise) that has the same `instance`
 * and `job`. The info series are read by the selector that resolve.ts puts in as the second argument.
 */
import { EMPTY_BLOCK, type Labels, type Matcher, METRIC_NAME } from '@sightline/model';
import { executionError } from '../errors.ts';
import type { VectorSelector } from '../parser/ast.ts';
import type { QueryContext } from './context.ts';
import { type Frame, mergeRows, newFrame } from './frame.ts';
import type { Grid } from './grid.ts';
import { evalVectorSelector } from './select.ts';

const IDENTIFYING: ReadonlySet<string> = new Set(['instance', 'job']);

/** Info series of one metric with the same identifying labels. */
type Candidates = readonly number[];

export async function addInfoLabels(
  base: Frame,
  pick: VectorSelector,
  grid: Grid,
  context: QueryContext,
): Promise<Frame> {
  const join = new InfoJoin(pick, await infoTimes(pick, grid, context));
  const labels: Labels[] = [];
  const cells: { row: number; steps: number[] }[] = [];
  for (const [row, series] of base.labels.entries()) {
    for (const [key, steps] of join.outcomes(base, row)) {
      const enriched = key === '' ? series : join.enrich(series, key);
      labels.push(enriched);
      cells.push({ row, steps });
    }
    if (context.pacer.isDue()) await context.pacer.pause();
  }
  const out = newFrame(labels, base.width);
  for (const [index, { row, steps }] of cells.entries()) {
    for (const k of steps) {
      out.values[index * base.width + k] = base.values[row * base.width + k] as number;
      out.has[index * base.width + k] = 1;
    }
  }
  return mergeRows(out, context.pacer);
}

/** When the info sample was taken that holds at each step, in seconds: of two info series the newer one is right. */
function infoTimes(pick: VectorSelector, grid: Grid, context: QueryContext): Promise<Frame> {
  if ((context.blocks.get(pick) ?? EMPTY_BLOCK).series.length === 0) return Promise.resolve(newFrame([], grid.count));
  return evalVectorSelector(pick, grid, context, true);
}

class InfoJoin {
  readonly #info: Frame;
  readonly #nameMatchers: readonly Matcher[];
  readonly #dataMatchers: readonly Matcher[];
  readonly #dataLabels: ReadonlySet<string>;
  /** By identifying labels, then by metric. */
  readonly #groups = new Map<string, Map<string, number[]>>();

  constructor(pick: VectorSelector, info: Frame) {
    this.#info = info;
    this.#nameMatchers = pick.matchers.filter(({ name }) => name === METRIC_NAME);
    this.#dataMatchers = pick.matchers.filter(({ name }) => name !== METRIC_NAME);
    this.#dataLabels = new Set(this.#dataMatchers.map(({ name }) => name));
    for (const [row, labels] of info.labels.entries()) {
      const metrics = getOrAdd(this.#groups, labels.keep(IDENTIFYING).key, () => new Map<string, number[]>());
      getOrAdd(metrics, labels.metricName, () => []).push(row);
    }
  }

  /** Steps of a row of the base, by the info series that hold there ('' for none needed). Steps that drop out are missing. */
  outcomes(base: Frame, row: number): Map<string, number[]> {
    const series = base.labels[row] as Labels;
    const outcomes = new Map<string, number[]>();
    // Info series are not enriched with themselves.
    const isInfo = this.#nameMatchers.every((matcher) => matcher.matches(series.metricName));
    const identity = series.keep(IDENTIFYING);
    const metrics = isInfo || identity.size === 0 ? undefined : this.#groups.get(identity.key);
    const isOptional = isInfo || this.#dataMatchers.every((matcher) => matcher.matchesEmpty());
    for (let k = 0; k < base.width; k++) {
      if (base.has[row * base.width + k] === 0) continue;
      const chosen = metrics === undefined ? [] : [...metrics.values()].flatMap((rows) => this.#newest(rows, k));
      if (chosen.length === 0 && !isOptional) continue;
      getOrAdd(outcomes, chosen.join(','), () => []).push(k);
    }
    return outcomes;
  }

  #newest(rows: Candidates, k: number): number[] {
    const { width, values, has, labels } = this.#info;
    let best: number | undefined;
    for (const row of rows) {
      if (has[row * width + k] === 0) continue;
      const time = values[row * width + k] as number;
      const bestTime = best === undefined ? Number.NEGATIVE_INFINITY : (values[best * width + k] as number);
      if (best !== undefined && time === bestTime) {
        const ms = Math.round(time * 1000);
        const [older, newer] = [labels[best], labels[row]].map((one) => `${String(one)} @ ${ms}`);
        throw executionError(`found duplicate series for info metric: existing ${older}, new ${newer}`);
      }
      if (time > bestTime) best = row;
    }
    return best === undefined ? [] : [best];
  }

  /** @param key rows of the info frame, joined by commas */
  enrich(series: Labels, key: string): Labels {
    const added = new Map<string, string>();
    for (const row of key.split(',')) {
      for (const [name, value] of this.#info.labels[Number(row)] as Labels) {
        if (name === METRIC_NAME || (this.#dataLabels.size > 0 && !this.#dataLabels.has(name))) continue;
        const other = added.get(name);
        if (other !== undefined && other !== value) throw executionError(`conflicting label: ${name}`);
        if (!series.has(name)) added.set(name, value);
      }
    }
    let enriched = series;
    for (const [name, value] of added) enriched = enriched.with(name, value);
    return enriched;
  }
}

function getOrAdd<TKey, TValue>(map: Map<TKey, TValue>, key: TKey, create: () => TValue): TValue {
  let value = map.get(key);
  if (value === undefined) {
    value = create();
    map.set(key, value);
  }
  return value;
}
