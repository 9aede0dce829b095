/** Notes for the caller of a query, in the words of Prometheus 3: warnings and infos with the place they are about. */
import { formatFloatG, formatFloatPlain } from '@sightline/model';
import { positionOf } from '../errors.ts';
import type { Span } from '../parser/ast.ts';

/** Notes of a kind that an answer carries; the rest is counted. */
const MOST_SHOWN = 10;

/** One place where counts of buckets fell although they must not, and were lifted. */
export interface ForcedBuckets {
  /** Step of the evaluation, unix ms. */
  readonly timeMs: number;
  /** Bounds of the first and last bucket lifted. */
  readonly minBucket: number;
  readonly maxBucket: number;
  readonly maxDifference: number;
}

interface ForcedTotal {
  minTime: number;
  maxTime: number;
  minBucket: number;
  maxBucket: number;
  maxDifference: number;
  count: number;
}

export class Annotations {
  readonly #text: string | undefined;
  readonly #warnings = new Set<string>();
  readonly #infos = new Set<string>();
  readonly #forced = new Map<Span, ForcedTotal>();

  /** @param text the query as written, for the places */
  constructor(text: string | undefined) {
    this.#text = text;
  }

  get warnings(): string[] {
    return shown([...this.#warnings], 'warning');
  }

  get infos(): string[] {
    const forced = [...this.#forced].map(([span, total]) => this.#forcedText(span, total));
    return shown([...this.#infos, ...forced], 'info');
  }

  warn(message: string, span: Span): void {
    this.#warnings.add(`PromQL warning: ${message}${this.#place(span)}`);
  }

  inform(message: string, span: Span): void {
    this.#infos.add(`PromQL info: ${message}${this.#place(span)}`);
  }

  /** Cases of one expression become one info. */
  informForcedBuckets(span: Span, { timeMs, minBucket, maxBucket, maxDifference }: ForcedBuckets): void {
    const total = this.#forced.get(span);
    if (total === undefined) {
      this.#forced.set(span, { minTime: timeMs, maxTime: timeMs, minBucket, maxBucket, maxDifference, count: 1 });
      return;
    }
    total.minTime = Math.min(total.minTime, timeMs);
    total.maxTime = Math.max(total.maxTime, timeMs);
    total.minBucket = Math.min(total.minBucket, minBucket);
    total.maxBucket = Math.max(total.maxBucket, maxBucket);
    total.maxDifference = Math.max(total.maxDifference, maxDifference);
    total.count++;
  }

  #forcedText(span: Span, total: ForcedTotal): string {
    const head =
      'PromQL info: input to histogram_quantile needed to be fixed for monotonicity ' +
      '(see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)';
    if (this.#text === undefined) return head;
    const buckets = `from buckets ${formatFloatG(total.minBucket)} to ${formatFloatG(total.maxBucket)}`;
    const difference = `with a max diff of ${twoDigits(total.maxDifference)}`;
    const times = `from ${utcSecond(total.minTime)} to ${utcSecond(total.maxTime)}`;
    return `${head}, ${buckets}, ${difference}, over ${total.count} samples ${times}${this.#place(span)}`;
  }

  #place(span: Span): string {
    if (this.#text === undefined) return '';
    const { line, column } = positionOf(this.#text, span.start, span.end);
    return ` (${line}:${column})`;
  }
}

function shown(notes: string[], kind: string): string[] {
  if (notes.length <= MOST_SHOWN) return notes;
  return [...notes.slice(0, MOST_SHOWN), `${notes.length - MOST_SHOWN} more ${kind} annotations omitted`];
}

/** Go's %.2g. */
function twoDigits(value: number): string {
  const [mantissa = '', exponentText = '0'] = value.toExponential(1).split('e');
  const exponent = Number(exponentText);
  if (!Number.isFinite(value) || (exponent >= -4 && exponent < 2))
    return formatFloatPlain(Number(value.toPrecision(2)));
  const sign = exponent < 0 ? '-' : '+';
  return `${mantissa.replace(/\.0$/, '')}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function utcSecond(ms: number): string {
  return new Date(Math.trunc(ms / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}
