/**
 * Method decorators, both the standard ones (TC39, stage 3) and those of TypeScript's `experimentalDecorators`, which NestJS
 * uses: `@Tracked()` writes a performance line for each call, `@RateLimited()` bounds the lines that a method writes.
 */
import { active, run } from '../context/store.ts';
import { ObserveError } from '../lib/problems.ts';
import { theLogging } from './current-logging.ts';
import type { Logger } from './logger.ts';
import { measure, type TrackedOptions } from './performance.ts';
import { BUCKET_KEY, type RateLimit } from './rate-limit.ts';

type Method = (this: unknown, ...args: never[]) => unknown;

/** Takes the place of a method, in either kind of decorators. */
export interface MethodDecorator {
  <TThis, TArgs extends unknown[], TResult>(
    method: (this: TThis, ...args: TArgs) => TResult,
    context: ClassMethodDecoratorContext,
  ): (this: TThis, ...args: TArgs) => TResult;
  (target: object, key: string | symbol, descriptor: PropertyDescriptor): PropertyDescriptor;
}

/**
 * A performance line for each call of the method, named `Class.method` unless `name` is given.
 *
 * @param options Also `logger`: gets the lines; that of `observe()` unless given.
 * @example class Epics { @Tracked({ alertThresholdMs: 1000 }) async create(data: EpicData) {} }
 */
export function Tracked(options: TrackedOptions & { readonly logger?: Logger | undefined } = {}): MethodDecorator {
  return decorator((method, key) => {
    return function trackedMethod(this: unknown, ...args: never[]): unknown {
      const logger = options.logger ?? theLogging()?.root;
      if (logger === undefined) return method.apply(this, args);
      const operation = options.name ?? `${classOf(this)}${String(key)}`;
      return measure(logger, operation, () => method.apply(this, args), options);
    };
  });
}

/**
 * Bounds the lines that are written within the method, also by what it calls; the lines beyond are counted and told.
 *
 * @example class Poller { @RateLimited({ maxPerMinute: 10 }) poll() { logger.debug('Polled'); } }
 */
export function RateLimited(limit: RateLimit): MethodDecorator {
  return decorator((method, key) => {
    return function limitedMethod(this: unknown, ...args: never[]): unknown {
      const bucket = theLogging()?.bucket(limit.key ?? `${classOf(this)}${String(key)}`, limit.maxPerMinute);
      if (bucket === undefined) return method.apply(this, args);
      return run(active().setValue(BUCKET_KEY, bucket), () => method.apply(this, args));
    };
  });
}

function decorator(wrap: (method: Method, key: string | symbol) => Method): MethodDecorator {
  const decorate = (target: unknown, contextOrKey: unknown, descriptor?: PropertyDescriptor): unknown => {
    if (typeof target === 'function' && isContext(contextOrKey)) return wrap(target as Method, contextOrKey.name);
    const method: unknown = descriptor?.value;
    if (typeof method !== 'function') throw new ObserveError('unsupported', 'only methods can be decorated');
    return { ...descriptor, value: wrap(method as Method, contextOrKey as string | symbol) };
  };
  return decorate as MethodDecorator;
}

function isContext(value: unknown): value is ClassMethodDecoratorContext {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

function classOf(instance: unknown): string {
  if (typeof instance === 'function') return `${instance.name}.`;
  const name = (instance as { constructor?: { name?: string } } | null | undefined)?.constructor?.name;
  return name === undefined || name === '' ? '' : `${name}.`;
}
