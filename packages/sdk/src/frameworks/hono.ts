/**
 * Hono 4, on @hono/node-server and elsewhere. On Node's HTTP/1 server requests are seen already and the middleware adds the
 * route template and the errors; on other servers (HTTP/2, `app.request()`) it reports the request itself.
 *
 * @example
 * import { sightline } from '@sightline/sdk/hono';
 * app.use(sightline());
 */
import { runWith } from '../context/store.ts';
import { currentRequest, failRequest, nameRoute, type ServerRequest } from '../http/request.ts';
import type { ObserveOptions } from '../observe/observe.ts';
import { answerWebRequest, beginWebRequest, ensureObserved, type WebRequest } from './shared.ts';

/** What is used of Hono's context. */
interface HonoContext {
  readonly req: {
    readonly raw: WebRequest;
    /** The routes that matched, in the order of the app; and which of them answered. */
    readonly matchedRoutes?: readonly { readonly method: string; readonly path: string }[];
    readonly routeIndex?: number;
  };
  readonly res: { readonly status: number };
  readonly error?: unknown;
  header(name: string, value: string): void;
}

/** The middleware; first of all. Calls `observe(options)` when the service has not. */
export function sightline(
  options?: ObserveOptions,
): (context: HonoContext, next: () => Promise<void>) => Promise<void> {
  const { serving } = ensureObserved(options).http;
  return async (context, next) => {
    const seen = currentRequest();
    if (seen !== undefined && !seen.isOver) {
      await next();
      note(seen, context);
      return;
    }
    const served = beginWebRequest(serving, context.req.raw);
    try {
      await runWith(served.context, next);
      note(served, context);
      serving.echo(served, { setHeader: (name, value) => context.header(name, value) });
      serving.end(served, context.res.status, 'finished');
    } catch (error) {
      failRequest(served, error);
      serving.end(served, undefined, 'failed');
      throw error;
    }
  };
}

/**
 * The monitoring pages (/health, /metrics ...) as middleware; after `sightline()`, before everything that asks who it is.
 *
 * @example app.use(monitoring());
 */
export function monitoring(): (context: HonoContext, next: () => Promise<void>) => Promise<Response | undefined> {
  const { handler } = ensureObserved();
  return async (context, next) => {
    const page = await answerWebRequest(handler, context.req.raw);
    if (page === undefined) await next();
    return page;
  };
}

function note(served: ServerRequest, context: HonoContext): void {
  if (context.error !== undefined) failRequest(served, context.error);
  const { matchedRoutes = [], routeIndex = 0 } = context.req;
  const answering = matchedRoutes[Math.min(routeIndex, matchedRoutes.length - 1)];
  // The last to run is a middleware when no route matched; middleware stands on all methods and, mostly, on a wildcard.
  const isMiddleware = answering === undefined || (answering.method === 'ALL' && answering.path.endsWith('*'));
  if (!isMiddleware) nameRoute(served, answering.path);
}
