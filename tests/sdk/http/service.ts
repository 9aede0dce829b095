/** The SDK around the HTTP traffic of a test: lines, spans and metrics as they would leave the process. */
import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { type HttpOptions, type ObserveOptions, observe, type Sink, stopObserving } from '@sightline/sdk';
import { toRecord } from '../../../packages/sdk/src/tracing/attributes.ts';
import type { RecordingSpan } from '../../../packages/sdk/src/tracing/recording-span.ts';

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

/** Starts the SDK of this process until `stop()`. */
export function instrument(http: HttpOptions = {}, more: Partial<ObserveOptions> = {}) {
  const lines: Line[] = [];
  const texts: string[] = [];
  const spans: RecordingSpan[] = [];
  const sink: Sink = {
    name: 'memory',
    write(text) {
      texts.push(text);
      lines.push(JSON.parse(text) as Line);
    },
  };
  const sdk = observe({
    service: 'shop',
    http,
    logging: { sinks: [sink] },
    tracing: { exporter: false },
    metrics: { runtime: false },
    health: { system: false },
    shutdown: false,
    ...more,
  });
  sdk.tracing.addSink((span) => spans.push(span));
  const render = async () => (await sdk.metrics.render()).body.toString();
  return {
    ...sdk,
    lines,
    texts,
    spans,
    render,
    serverSpans: () => spans.filter((span) => span.kind === 1),
    clientSpans: () => spans.filter((span) => span.kind === 2),
    /** Lines of requests. */
    access: () => lines.filter((line) => line.logger === 'http'),
    /** A sample of the exposition, 0 when there is none. */
    async sample(series: string): Promise<number> {
      const line = (await render()).split('\n').find((one) => one.startsWith(`${series} `));
      return line === undefined ? 0 : Number(line.slice(series.length));
    },
    stop: stopObserving,
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
    const answers = answer.split('HTTP/1.1 ');
    if (answers.length > count && answers.at(-1)?.includes('\r\n\r\n')) break;
  }
  socket.destroy();
  return answer;
}
