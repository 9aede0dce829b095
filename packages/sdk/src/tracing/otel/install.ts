/**
 * Registers the SDK with `@opentelemetry/api`, so that instrumentations written for OpenTelemetry make spans of ours. The
 * package is an optional peer: it is never imported here, but found when the service has loaded it, or given by the service.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { current, run } from '../../context/store.ts';
import { SUPPRESSED } from '../../context/suppress.ts';
import type { Core } from '../../core/core.ts';
import { ObserveError } from '../../lib/problems.ts';
import type { Recorder } from '../recorder.ts';
import type { Tracer } from '../tracer.ts';
import type { OtelApi } from './api.ts';
import { mapApiKeys } from './context-bridge.ts';
import { ContextManager } from './context-manager.ts';
import { foreignTracing } from './delegated-span.ts';
import { followForeign, foreignContextManager, isForeignRegistered } from './foreign.ts';
import { Propagator } from './propagator.ts';
import { TracerProvider } from './tracer-provider.ts';

/**
 * `auto` (the default) registers when the service loads `@opentelemetry/api` now or within the first seconds. `true` loads it.
 * A bundle has its own copy that nobody can find: give the module, `import * as api from '@opentelemetry/api'`. `false` leaves
 * it and other SDKs alone.
 */
export type OtelApiOption = 'auto' | boolean | OtelApi;

/** What became of it. `foreign`: another SDK is registered and its spans are followed. */
export type OtelState = 'absent' | 'installed' | 'foreign';

const LOOK_AGAIN_MS = [0, 1000, 10_000];
const MODULE = '@opentelemetry/api';
/** The CommonJS main file of the package, which ESM imports load too. */
const MAIN_FILE = /[\\/]@opentelemetry[\\/]api[\\/]build[\\/]src[\\/]index\.js$/;

export class OtelBridge {
  state: OtelState = 'absent';
  readonly #core: Core;
  readonly #recorder: Recorder;
  readonly #tracer: Tracer;
  readonly #timers: NodeJS.Timeout[] = [];
  #undo: (() => void) | undefined;

  /** @param tracer The program's, whose spans go to another SDK where there is one. */
  constructor(core: Core, recorder: Recorder, tracer: Tracer) {
    this.#core = core;
    this.#tracer = tracer;
    this.#recorder = recorder;
  }

  /** @throws ObserveError with `true` when the package is not installed. */
  start(option: OtelApiOption): void {
    if (option === false) return;
    if (typeof option === 'object') this.install(option);
    else if (option === true) this.install(requireApi());
    else if (!this.#follow() && !this.#installLoaded()) {
      for (const delayMs of LOOK_AGAIN_MS) this.#later(delayMs);
    }
  }

  /** Registers tracer provider, context manager and propagator. Another SDK that is registered already is followed instead. */
  install(api: OtelApi): OtelState {
    if (this.state !== 'absent' || this.#follow()) return this.state;
    mapApiKeys();
    const isRegistered =
      api.context.setGlobalContextManager(new ContextManager() as never) &&
      api.trace.setGlobalTracerProvider(new TracerProvider(this.#recorder) as never);
    if (!isRegistered) {
      this.#core.notices.tell(
        'otel:refused',
        `${MODULE} did not accept the SDK: another copy or version is registered`,
      );
      return this.state;
    }
    api.propagation.setGlobalPropagator(new Propagator() as never);
    this.state = 'installed';
    this.#undo = () => {
      api.trace.disable();
      api.context.disable();
      api.propagation.disable();
    };
    return this.state;
  }

  close(): void {
    for (const timer of this.#timers.splice(0)) clearTimeout(timer);
    this.#undo?.();
    this.#undo = undefined;
    this.state = 'absent';
  }

  #follow(): boolean {
    const manager = foreignContextManager();
    if (manager === undefined || !isForeignRegistered()) return false;
    const unfollow = followForeign(manager);
    this.#tracer.delegateTo(foreignTracing(manager));
    this.#recorder.silence();
    this.#undo = () => {
      unfollow();
      this.#tracer.delegateTo(undefined);
    };
    this.state = 'foreign';
    this.#core.notices.tell(
      'otel:foreign',
      'another OpenTelemetry SDK is registered: log lines name its spans, it records those of tracer.span(), and the SDK exports none',
    );
    return true;
  }

  #installLoaded(): boolean {
    const api = loadedApi();
    if (api !== undefined) this.install(api);
    return api !== undefined;
  }

  #later(delayMs: number): void {
    const look = () =>
      setTimeout(() => {
        if (this.state === 'absent' && !this.#follow()) this.#installLoaded();
      }, delayMs);
    // Where there is no context, the timer has none to keep: to enter one here would make every start pay for contexts.
    const timer = current() === undefined ? look() : run(SUPPRESSED, look);
    timer.unref();
    this.#timers.push(timer);
  }
}

/** From where the service runs: its copy is the one that its instrumentations see. */
function serviceRequire(): NodeJS.Require {
  return createRequire(join(process.cwd(), 'service.js'));
}

function loadedApi(): OtelApi | undefined {
  const { cache } = serviceRequire();
  for (const path of Object.keys(cache)) {
    if (!MAIN_FILE.test(path)) continue;
    const api: unknown = cache[path]?.exports;
    if (isApi(api)) return api;
  }
  return undefined;
}

function requireApi(): OtelApi {
  try {
    const api: unknown = serviceRequire()(MODULE);
    if (isApi(api)) return api;
  } catch (error) {
    throw new ObserveError(
      'unsupported',
      `tracing.otelApi: ${MODULE} can't be loaded; install it, or give the module`,
      {
        cause: error,
      },
    );
  }
  throw new ObserveError('unsupported', `tracing.otelApi: ${MODULE} 1.9 or later is needed`);
}

/** A module that is still being loaded, in a cycle, has no exports yet. */
function isApi(api: unknown): api is OtelApi {
  const { trace, context, propagation } = (api ?? {}) as Partial<OtelApi>;
  return (
    typeof trace?.setGlobalTracerProvider === 'function' &&
    typeof context?.setGlobalContextManager === 'function' &&
    typeof propagation?.setGlobalPropagator === 'function'
  );
}
