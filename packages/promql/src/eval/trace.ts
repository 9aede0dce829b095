/**
 * What each part of a query took, for explain: handed in by the caller, filled while the query runs, and readable after a
 * failure too. Without one the evaluator keeps no figures.
 */
import type { Labels } from '@sightline/model';
import type { Expr } from '../parser/ast.ts';
import type { Selector } from './context.ts';

export interface NodeTrace {
  /** The node of the tree that was evaluated; `trace.nodes` has it as key. */
  readonly expr: Expr;
  /** What the operands gave; for a selector what its read gave. */
  readonly seriesIn: number;
  readonly samplesIn: number;
  /** The result, samples over all steps. For a range vector the series and samples that its windows lie in. */
  readonly seriesOut: number;
  readonly samplesOut: number;
  /** Computing time with and without the operands. Reading and times given to other work do not count. */
  readonly totalMs: number;
  readonly selfMs: number;
  /** Memory of the result. */
  readonly bytes: number;
  /** Most samples that the whole query held at a time while this node was evaluated. */
  readonly peakSamples: number;
  /** Evaluated at one time for all steps, since it does not depend on them. */
  readonly isOnce: boolean;
  /** Folded into its parent series by series, so that its result never lay in memory as a whole; `bytes` is then 0. */
  readonly isFused: boolean;
}

export interface SelectTrace {
  readonly selector: Selector;
  /** What was asked of the source: samples with startMs < t <= endMs. */
  readonly startMs: number;
  readonly endMs: number;
  readonly series: number;
  readonly samples: number;
  /** Selectors that ask for the same share a read; each shows its time. */
  readonly readMs: number;
  /** The first few series. */
  readonly examples: readonly Labels[];
}

/** Where the caller of a query finds the figures. Serves one query. */
export class QueryTrace {
  readonly nodes = new Map<Expr, NodeTrace>();
  readonly selects = new Map<Selector, SelectTrace>();
  /** The tree that the nodes are of; undefined until the text is parsed. */
  root: Expr | undefined;
}

const EXAMPLES = 5;

export function firstExamples(series: readonly Labels[]): Labels[] {
  return series.slice(0, EXAMPLES);
}

/** Size of a node's result. */
export interface TracedSize {
  readonly series: number;
  readonly samples: number;
  readonly bytes: number;
}

interface OpenNode {
  readonly expr: Expr;
  readonly startedMs: number;
  childrenMs: number;
  seriesIn: number;
  samplesIn: number;
  peakSamples: number;
  isOnce: boolean;
}

/** A node whose rows are computed one by one while its parent folds them. */
export class OpenStream {
  readonly node: OpenNode;
  readonly #clock: () => number;
  #rowStartedMs = 0;
  totalMs: number;
  series = 0;
  samples = 0;

  constructor(node: OpenNode, totalMs: number, clock: () => number) {
    this.node = node;
    this.totalMs = totalMs;
    this.#clock = clock;
  }

  startRow(): void {
    this.#rowStartedMs = this.#clock();
  }

  endRow(samples: number): void {
    this.totalMs += this.#clock() - this.#rowStartedMs;
    if (samples > 0) this.series++;
    this.samples += samples;
  }
}

/** Keeps the stack of nodes under evaluation and writes each into the trace when it is left. */
export class Tracer {
  readonly #trace: QueryTrace;
  readonly #clock: () => number;
  readonly #open: OpenNode[] = [];

  /** @param clock running time of the query in ms, without what was given to other work */
  constructor(trace: QueryTrace, clock: () => number) {
    this.#trace = trace;
    this.#clock = clock;
  }

  enter(expr: Expr, held: number): void {
    const startedMs = this.#clock();
    const figures = { childrenMs: 0, seriesIn: 0, samplesIn: 0, peakSamples: held, isOnce: false };
    this.#open.push({ expr, startedMs, ...figures });
  }

  leave(size: TracedSize): void {
    const node = this.#open.pop();
    if (node === undefined) return;
    const totalMs = this.#clock() - node.startedMs;
    this.#write(node, size, totalMs, false);
    this.#addToParent(node, size, totalMs);
  }

  #addToParent(node: OpenNode, size: Pick<TracedSize, 'series' | 'samples'>, totalMs: number): void {
    const parent = this.#open.at(-1);
    if (parent === undefined) return;
    parent.childrenMs += totalMs;
    parent.seriesIn += size.series;
    parent.samplesIn += size.samples;
    parent.peakSamples = Math.max(parent.peakSamples, node.peakSamples);
  }

  /** Of the node entered last: what it reads besides its operands. */
  takes(series: number, samples: number): void {
    const node = this.#open.at(-1);
    if (node === undefined) return;
    node.seriesIn += series;
    node.samplesIn += samples;
  }

  /** Leaves a node whose rows are still to come: they are computed while its parent is open. */
  leaveStream(): OpenStream {
    const node = this.#open.pop() as OpenNode;
    return new OpenStream(node, this.#clock() - node.startedMs, this.#clock);
  }

  /** All rows of the stream have gone into the node that is open now. */
  closeStream(stream: OpenStream): void {
    const { node, totalMs, series, samples } = stream;
    this.#write(node, { series, samples, bytes: 0 }, totalMs, true);
    this.#addToParent(node, { series, samples }, totalMs);
  }

  isOnce(): void {
    const node = this.#open.at(-1);
    if (node !== undefined) node.isOnce = true;
  }

  holds(samples: number): void {
    const node = this.#open.at(-1);
    if (node !== undefined && samples > node.peakSamples) node.peakSamples = samples;
  }

  #write(node: OpenNode, size: TracedSize, totalMs: number, isFused: boolean): void {
    const { expr, childrenMs, seriesIn, samplesIn, peakSamples, isOnce } = node;
    this.#trace.nodes.set(expr, {
      expr,
      seriesIn,
      samplesIn,
      seriesOut: size.series,
      samplesOut: size.samples,
      totalMs,
      selfMs: totalMs - childrenMs,
      bytes: size.bytes,
      peakSamples,
      isOnce,
      isFused,
    });
  }
}
