/** Finds the route of a request; tells an unknown path from a known path with another method. */
import findMyWay from 'find-my-way';
import type { Route, RouteMethod } from './route.ts';

export interface RouteMatch {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

type RouteResult =
  | { readonly kind: 'found'; readonly match: RouteMatch }
  | { readonly kind: 'method'; readonly allow: readonly string[] }
  | { readonly kind: 'none' };

export interface Router {
  find(method: string, path: string): RouteResult;
}

const METHODS: readonly RouteMethod[] = ['GET', 'POST', 'PUT', 'DELETE'];
/** A label name is a path segment; UTF-8 names grow threefold when they are percent-encoded. */
const MAX_PARAM_LENGTH = 4_096;

const unused = () => undefined;

export function createRouter(routes: readonly Route[]): Router {
  const tree = findMyWay({ maxParamLength: MAX_PARAM_LENGTH, caseSensitive: true });
  for (const route of routes) {
    for (const method of route.methods) tree.on(method, route.path, unused, route);
  }
  const match = (method: RouteMethod, path: string): RouteMatch | undefined => {
    const found = tree.find(method, path);
    if (found === null || found.store === null) return undefined;
    return { route: found.store as Route, params: found.params as Record<string, string> };
  };
  return {
    find(method, path) {
      const wanted = method === 'HEAD' ? 'GET' : method;
      const direct = METHODS.includes(wanted as RouteMethod) ? match(wanted as RouteMethod, path) : undefined;
      if (direct !== undefined) return { kind: 'found', match: direct };
      const allow = METHODS.filter((other) => match(other, path) !== undefined);
      return allow.length === 0 ? { kind: 'none' } : { kind: 'method', allow };
    },
  };
}
