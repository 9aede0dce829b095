/** What operators and their tools call: own metrics, Prometheus's management API. */
import type { HttpHandler, HttpInput, HttpOutput } from '../lib/http.ts';
import type { MetricsRegistry } from '../telemetry/registry.ts';
import type { Route } from './http/route.ts';

/** How a reload went; the lines are the rendered diagnostics of a refused file. */
export interface ReloadResult {
  readonly isOk: boolean;
  readonly message: string;
}

export interface OperationsOptions {
  readonly registry: MetricsRegistry;
  readonly isReady: () => boolean;
  readonly reload: () => Promise<ReloadResult>;
  /** Text of the host collector; absent when it is off. */
  readonly hostMetrics: (() => Promise<Buffer>) | undefined;
}

const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8';
const OPENMETRICS_FORMAT = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
const PLAIN = { 'content-type': 'text/plain; charset=utf-8' } as const;

export function operationsRoutes(options: OperationsOptions): Route[] {
  const routes: Route[] = [
    text('GET', '/metrics', async (input) => ownMetrics(input, options.registry)),
    text('GET', '/-/healthy', async () => plain(200, 'Sightline is healthy.')),
    text('GET', '/-/ready', async () =>
      options.isReady() ? plain(200, 'Sightline is ready.') : plain(503, 'Sightline is not ready.'),
    ),
    text('POST', '/-/reload', async () => {
      const { isOk, message } = await options.reload();
      return plain(isOk ? 200 : 400, message);
    }),
  ];
  const { hostMetrics } = options;
  if (hostMetrics !== undefined) {
    const handler: HttpHandler = async () => {
      return { status: 200, headers: { 'content-type': TEXT_FORMAT }, body: await hostMetrics() };
    };
    routes.push(text('GET', '/metrics/host', handler));
  }
  return routes;
}

function text(method: 'GET' | 'POST', path: string, handler: HttpHandler): Route {
  return { methods: [method], path, handler, errors: 'text' };
}

function plain(status: number, line: string): HttpOutput {
  return { status, headers: PLAIN, body: `${line}\n` };
}

async function ownMetrics(input: HttpInput, registry: MetricsRegistry): Promise<HttpOutput> {
  const format = wantsOpenMetrics(input.headers.accept) ? 'openmetrics' : 'text';
  const contentType = format === 'openmetrics' ? OPENMETRICS_FORMAT : TEXT_FORMAT;
  return { status: 200, headers: { 'content-type': contentType, vary: 'Accept' }, body: await registry.render(format) };
}

/** True when the Accept header gives OpenMetrics at least the weight of plain text. */
function wantsOpenMetrics(accept: string | undefined): boolean {
  let openMetrics = 0;
  let plainText = 0;
  for (const part of (accept ?? '').split(',')) {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const weight = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
    if (type === 'application/openmetrics-text') openMetrics = Math.max(openMetrics, weight);
    else if (type === 'text/plain') plainText = Math.max(plainText, weight);
  }
  return openMetrics > 0 && openMetrics >= plainText;
}
