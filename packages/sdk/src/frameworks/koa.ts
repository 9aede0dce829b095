/**
 * Koa 2 and 3 with @koa/router. Requests are seen without the middleware already; it adds the route template and the errors.
 *
 * @example
 * import { sightline } from '@sightline/sdk/koa';
 * app.use(sightline());
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { failRequest, nameRoute, requestOf } from '../http/request.ts';
import type { ObserveOptions } from '../observe/observe.ts';
import { ensureObserved } from './shared.ts';

/** What is used of Koa's context. */
interface KoaContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Set by @koa/router to the pattern that matched, prefix included. */
  readonly _matchedRoute?: unknown;
  /** False when somebody else has answered. */
  respond?: boolean | undefined;
}

/** The middleware; first of all. Calls `observe(options)` when the service has not. */
export function sightline(
  options?: ObserveOptions,
): (context: KoaContext, next: () => Promise<unknown>) => Promise<void> {
  ensureObserved(options);
  return async (context, next) => {
    try {
      await next();
    } catch (error) {
      const served = requestOf(context.res);
      if (served !== undefined) failRequest(served, error);
      throw error;
    } finally {
      const route = context._matchedRoute;
      const served = route === undefined ? undefined : requestOf(context.res);
      if (served !== undefined) nameRoute(served, String(route));
    }
  };
}

/**
 * The monitoring pages (/health, /metrics ...) as middleware; after `sightline()`, before everything that asks who it is.
 *
 * @example app.use(monitoring());
 */
export function monitoring(): (context: KoaContext, next: () => Promise<unknown>) => Promise<void> {
  const { handler } = ensureObserved();
  return async (context, next) => {
    if (await handler(context.req, context.res)) context.respond = false;
    else await next();
  };
}
