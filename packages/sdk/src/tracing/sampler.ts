/**
 * Which traces are recorded: OpenTelemetry's samplers (always on and off, a ratio of trace ids, the decision of the parent)
 * and a function of one's own.
 */
import type { ActiveSpan } from '../context/store.ts';
import type { Attributes, SpanKindName } from './span.ts';

/** What a sampling function decides on. */
export interface SampleRequest {
  readonly traceId: string;
  readonly name: string;
  readonly kind: SpanKindName;
  /** The parent in this or another process. */
  readonly parent: ActiveSpan | undefined;
  readonly attributes: Attributes | undefined;
}

/** Called for every span that starts. @returns Whether to record it and to tell others that it is. */
export type SampleFn = (request: SampleRequest) => boolean;

/** A ratio from 0 to 1 of all traces; `parentBased` (true) follows the parent where there is one. */
export interface RatioSampler {
  readonly ratio: number;
  readonly parentBased?: boolean | undefined;
}

/** `always` and `never` follow the parent too: `parentbased_always_on` and `..._off`; the names are OTEL_TRACES_SAMPLER's. */
export type SamplerOption = 'always' | 'never' | 'always_on' | 'always_off' | RatioSampler | SampleFn;

const KIND_NAMES: readonly SpanKindName[] = ['internal', 'server', 'client', 'producer', 'consumer'];

export class Sampler {
  readonly isParentBased: boolean;
  /** False for decisions that do not look at the trace id: it is then made only when somebody asks. */
  readonly needsTraceId: boolean;
  /** Whether a "no" comes from chance and tail rules may turn it. */
  readonly isRatio: boolean;
  readonly #upperBound: number;
  readonly #fn: SampleFn | undefined;
  readonly #onThrow: (error: unknown) => void;

  constructor(isParentBased: boolean, ratio: number, fn: SampleFn | undefined, onThrow: (error: unknown) => void) {
    this.isParentBased = isParentBased;
    this.#upperBound = ratio === 1 ? 2 ** 32 : Math.floor(ratio * (2 ** 32 - 1));
    this.#fn = fn;
    this.needsTraceId = fn !== undefined || (ratio > 0 && ratio < 1);
    this.isRatio = fn === undefined;
    this.#onThrow = onThrow;
  }

  /** Whether a span without a parent, or one that does not follow its parent, is sampled. */
  decide(
    traceId: string,
    parent: ActiveSpan | undefined,
    name: string,
    kind: number,
    attributes: Attributes | undefined,
  ): boolean {
    if (this.#fn === undefined) return this.#upperBound === 2 ** 32 || fold(traceId) < this.#upperBound;
    try {
      return this.#fn({ traceId, name, kind: KIND_NAMES[kind] ?? 'internal', parent, attributes });
    } catch (error) {
      this.#onThrow(error);
      return false;
    }
  }

  /** A decision that needs no trace id. */
  get always(): boolean {
    return this.#upperBound === 2 ** 32;
  }
}

/** The four words of the id, exclusive-or: even, whichever part of it is random (as OpenTelemetry's SDK for JavaScript). */
function fold(traceId: string): number {
  let folded = 0;
  for (let from = 0; from < 32; from += 8) folded ^= Number.parseInt(traceId.slice(from, from + 8), 16);
  return folded >>> 0;
}

/** @param env OTEL_TRACES_SAMPLER with its argument, for what the program does not say. */
export function createSampler(
  option: SamplerOption | undefined,
  env: { readonly name: string; readonly ratio: number } | undefined,
  onThrow: (error: unknown) => void,
): Sampler {
  if (option === undefined) return env === undefined ? new Sampler(true, 1, undefined, onThrow) : named(env, onThrow);
  if (typeof option === 'function') return new Sampler(false, 1, option, onThrow);
  if (option === 'always') return new Sampler(true, 1, undefined, onThrow);
  if (option === 'never') return new Sampler(true, 0, undefined, onThrow);
  if (option === 'always_on' || option === 'always_off') return named({ name: option, ratio: 1 }, onThrow);
  return new Sampler(option.parentBased ?? true, option.ratio, undefined, onThrow);
}

function named({ name, ratio }: { name: string; ratio: number }, onThrow: (error: unknown) => void): Sampler {
  const root = name.replace('parentbased_', '');
  const share = root === 'always_on' ? 1 : root === 'always_off' ? 0 : ratio;
  return new Sampler(name !== root, share, undefined, onThrow);
}
