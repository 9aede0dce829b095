/**
 * Shutdown of a Nest application together with the SDK's. The SDK owns the signals: readiness goes red and requests are drained
 * before Nest destroys its modules, which `app.enableShutdownHooks()` does at once.
 */
import { type Observability, observe } from '../observe/observe.ts';

/** What is used of an application. */
export interface NestApplicationLike {
  close(): Promise<unknown>;
}

/**
 * Closes the application, with all its lifecycle hooks, when the SDK shuts down: after the last request, before telemetry is
 * flushed. Use it in place of `app.enableShutdownHooks()`.
 *
 * @example
 * const app = await NestFactory.create(AppModule);
 * closeOnShutdown(app);
 * await app.listen(3000);
 */
export function closeOnShutdown(app: NestApplicationLike, observability: Observability = observe()): void {
  observability.shutdown.registerCleanup(() => app.close(), { name: 'nest application' });
}

/** Lifecycle hooks of the module, for applications that use `enableShutdownHooks()` or are closed by hand. */
export class NestShutdown {
  readonly #observability: Observability;

  constructor(observability: Observability) {
    this.#observability = observability;
  }

  /** @param signal Undefined when the application is closed by a call. */
  async onApplicationShutdown(signal?: string): Promise<void> {
    const { shutdown } = this.#observability;
    const isShuttingDown = shutdown.state !== 'starting' && shutdown.state !== 'ready';
    // Nest sends itself the signal again after its hooks. The SDK, which had it first, would take that for "at once".
    if (signal !== undefined && isShuttingDown) await shutdown.initiate(signal);
    else await this.#observability.flush();
  }
}
