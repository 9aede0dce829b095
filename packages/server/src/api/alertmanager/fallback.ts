/**
 * Everything else under /api/v2: the same routes with a slash at the end, and refusals in the words of Alertmanager's router.
 * Source: go-openapi/runtime middleware.
 */
import { createRouter } from '../http/router.ts';
import type { Route } from '../http/route.ts';
import { json } from './answer.ts';

export function fallbackRoutes(known: readonly Route[]): Route[] {
  const fixed = known.filter(({ path }) => !path.includes(':'));
  const slashed = fixed.map((route) => ({ ...route, path: `${route.path}/` }));
  return [...slashed, refusal([...known, ...slashed])];
}

function refusal(known: readonly Route[]): Route {
  const router = createRouter(known);
  return {
    methods: ['GET', 'POST', 'PUT', 'DELETE'],
    path: '/api/v2/*',
    errors: 'json',
    handler: async ({ method, path }) => {
      const found = router.find(method, path);
      if (found.kind !== 'method') return json({ code: 404, message: `path ${path} was not found` }, 404);
      const allow = found.allow.join();
      const { headers, ...refused } = json(
        { code: 405, message: `method ${method} is not allowed, but [${allow}] are` },
        405,
      );
      return { ...refused, headers: { ...headers, allow } };
    },
  };
}
