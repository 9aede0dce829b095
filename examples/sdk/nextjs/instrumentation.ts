/** Next calls `register` once, before the first request. */
export async function register() {
  if (process.env['NEXT_RUNTIME'] !== 'nodejs') return;
  const sightline = await import('@sightline/sdk/next');
  sightline.register({ service: 'orders', version: '1.0.0', monitoring: { prefix: '/monitoring' } });
}

/** Errors of pages, route handlers and server actions. */
export async function onRequestError(error: unknown, request: unknown, context: { routePath: string }) {
  if (process.env['NEXT_RUNTIME'] !== 'nodejs') return;
  const sightline = await import('@sightline/sdk/next');
  sightline.onRequestError(error, request, context);
}
