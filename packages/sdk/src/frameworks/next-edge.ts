/**
 * What `@sightline/sdk/next` is in the edge runtime: the SDK needs Node (AsyncLocalStorage over real sockets, files, signals), and
 * half of it would be worse than a clear word. Chosen by the `edge-light` condition of package.json; imports nothing.
 */

function refuse(what: string): never {
  throw new Error(
    `@sightline/sdk/next: ${what} does not work in the edge runtime. Run the route in Node (export const runtime = 'nodejs'), ` +
      "and in instrumentation.ts call register() only if process.env.NEXT_RUNTIME === 'nodejs'.",
  );
}

/** Throws: there is no SDK in the edge runtime. */
export function register(): never {
  return refuse('register()');
}

/** Throws: there is no SDK in the edge runtime. */
export function onRequestError(): never {
  return refuse('onRequestError()');
}

/** Throws: there is no SDK in the edge runtime. */
export function withObservability(): never {
  return refuse('withObservability()');
}

/** Throws: there is no SDK in the edge runtime. */
export function withAction(): never {
  return refuse('withAction()');
}

/** Throws: there is no SDK in the edge runtime. */
export function monitoring(): never {
  return refuse('monitoring()');
}
