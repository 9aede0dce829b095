/**
 * Express 4 and 5. Requests are seen without the middleware already; it adds the route template and the errors.
 *
 * @example
 * import { sightline } from '@sightline/sdk/express';
 * app.use(sightline());
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { currentRequest, failRequest, nameRoute, recordError, requestOf, type ServerRequest } from '../http/request.ts';
import type { ObserveOptions } from '../observe/observe.ts';
import { mountTemplate, type RouterLike } from './express-mounts.ts';
import { ensureObserved } from './shared.ts';

type Next = (error?: unknown) => void;

/** What is used of Express' application and request; both versions have it. */
interface ExpressApp {
  /** Prototype of the requests of this application. */
  readonly request: object;
  readonly router?: unknown;
  readonly _router?: unknown;
  /** The application it is mounted in. */
  readonly parent?: ExpressApp;
  use(handler: (error: unknown, request: IncomingMessage, response: ServerResponse, next: Next) => void): unknown;
}
type ExpressRequest = IncomingMessage & { readonly app?: unknown };
interface RoutedRequest {
  readonly baseUrl?: string;
  readonly res?: ServerResponse;
  readonly app?: ExpressApp;
  [ROUTE]?: unknown;
}

const ROUTE = Symbol('sightline.route');
const prepared = new WeakSet<object>();

/**
 * The middleware; first of all. Calls `observe(options)` when the service has not.
 *
 * Errors that no error handler of the service answers are recorded too. Put `errorHandler()` before your own error handler to
 * record those that it answers.
 */
export function sightline(
  options?: ObserveOptions,
): (request: ExpressRequest, response: ServerResponse, next: Next) => void {
  ensureObserved(options);
  return (request, _response, next) => {
    const app = request.app as ExpressApp | undefined;
    if (app !== undefined && !prepared.has(app)) prepare(app);
    next();
  };
}

/**
 * Error-handling middleware that records the exception on the span and the line of the request, and passes it on.
 *
 * @example app.use(errorHandler()); app.use(myErrorPage);
 */
export function errorHandler(): (
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
  next: Next,
) => void {
  return noteError;
}

function noteError(error: unknown, _request: IncomingMessage, response: ServerResponse, next: Next): void {
  const served = requestOf(response);
  if (served === undefined) recordError(error);
  else failRequest(served, error);
  next(error);
}

/**
 * The router assigns `request.route` when a route matches, while `baseUrl` still is that of its router; at the end of a
 * request that failed it is not any more. So the assignment is observed, once per application, on the requests' prototype.
 */
function prepare(app: ExpressApp): void {
  prepared.add(app);
  app.use(noteError);
  Object.defineProperty(app.request, 'route', {
    configurable: true,
    enumerable: true,
    get(this: RoutedRequest) {
      return this[ROUTE];
    },
    set(this: RoutedRequest, route: unknown) {
      this[ROUTE] = route;
      const served = servedFor(this);
      if (served !== undefined) nameRoute(served, templateOf(this, route));
    },
  });
}

/** Whose request it is; by the context where that is right, because looking at a request of Express is slow on Node 20. */
function servedFor(request: RoutedRequest): ServerRequest | undefined {
  const served = currentRequest();
  if (served?.incoming === (request as object)) return served;
  const { res } = request;
  return res === undefined ? undefined : requestOf(res);
}

function templateOf(request: RoutedRequest, route: unknown): string {
  const { path } = (route ?? {}) as { path?: unknown };
  const own = typeof path === 'string' ? path : Array.isArray(path) ? path.join('|') : String(path);
  const { baseUrl = '' } = request;
  if (baseUrl === '') return own;
  let app = request.app;
  while (app?.parent !== undefined) app = app.parent;
  // Express 4 throws when `router` is read.
  const router = (app?._router ?? app?.router) as RouterLike | undefined;
  const mount = mountTemplate(router, baseUrl);
  return own === '/' ? mount : mount + own;
}
