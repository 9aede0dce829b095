/** The SDK around the HTTP traffic of a test: lines, spans and metrics as they would leave the process. */
import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { createCore } from '../../../packages/sdk/src/core/core.ts';
import { instrumentHttp } from '../../../packages/sdk/src/http/instrument.ts';
import type { HttpOptions } from '../../../packages/sdk/src/http/options.ts';
import { createLogging } from '../../../packages/sdk/src/logging/logging.ts';
import { Registry } from '../../../packages/sdk/src/metrics/registry.ts';
import { toRecord } from '../../../packages/sdk/src/tracing/attributes.ts';
import type { RecordingSpan } from '../../../packages/sdk/src/tracing/recording-span.ts';
import { createTracing } from '../../../packages/sdk/src/tracing/tracing.ts';

/** A line of the access log or of the service, as far as tests read it. */
export interface Line {
  readonly level: string;
  readonly logger: string;
  readonly message: string;
  readonly correlation_id?: string;
  readonly request_id?: string;
  readonly trace_id?: string;
  readonly span_id?: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly performance: { readonly duration_ms: number };
  readonly error?: { readonly message: string; readonly type?: string };
}

export type Instrumented = ReturnType<typeof instrument>;

/** Instruments this process until `stop()`. */
export function instrument(options: HttpOptions = {}) {
  const lines: Line[] = [];
  const texts: string[] = [];
  const spans: RecordingSpan[] = [];
  const told: string[] = [];
  const core = createCore({ service: 'shop' }, {});
  const registry = new Registry();
  const sink = {
    name: 'memory',
    write(text: string) {
      texts.push(text);
      lines.push(JSON.parse(text) as Line);
    },
  };
  const logging = createLogging(core, registry, { sinks: [sink], logCrashes: false, handleSignals: false });
  const tracing = createTracing(core, registry, { exporter: false });
  tracing.addSink((span) => spans.push(span));
  const http = instrumentHttp({ core, registry, logging, tracing }, options);
  return {
    core,
    registry,
    logging,
    tracing,
    http,
    lines,
    texts,
    spans,
    told,
    /** Lines of requests. */
    access: () => lines.filter((line) => line.logger === 'http'),
    metrics: async () => (await registry.render()).body.toString(),
    /** A sample of the exposition, 0 when there is none. */
    async sample(series: string): Promise<number> {
      const text = (await registry.render()).body.toString();
      const line = text.split('\n').find((one) => one.startsWith(`${series} `));
      return line === undefined ? 0 : Number(line.slice(series.length));
    },
    async stop(): Promise<void> {
      http.stop();
      await core.flushing.close(1000);
    },
  };
}

export const attributesOf = (span: RecordingSpan | undefined) => toRecord(span?.attributes ?? []);

export interface Listening {
  readonly server: Server;
  readonly port: number;
  readonly url: string;
}

const open = new Set<Server>();

/** Listens on a free port until `closeAll()`. */
export async function serve(listener: RequestListener | Server): Promise<Listening> {
  const server = typeof listener === 'function' ? createServer(listener) : listener;
  open.add(server);
  if (!server.listening) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  const { port } = server.address() as AddressInfo;
  return { server, port, url: `http://127.0.0.1:${port}` };
}

export async function closeAll(): Promise<void> {
  const servers = [...open];
  open.clear();
  await Promise.all(
    servers.map(async (server) => {
      server.closeAllConnections?.();
      await new Promise((resolve) => server.close(resolve));
    }),
  );
}

/** Sends bytes as they are and resolves with all that came back until `count` answers are there. */
export async function raw(port: number, text: string, count = 1): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(text);
  let answer = '';
  for await (const chunk of socket) {
    answer += chunk;
    if (answer.split('HTTP/1.1 ').length > count && answer.endsWith('\r\n0\r\n\r\n')) break;
    if (answer.split('HTTP/1.1 ').length > count && /\r\n\r\n[^]*$/.test(answer.split('HTTP/1.1 ').at(-1) ?? '')) break;
  }
  socket.destroy();
  return answer;
}
