/** Switches HTTP on for a process: its servers and its outgoing requests. */
import type { HttpDeps } from './deps.ts';
import { listenFastify } from './fastify-hooks.ts';
import { type Stop, stopAll } from './guard.ts';
import { instrumentNodeClient } from './node-client.ts';
import { type HttpOptions, resolveHttp } from './options.ts';
import { Outgoing } from './outgoing.ts';
import { HttpServing } from './server.ts';
import { instrumentServers } from './server-channels.ts';
import { instrumentUndici } from './undici-client.ts';

/** HTTP of a running SDK. */
export interface Http {
  /** For servers that Node does not tell of: HTTP/2, and frameworks on other runtimes. */
  readonly serving: HttpServing;
  /** Leaves servers and clients as they were found; what is in flight is not reported any more. */
  stop(): void;
}

/**
 * @throws ObserveError that lists every wrong option.
 * @example const http = instrumentHttp({ core, registry, logging, tracing }, { trustProxy: 1 });
 */
export function instrumentHttp(deps: HttpDeps, options: HttpOptions = {}): Http {
  const resolved = resolveHttp(options);
  const serving = new HttpServing(deps, resolved);
  if (!deps.core.enabled) return { serving, stop: () => undefined };
  const stops: Stop[] = [instrumentServers(deps.core, serving), listenFastify(deps.core)];
  if (resolved.client !== undefined) {
    const outgoing = new Outgoing(deps, resolved.client.isOpenTo, resolved.metrics);
    stops.push(instrumentUndici(deps.core, outgoing), instrumentNodeClient(deps.core, outgoing));
  }
  return { serving, stop: stopAll(stops) };
}
