/** The ContextManager of `@opentelemetry/api` on the SDK's own AsyncLocalStorage. */
import { EventEmitter } from 'node:events';
import { active, type Context, run, runWith } from '../../context/store.ts';
import type { OtelContext } from './api.ts';
import { toContext } from './context-bridge.ts';

type Callable = (this: unknown, ...args: unknown[]) => unknown;
/** A listener that runs in a context; `listener` is how Node's emitters find it by the original. */
type BoundListener = Callable & { listener?: Callable };

const bound = new WeakSet<Callable>();
const ADDING = ['on', 'addListener', 'prependListener'] as const;
const ADDING_ONCE = ['once', 'prependOnceListener'] as const;

/** Tells the managers of all copies of the SDK from those of other libraries. */
const BRAND = Symbol.for('sightline.sdk.otel.v1');

/** Whether a context manager is of the SDK, of whatever copy. */
export function isOwnManager(manager: object): boolean {
  return (manager as { [BRAND]?: boolean })[BRAND] === true;
}

export class ContextManager {
  readonly [BRAND] = true;

  active(): Context {
    return active();
  }

  with(context: OtelContext, fn: Callable, thisArg?: unknown, ...args: unknown[]): unknown {
    const own = toContext(context);
    return thisArg === undefined ? runWith(own, fn, ...args) : run(own, () => fn.apply(thisArg, args));
  }

  /** The same function, or the same emitter whose later listeners run, in `context`. */
  bind<TTarget>(context: OtelContext, target: TTarget): TTarget {
    if (target instanceof EventEmitter) return bindEmitter(toContext(context), target);
    if (typeof target === 'function') return bindFunction(toContext(context), target as unknown as Callable) as TTarget;
    return target;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    return this;
  }
}

function bindFunction(context: Context, fn: Callable): Callable {
  const wrapped: Callable = function (this: unknown, ...args) {
    return run(context, () => fn.apply(this, args));
  };
  // Libraries look at the length, e.g. to tell error handlers from others.
  Object.defineProperty(wrapped, 'length', { configurable: true, value: fn.length });
  return wrapped;
}

function bindEmitter<TEmitter extends EventEmitter>(context: Context, emitter: TEmitter): TEmitter {
  const methods = emitter as unknown as Record<string, Callable>;
  const bindListener = (listener: Callable): BoundListener => {
    const wrapped: BoundListener = bindFunction(context, listener);
    wrapped.listener = listener;
    bound.add(wrapped);
    return wrapped;
  };
  for (const name of ADDING) {
    const original = methods[name] as Callable;
    methods[name] = function (this: unknown, event, listener) {
      const given = listener as BoundListener;
      // `once` adds a wrapper of its own around a listener that is bound already.
      if (given?.listener !== undefined && bound.has(given.listener)) {
        const inner = (given.listener as BoundListener).listener;
        if (inner !== undefined) given.listener = inner;
        return original.call(this, event, given);
      }
      return original.call(this, event, typeof given === 'function' ? bindListener(given) : given);
    };
  }
  for (const name of ADDING_ONCE) {
    const original = methods[name] as Callable;
    methods[name] = function (this: unknown, event, listener) {
      return original.call(this, event, typeof listener === 'function' ? bindListener(listener as Callable) : listener);
    };
  }
  return emitter;
}
