/**
 * Requests by `fetch` (global and of the undici package) and undici's own API, through undici's diagnostics channels
 * (undici.nodejs.org, "Diagnostics Channel"). Each redirect is a request of its own: the headers of one host never go on to
 * another.
 */
import type { Core } from '../core/core.ts';
import { listen, type Stop, stopAll } from './guard.ts';
import type { Outgoing, OutgoingCall } from './outgoing.ts';

/** What is used of undici's request: version 6 and later have the headers as flat list, version 5 as text. */
interface UndiciRequest {
  readonly method: string;
  readonly origin: string | URL;
  readonly path: string;
  readonly headers: string | readonly (string | readonly string[])[];
  addHeader(name: string, value: string): unknown;
}

/** Instruments all copies of undici in the process: they share the channels. */
export function instrumentUndici(core: Core, outgoing: Outgoing): Stop {
  const calls = new WeakMap<object, OutgoingCall>();
  const finish = (request: object, error?: unknown): void => {
    const call = calls.get(request);
    if (call === undefined) return;
    calls.delete(request);
    outgoing.finish(call, error);
  };
  return stopAll([
    listen<{ request: UndiciRequest }>(core, 'undici:request:create', ({ request }) => {
      const { protocol, host } = addressOf(request.origin);
      const call = outgoing.begin(request.method, protocol, host, request.path);
      if (call === undefined) return;
      calls.set(request, call);
      outgoing.inject(
        call,
        (name) => hasHeader(request.headers, name),
        (name, value) => request.addHeader(name, value),
      );
    }),
    listen<{ request: object; response: { statusCode: number } }>(
      core,
      'undici:request:headers',
      ({ request, response }) => {
        const call = calls.get(request);
        if (call !== undefined) call.status = response.statusCode;
      },
    ),
    listen<{ request: object }>(core, 'undici:request:trailers', ({ request }) => {
      finish(request);
    }),
    listen<{ request: object; error: unknown }>(core, 'undici:request:error', ({ request, error }) => {
      finish(request, error);
    }),
  ]);
}

const KEPT_ORIGINS = 256;
const origins = new Map<string, { protocol: string; host: string }>();

/** Parsing an address costs more than the rest of a span: the few that a service calls are kept. */
function addressOf(origin: string | URL): { protocol: string; host: string } {
  if (typeof origin !== 'string') return { protocol: origin.protocol, host: origin.host };
  const known = origins.get(origin);
  if (known !== undefined) return known;
  const { protocol, host } = new URL(origin);
  if (origins.size >= KEPT_ORIGINS) origins.clear();
  const address = { protocol, host };
  origins.set(origin, address);
  return address;
}

function hasHeader(headers: UndiciRequest['headers'], name: string): boolean {
  if (typeof headers === 'string') return `\r\n${headers.toLowerCase()}`.includes(`\r\n${name}:`);
  for (let index = 0; index < headers.length; index += 2) {
    const header = headers[index];
    if (typeof header === 'string' && header.length === name.length && header.toLowerCase() === name) return true;
  }
  return false;
}
