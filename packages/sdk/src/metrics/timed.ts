/** A method decorator of the standard (TC39 stage 3, TypeScript 5) around `time()`. */
import type { Histogram, LabelSet, Summary } from './types.ts';

type Metric<TLabel extends string> = Histogram<TLabel> | Summary<TLabel>;

/**
 * Times every call of a method, until its promise is settled when it returns one.
 *
 * @example class Orders { @Timed(duration, { step: 'pay' }) async pay(order: Order) { ... } }
 */
export function Timed<TLabel extends string = never>(
  metric: Metric<TLabel>,
  ...labels: [TLabel] extends [never] ? [] : [labels: LabelSet<TLabel>]
) {
  return <TThis, TArgs extends unknown[], TResult>(
    method: (this: TThis, ...args: TArgs) => TResult,
    _context: ClassMethodDecoratorContext,
  ): ((this: TThis, ...args: TArgs) => TResult) => {
    const target = metric as unknown as { time(labels: object, fn: () => TResult): TResult };
    const fixed = labels[0] ?? {};
    return function (this: TThis, ...args: TArgs) {
      return target.time(fixed, () => method.apply(this, args));
    };
  };
}
