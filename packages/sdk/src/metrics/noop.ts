/** Instruments that do nothing, for MONITORING_ENABLED=false: the code that uses them stays as it is. */
import type { LabelValue, MetricType } from './types.ts';

type LabelObject = Readonly<Record<string, LabelValue>>;

function nothing(): void {}

/** Does nothing, whatever the type; work that is timed still runs. */
export class NoopInstrument {
  readonly size = 0;
  readonly buckets: readonly number[] = [];
  readonly quantiles: readonly number[] = [];
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  readonly labelNames: readonly string[];
  readonly inc = nothing;
  readonly dec = nothing;
  readonly set = nothing;
  readonly observe = nothing;
  readonly setToCurrentTime = nothing;
  readonly reset = nothing;

  constructor(type: MetricType, name: string, help: string, labelNames: readonly string[]) {
    this.type = type;
    this.name = name;
    this.help = help;
    this.labelNames = labelNames;
  }

  labels(): this {
    return this;
  }

  remove(): boolean {
    return false;
  }

  startTimer(): () => number {
    const startMs = performance.now();
    return () => (performance.now() - startMs) / 1000;
  }

  time<TResult>(first: LabelObject | (() => TResult), second?: () => TResult): TResult {
    return typeof first === 'function' ? first() : (second as () => TResult)();
  }

  wrap<TFunction>(fn: TFunction): TFunction {
    return fn;
  }
}
