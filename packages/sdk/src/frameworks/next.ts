/**
 * Next.js (App Router, Node runtime): `register()` for instrumentation.ts, `withObservability()` around route handlers,
 * `withAction()` around server actions. Requests themselves are seen where Node serves them; this adds their route and errors.
 */
import { run } from '../context/store.ts';
import { currentRequest, failRequest, nameRoute, type ServerRequest } from '../http/request.ts';
import type { HttpServing } from '../http/server.ts';
import { ObserveError } from '../lib/problems.ts';
import { type Observability, type ObserveOptions, observe } from '../observe/observe.ts';
import { answerWebRequest, beginWebRequest, type WebRequest } from './shared.ts';

/**
 * Starts the SDK of a Next application.
 *
 * @throws ObserveError in the edge runtime, which has no Node.
 * @example
 * // instrumentation.ts
 * export async function register() {
 *   if (process.env.NEXT_RUNTIME !== 'nodejs') return;
 *   const { register } = await import('@sightline/sdk/next');
 *   register({ service: 'shop' });
 * }
 */
export function register(options: ObserveOptions = {}): Observability {
  refuseEdge('register()');
  return observe(options);
}

/** What Next tells about a failed request beside the error. */
export interface RequestErrorContext {
  /** The route as a pattern, e.g. `/api/users/[id]`. */
  readonly routePath?: string | undefined;
}

/**
 * Next's hook for errors of rendering, route handlers and actions.
 *
 * @example
 * // instrumentation.ts
 * export async function onRequestError(...args) {
 *   if (process.env.NEXT_RUNTIME === 'nodejs') (await import('@sightline/sdk/next')).onRequestError(...args);
 * }
 */
export function onRequestError(error: unknown, _request: unknown, context: RequestErrorContext): void {
  const request = currentRequest();
  if (request === undefined) return;
  if (request.route === undefined && context.routePath !== undefined) nameRoute(request, context.routePath);
  failRequest(request, error);
}

export interface RouteHandlerOptions {
  /** Template of the route, e.g. `/api/users/[id]`: the label of its metrics and the name of its span. */
  readonly route: string;
}

const NEXT_DIGEST =
  /^(?:NEXT_REDIRECT|NEXT_HTTP_ERROR_FALLBACK|NEXT_NOT_FOUND|DYNAMIC_SERVER_USAGE|BAILOUT_TO_CLIENT_SIDE_RENDERING|HANGING_PROMISE_REJECTION)/;

type Handler = (...args: never[]) => Response | Promise<Response>;

/**
 * Wraps a route handler: its requests have a route, and what it throws is on their span and line. `redirect()` and `notFound()`
 * are answers, not errors.
 *
 * @example
 * export const GET = withObservability(async (request, { params }) => Response.json(await find((await params).id)), {
 *   route: '/api/users/[id]',
 * });
 */
export function withObservability<THandler extends Handler>(
  handler: THandler,
  options: RouteHandlerOptions,
): (...args: Parameters<THandler>) => Promise<Response> {
  refuseEdge('withObservability()');
  if (typeof options?.route !== 'string' || options.route === '')
    throw new ObserveError('invalid_options', "withObservability() needs the route, e.g. { route: '/api/users/[id]' }");
  return async function observed(...args) {
    const seen = currentRequest();
    if (seen !== undefined && !seen.isOver) {
      nameRoute(seen, options.route);
      return guarded(seen, () => handler(...args));
    }
    return serve(options.route, args[0] as unknown as WebRequest, () => handler(...args));
  };
}

/** A request that no server of Node brought: a handler that a test or another runtime calls. */
async function serve(
  route: string,
  request: WebRequest,
  answer: () => Response | Promise<Response>,
): Promise<Response> {
  const { serving } = observe().http;
  const served = beginWebRequest(serving, request);
  nameRoute(served, route);
  return run(served.context, async () => {
    try {
      const response = withIds(serving, served, await guarded(served, answer));
      serving.end(served, response.status, 'finished');
      return response;
    } catch (error) {
      const status = answerOf(error);
      serving.end(served, status, status === undefined ? 'failed' : 'finished');
      throw error;
    }
  });
}

/** The answer with the ids of its request; a copy where its headers cannot be changed (`Response.redirect()`, `fetch()`). */
function withIds(serving: HttpServing, served: ServerRequest, response: Response): Response {
  const echo = (answer: Response): Response => {
    serving.echo(served, { setHeader: (name, value) => answer.headers.set(name, value) });
    return answer;
  };
  try {
    return echo(response);
  } catch {
    // What `Response.error()` makes has a status that a copy cannot have.
    return response.type === 'error' ? response : echo(new Response(response.body, response));
  }
}

/**
 * The monitoring pages as a route handler, below the path that `register({ monitoring: { prefix } })` names.
 *
 * @example
 * // app/monitoring/[...page]/route.ts
 * export const GET = monitoring();
 */
export function monitoring(): (request: WebRequest) => Promise<Response> {
  refuseEdge('monitoring()');
  return async (request) =>
    (await answerWebRequest(observe().handler, request)) ?? Response.json({ error: 'no such page' }, { status: 404 });
}

/**
 * Wraps a server action: a span of its own below the request's, and what it throws recorded.
 *
 * @param name Of the span and in its lines, e.g. `order.create`.
 * @example export const createOrder = withAction('order.create', async (form: FormData) => { 'use server'; ... });
 */
export function withAction<TArgs extends unknown[], TResult>(
  name: string,
  action: (...args: TArgs) => Promise<TResult>,
): (...args: TArgs) => Promise<TResult> {
  refuseEdge('withAction()');
  return async function observed(...args) {
    const outcome = await observe().tracer.span(name, async () => {
      try {
        return { value: await guarded(currentRequest(), () => action(...args)) };
      } catch (error) {
        if (answerOf(error) === undefined) throw error;
        return { answer: error };
      }
    });
    if ('answer' in outcome) throw outcome.answer;
    return outcome.value;
  };
}

async function guarded<TResult>(
  request: ServerRequest | undefined,
  work: () => TResult | Promise<TResult>,
): Promise<TResult> {
  try {
    return await work();
  } catch (error) {
    if (request !== undefined && answerOf(error) === undefined) failRequest(request, error);
    throw error;
  }
}

/**
 * The status of Next's own way of answering from anywhere: redirect(), notFound(), forbidden() throw errors whose digest says
 * it. Other digests of Next leave prerendering; the request goes on. Undefined for real errors.
 */
function answerOf(error: unknown): number | undefined {
  const digest = (error as { digest?: unknown } | null)?.digest;
  if (typeof digest !== 'string' || !NEXT_DIGEST.test(digest)) return undefined;
  return Number(/;([1-5]\d\d);?$/.exec(digest)?.[1] ?? 200);
}

function refuseEdge(what: string): void {
  if (process.env['NEXT_RUNTIME'] !== 'edge') return;
  throw new ObserveError(
    'unsupported',
    `${what} does not work in the edge runtime: export const runtime = 'nodejs' in the route, and in instrumentation.ts ` +
      "call register() only if process.env.NEXT_RUNTIME === 'nodejs'",
  );
}
