/**
 * Route and error of Fastify requests. Fastify announces each new instance on the channel `fastify.initialization`, so a service
 * has nothing to register; an instance made before `observe()` takes the plugin of `@sightline/sdk/fastify`.
 */
import type { Core } from '../core/core.ts';
import { listen, type Stop } from './guard.ts';
import { currentRequest, failRequest, nameRoute } from './request.ts';

/** What is used of Fastify's request. */
interface FastifyRequestLike {
  /** `url` is the template with all prefixes; undefined where no route matched. */
  readonly routeOptions: { readonly url?: string | undefined };
}

type Done = () => void;

/** What is used of a Fastify instance. */
export interface FastifyLike {
  addHook(name: 'onRequest', hook: (request: FastifyRequestLike, reply: unknown, done: Done) => void): unknown;
  addHook(
    name: 'onError',
    hook: (request: FastifyRequestLike, reply: unknown, error: Error, done: Done) => void,
  ): unknown;
}

const hooked = new WeakSet<object>();

/** Adds the hooks, once to an instance. */
export function addFastifyHooks(fastify: FastifyLike): void {
  if (hooked.has(fastify)) return;
  hooked.add(fastify);
  // The first hook of all: a request that a later one refuses has its route too.
  fastify.addHook('onRequest', (request, _reply, done) => {
    const state = currentRequest();
    const template = state === undefined ? undefined : request.routeOptions.url;
    if (state !== undefined && template !== undefined) nameRoute(state, template);
    done();
  });
  fastify.addHook('onError', (_request, _reply, error, done) => {
    const state = currentRequest();
    if (state !== undefined) failRequest(state, error);
    done();
  });
}

/** Adds the hooks to every instance made from now on. */
export function listenFastify(core: Core): Stop {
  return listen<{ readonly fastify: FastifyLike }>(core, 'fastify.initialization', ({ fastify }) => {
    addFastifyHooks(fastify);
  });
}
