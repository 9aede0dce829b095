/**
 * Names route and handler of each request of a Nest application and records what the handler throws. Works on both platforms:
 * Express and Fastify leave the matched route on their request.
 */
import { currentRequest, failRequest, nameRoute } from '../http/request.ts';

/** What is used of Nest's ExecutionContext. */
export interface ExecutionContextLike {
  getType(): string;
  getClass(): { readonly name: string };
  getHandler(): { readonly name: string };
  switchToHttp(): { getRequest(): unknown };
}

interface ObserverLike {
  next?(value: unknown): void;
  error?(error: unknown): void;
  complete?(): void;
}

/** What is used of the Observable of rxjs. */
export interface ObservableLike {
  subscribe(observer: ObserverLike): unknown;
}

type ObservableClass<TObservable> = new (subscribe: (observer: Required<ObserverLike>) => unknown) => TObservable;

interface RequestLike {
  /** Express. */
  readonly baseUrl?: string | undefined;
  readonly route?: { readonly path?: unknown } | undefined;
  /** Fastify. */
  readonly routeOptions?: { readonly url?: string | undefined } | undefined;
}

/** Global interceptor; `ObservabilityModule` registers it. */
export class ObservabilityInterceptor {
  intercept<TObservable extends ObservableLike>(
    context: ExecutionContextLike,
    next: { handle(): TObservable },
  ): TObservable {
    const state = context.getType() === 'http' ? currentRequest() : undefined;
    if (state === undefined || state.isIgnored) return next.handle();
    const template = templateOf(context.switchToHttp().getRequest() as RequestLike);
    if (template !== undefined) nameRoute(state, template);
    state.span?.setAttribute('code.function.name', `${context.getClass().name}.${context.getHandler().name}`);
    return onError(next.handle(), (error) => {
      if (isServerError(error)) failRequest(state, error);
    });
  }
}

/** The pattern of the matched route on either platform. */
export function templateOf(request: RequestLike): string | undefined {
  const fastify = request.routeOptions?.url;
  if (fastify !== undefined) return fastify;
  const path = request.route?.path;
  return typeof path === 'string' ? (request.baseUrl ?? '') + path : undefined;
}

/** Not an answer like "404": HttpException says its status, everything else becomes a 500. */
function isServerError(error: unknown): boolean {
  const status = (error as { getStatus?: unknown } | null)?.getStatus;
  if (typeof status !== 'function') return true;
  const code: unknown = status.call(error);
  return typeof code !== 'number' || code >= 500;
}

/** `tap({ error })` of rxjs, with the Observable's own class: the SDK does not bring a second rxjs. */
function onError<TObservable extends ObservableLike>(source: TObservable, tell: (error: unknown) => void): TObservable {
  const Observable = source.constructor as ObservableClass<TObservable>;
  return new Observable((observer) =>
    source.subscribe({
      next: (value) => observer.next(value),
      error: (error) => {
        tell(error);
        observer.error(error);
      },
      complete: () => observer.complete(),
    }),
  );
}
