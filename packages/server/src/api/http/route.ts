/** A route: what answers a method and a path. `api/` and `app/` make tables of them; the server binds a table. */
import type { HttpHandler } from '../../lib/http.ts';

export type RouteMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface Route {
  readonly methods: readonly RouteMethod[];
  /** `/api/v1/label/:name/values`; also the value of the `route` label of request metrics. */
  readonly path: string;
  readonly handler: HttpHandler;
  /** How an error is told: Prometheus's JSON envelope, or its message as plain text. */
  readonly errors: 'json' | 'text';
}

export function get(path: string, handler: HttpHandler, errors: Route['errors'] = 'json'): Route {
  return { methods: ['GET'], path, handler, errors };
}

export function post(path: string, handler: HttpHandler, errors: Route['errors'] = 'json'): Route {
  return { methods: ['POST'], path, handler, errors };
}

/** Prometheus takes the same parameters in the URL or, for long ones, in a form body. */
export function getOrPost(path: string, handler: HttpHandler): Route {
  return { methods: ['GET', 'POST'], path, handler, errors: 'json' };
}
