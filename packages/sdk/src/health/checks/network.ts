/** Checks of what is reached over the network: an HTTP address, a TCP port, a name. Each stops at once when aborted. */
import type { IncomingMessage } from 'node:http';
import { builtin } from '../../lib/builtin.ts';
import type { Check, CheckOutcome } from '../check.ts';

export interface HttpCheckOptions {
  /** Default GET. */
  method?: string | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  /** Status codes that are right; 200 to 399 unless given. */
  expectStatus?: number | readonly number[] | undefined;
  /** Text the answer must have in its first 64 KiB. */
  expectBody?: string | RegExp | undefined;
  /** An answer that takes longer makes a warning. */
  warningMs?: number | undefined;
  /** Of node:tls: an authority of one's own. */
  ca?: string | undefined;
}

const MAX_BODY = 65_536;

/** An HTTP address answers as it should. A new connection each time: it is also the way there that is checked. */
export function http(url: string | URL, options: HttpCheckOptions = {}): Check {
  const target = new URL(url);
  const { expectBody, warningMs } = options;
  return async (signal) => {
    const startedAt = performance.now();
    const response = await send(target, options, signal);
    const status = response.statusCode ?? 0;
    const text = await readBody(response, expectBody !== undefined);
    const tookMs = performance.now() - startedAt;
    if (!isExpected(status, options.expectStatus)) return failed(`answered ${status}`, status);
    if (expectBody !== undefined && !matches(text, expectBody)) {
      return failed(`answered ${status} without ${String(expectBody)} in the body`, status);
    }
    if (warningMs !== undefined && tookMs > warningMs) {
      return { status: 'warning', message: `answered ${status}, slower than ${warningMs} ms`, http_status: status };
    }
    return { status: 'healthy', message: `answered ${status}`, http_status: status };
  };
}

function failed(message: string, status: number): CheckOutcome {
  return { status: 'critical', message, http_status: status };
}

async function send(target: URL, options: HttpCheckOptions, signal: AbortSignal): Promise<IncomingMessage> {
  const { method = 'GET', headers = {}, ca } = options;
  const given = { method, headers, signal, agent: false as const, ...(ca === undefined ? {} : { ca }) };
  const start = builtin(target.protocol === 'https:' ? 'node:https' : 'node:http').request;
  return new Promise((resolve, reject) => {
    const request = start(target, given);
    request.on('response', resolve);
    request.on('error', reject);
    request.end();
  });
}

/** Reads what is looked at, and no more: the rest of a long answer is cut off. */
async function readBody(response: IncomingMessage, isWanted: boolean): Promise<string> {
  if (!isWanted) {
    response.destroy();
    return '';
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= MAX_BODY) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_BODY).toString();
}

function isExpected(status: number, expected: number | readonly number[] | undefined): boolean {
  if (expected === undefined) return status >= 200 && status < 400;
  return typeof expected === 'number' ? status === expected : expected.includes(status);
}

function matches(text: string, expected: string | RegExp): boolean {
  return typeof expected === 'string' ? text.includes(expected) : text.search(expected) >= 0;
}

/** Something accepts connections at a port. */
export function tcp(target: { readonly host?: string | undefined; readonly port: number }): Check {
  const { host = '127.0.0.1', port } = target;
  return (signal) =>
    new Promise<CheckOutcome>((resolve, reject) => {
      const socket = builtin('node:net').connect({ host, port });
      const stop = (): void => {
        socket.destroy();
        reject(signal.reason);
      };
      signal.addEventListener('abort', stop, { once: true });
      socket.once('connect', () => {
        socket.destroy();
        resolve({ status: 'healthy', message: `${host}:${port} accepts connections` });
      });
      socket.once('error', reject);
      socket.once('close', () => signal.removeEventListener('abort', stop));
    });
}

export interface DnsCheckOptions {
  /** Record that is asked for; A. */
  type?: 'A' | 'AAAA' | 'CNAME' | 'MX' | 'NS' | 'SRV' | 'TXT' | undefined;
  /** Servers to ask, e.g. `10.0.0.10:53`; those of the system unless given. */
  servers?: readonly string[] | undefined;
}

/** A name is known to DNS. Names of /etc/hosts are not asked for: it is the resolver that is checked. */
export function dns(name: string, options: DnsCheckOptions = {}): Check {
  const { type = 'A', servers } = options;
  return async (signal) => {
    const { Resolver } = await import('node:dns/promises');
    const resolver = new Resolver({ tries: 1 });
    if (servers !== undefined) resolver.setServers(servers);
    const stop = (): void => resolver.cancel();
    signal.addEventListener('abort', stop, { once: true });
    try {
      const records = await resolver.resolve(name, type);
      const count = Array.isArray(records) ? records.length : 1;
      if (count === 0) return { status: 'critical', message: `${name} has no ${type} record`, records: 0 };
      return {
        status: 'healthy',
        message: `${name} has ${count} ${type} record${count === 1 ? '' : 's'}`,
        records: count,
      };
    } finally {
      signal.removeEventListener('abort', stop);
    }
  };
}
