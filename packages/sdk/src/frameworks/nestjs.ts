/**
 * NestJS: `ObservabilityModule.forRoot({ service })` starts the SDK, names route and handler of each request, records
 * exceptions, and makes loggers and metrics injectable. Works with platform-express and platform-fastify, and imports neither
 * Nest nor rxjs: a dynamic module is a plain object.
 */
import { addFastifyHooks, type FastifyLike } from '../http/fastify-hooks.ts';
import { type Observability, type ObserveOptions, observe } from '../observe/observe.ts';
import { sightline as express } from './express.ts';
import { declaredProviders, declaredTokens, type NestProvider, OBSERVABILITY } from './nestjs-inject.ts';
import { ObservabilityInterceptor } from './nestjs-interceptor.ts';
import { NestLogger } from './nestjs-logger.ts';
import { NestShutdown } from './nestjs-shutdown.ts';

export { InjectLogger, InjectMetric, metricProvider, OBSERVABILITY } from './nestjs-inject.ts';
export { NestLogger } from './nestjs-logger.ts';
export { closeOnShutdown } from './nestjs-shutdown.ts';

/** Nest's token of interceptors that apply to the whole application. */
const APP_INTERCEPTOR = 'APP_INTERCEPTOR';

/** What Nest takes as a dynamic module. */
export interface NestDynamicModule {
  module: typeof ObservabilityModule;
  global: boolean;
  imports?: NestImport[];
  providers: (NestProvider | ClassProvider)[];
  exports: (string | typeof NestLogger)[];
}

interface ClassProvider {
  provide: typeof NestLogger | typeof NestShutdown | string;
  inject?: (string | NestToken)[];
  useFactory: (...dependencies: never[]) => unknown;
}

type NestToken = abstract new (...args: never[]) => unknown;
type NestImport = new (...args: never[]) => unknown;

/** Options from other providers, e.g. a ConfigService. */
export interface ObservabilityAsyncOptions<TDependencies extends unknown[]> {
  imports?: NestImport[];
  inject?: (string | NestToken)[];
  useFactory: (...dependencies: TDependencies) => ObserveOptions | Promise<ObserveOptions>;
}

interface HttpAdapterLike {
  getType(): string;
  getInstance(): unknown;
}

/** Of an adapter's builder; its class has the method, Nest's interface does not list it. */
interface ConsumerLike {
  getHttpAdapter?(): HttpAdapterLike;
}

interface ExpressLike {
  use(middleware: ReturnType<typeof express>): unknown;
}

/**
 * The module, global in an application.
 *
 * @example
 * @Module({ imports: [ObservabilityModule.forRoot({ service: 'shop' })], controllers: [OrderController] })
 * class AppModule {}
 */
export class ObservabilityModule {
  /** Starts the SDK unless it is running. @throws ObserveError that lists every wrong option. */
  static forRoot(options?: ObserveOptions): NestDynamicModule {
    const observability = observe(options);
    return describe({ provide: OBSERVABILITY, useFactory: () => observability });
  }

  /**
   * The same with options of other providers. Requests and lines before that are seen by the SDK only if `observe()` was called.
   *
   * @example forRootAsync({ inject: [ConfigService], useFactory: (config: ConfigService) => ({ service: config.get('NAME') }) })
   */
  static forRootAsync<TDependencies extends unknown[]>(
    options: ObservabilityAsyncOptions<TDependencies>,
  ): NestDynamicModule {
    const { imports = [], inject = [], useFactory } = options;
    const start = async (...dependencies: TDependencies) => observe(await useFactory(...dependencies));
    return { ...describe({ provide: OBSERVABILITY, inject, useFactory: start }), imports };
  }

  /**
   * Called by Nest before routes are registered. The interceptor sees only requests that passed the guards; the platform names
   * the route of the others.
   */
  configure(consumer: ConsumerLike): void {
    const adapter = consumer.getHttpAdapter?.();
    if (adapter?.getType() === 'fastify') addFastifyHooks(adapter.getInstance() as FastifyLike);
    else if (adapter?.getType() === 'express') (adapter.getInstance() as ExpressLike).use(express());
  }
}

function describe(observability: ClassProvider): NestDynamicModule {
  const own: ClassProvider[] = [
    observability,
    { provide: NestLogger, inject: [OBSERVABILITY], useFactory: (it: Observability) => new NestLogger(it) },
    { provide: NestShutdown, inject: [OBSERVABILITY], useFactory: (it: Observability) => new NestShutdown(it) },
    { provide: APP_INTERCEPTOR, useFactory: () => new ObservabilityInterceptor() },
  ];
  return {
    module: ObservabilityModule,
    global: true,
    // Read when Nest starts: classes loaded after this call have added theirs by then.
    get providers() {
      return [...own, ...declaredProviders];
    },
    get exports() {
      return [...declaredTokens, NestLogger];
    },
  };
}
