/**
 * `@InjectLogger()` and `@InjectMetric()`: what Nest's own `@Inject(token)` writes, and the providers behind it. Metadata keys,
 * the scope and the token of the inquirer are part of Nest's contract with its ecosystem since version 6.
 */
import { ObserveError } from '../lib/problems.ts';
import type { Registry } from '../metrics/registry.ts';
import type { Observability } from '../observe/observe.ts';

/** Token of the `Observability` itself: `@Inject(OBSERVABILITY)`. */
export const OBSERVABILITY = 'sightline:observability';
const LOGGER = 'sightline:logger';
const METRIC = 'sightline:metric:';

const CONSTRUCTOR_TOKENS = 'self:paramtypes';
const PROPERTY_TOKENS = 'self:properties_metadata';
const INQUIRER = 'INQUIRER';
const TRANSIENT = 1;

/** A provider as Nest takes it. */
export interface NestProvider {
  provide: string;
  scope?: number;
  inject?: string[];
  useFactory: (first: Observability, inquirer?: object) => unknown;
}

type InjectDecorator = (target: object, key: string | symbol | undefined, index?: number) => void;

/**
 * Injects a logger named after the class, or by `name`.
 *
 * @example constructor(@InjectLogger() private readonly log: Logger) {}
 */
export function InjectLogger(name?: string): InjectDecorator {
  if (name === undefined) return inject(LOGGER);
  return inject(declare(`${LOGGER}:${name}`, ({ logger }) => logger(name)));
}

/**
 * Injects a metric: made by the given function (the same metric for the same definition), or by the name that `metricProvider`
 * was given.
 *
 * @example
 * constructor(
 *   @InjectMetric((metrics) => metrics.counter('orders_total', 'Orders taken', { labels: ['kind'] }))
 *   private readonly orders: Counter<'kind'>,
 * ) {}
 */
export function InjectMetric(metric: string | ((metrics: Registry) => unknown)): InjectDecorator {
  if (typeof metric === 'string') return inject(METRIC + metric);
  return inject(declare(`${METRIC}#${++made}`, ({ metrics }) => metric(metrics)));
}

/**
 * A provider for `@InjectMetric(name)`, for modules that list their metrics.
 *
 * @example providers: [metricProvider('orders_total', (metrics) => metrics.counter('orders_total', 'Orders taken'))]
 */
export function metricProvider(name: string, make: (metrics: Registry) => unknown): NestProvider {
  return { provide: METRIC + name, inject: [OBSERVABILITY], useFactory: ({ metrics }) => make(metrics) };
}

let made = 0;

/** What decorators asked for. Nest reads the lists when it starts, after the classes with the decorators were loaded. */
export const declaredProviders: NestProvider[] = [
  {
    provide: LOGGER,
    scope: TRANSIENT,
    inject: [OBSERVABILITY, INQUIRER],
    useFactory: ({ logger }, inquirer) => logger(inquirer?.constructor.name ?? 'app'),
  },
];
export const declaredTokens: string[] = [OBSERVABILITY, LOGGER];

function declare(token: string, useFactory: NestProvider['useFactory']): string {
  if (!declaredTokens.includes(token)) {
    // Transient: made only where a class of the application asks for it.
    declaredProviders.push({ provide: token, scope: TRANSIENT, inject: [OBSERVABILITY], useFactory });
    declaredTokens.push(token);
  }
  return token;
}

interface Metadata {
  getMetadata?(key: string, target: object): unknown[] | undefined;
  defineMetadata?(key: string, value: unknown, target: object): void;
}

function inject(token: string): InjectDecorator {
  return (target, key, index) => {
    if (index !== undefined) append(CONSTRUCTOR_TOKENS, { index, param: token }, target);
    else append(PROPERTY_TOKENS, { key, type: token }, target.constructor);
  };
}

function append(key: string, entry: object, target: object): void {
  const { getMetadata, defineMetadata } = Reflect as Metadata;
  if (getMetadata === undefined || defineMetadata === undefined)
    throw new ObserveError(
      'unsupported',
      'decorators of Nest need reflect-metadata: load @nestjs/common, which brings it, before the class',
    );
  defineMetadata(key, [...(getMetadata(key, target) ?? []), entry], target);
}
