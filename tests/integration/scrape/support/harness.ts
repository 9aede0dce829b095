/** A scrape manager over a memory writer, and a target whose answer the test sets. */
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { PrometheusConfig } from '../../../../packages/server/src/config/prometheus/types.ts';
import type { InternalTarget } from '../../../../packages/server/src/metrics/scrape/internal-targets.ts';
import { createScrapeManager, type ScrapeManager } from '../../../../packages/server/src/metrics/scrape/manager.ts';
import { createMetricsRegistry } from '../../../../packages/server/src/telemetry/create-registry.ts';
import type { Logger } from '../../../../packages/server/src/telemetry/logger.ts';
import type { MetricsRegistry } from '../../../../packages/server/src/telemetry/registry.ts';
import { MemoryWriter } from './memory-writer.ts';

export interface Harness {
  readonly manager: ScrapeManager;
  readonly writer: MemoryWriter;
  readonly registry: MetricsRegistry;
  readonly logs: string[];
  apply(config: PrometheusConfig, internal?: readonly InternalTarget[]): Promise<void>;
}

export function startManager(options: { hasExtraMetrics?: boolean } = {}): Harness {
  const writer = new MemoryWriter();
  const registry = createMetricsRegistry();
  const logs: string[] = [];
  const manager = createScrapeManager({
    writer,
    registry,
    logger: memoryLogger(logs),
    userAgent: 'Sightline/test',
    offsetSeed: 'test',
    ...options,
  });
  onTestFinished(() => manager.stop());
  return {
    manager,
    writer,
    registry,
    logs,
    async apply(config, internal = []) {
      (await manager.prepare(config, internal)).commit();
    },
  };
}

export function memoryLogger(lines: string[]): Logger {
  const write = (message: string, fields?: object): void => {
    lines.push(`${message} ${JSON.stringify(fields ?? {})}`);
  };
  const logger: Logger = {
    isEnabled: () => true,
    debug: write,
    info: write,
    warn: write,
    error: write,
    child: () => logger,
  };
  return logger;
}

export interface TestTarget {
  readonly address: string;
  readonly requests: { readonly url: string; readonly headers: IncomingHttpHeaders }[];
  /** What the next requests get. */
  answer(body: string, headers?: Record<string, string>): void;
  respond(handler: (response: ServerResponse, url: string, headers: IncomingHttpHeaders) => void): void;
  close(): Promise<void>;
}

export const TEXT = { 'content-type': 'text/plain; version=0.0.4' };
export const OPEN_METRICS = { 'content-type': 'application/openmetrics-text; version=1.0.0' };

export async function startTarget(body = ''): Promise<TestTarget> {
  const requests: TestTarget['requests'] = [];
  let handle: Parameters<TestTarget['respond']>[0];
  const answer = (text: string, headers: Record<string, string> = TEXT): void => {
    handle = (response) => response.writeHead(200, headers).end(text);
  };
  answer(body);
  const server = createServer((request, response) => {
    requests.push({ url: request.url ?? '', headers: request.headers });
    handle(response, request.url ?? '', request.headers);
  });
  const address = await listen(server);
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  onTestFinished(close);
  return {
    address,
    requests,
    answer,
    respond(handler) {
      handle = handler;
    },
    close,
  };
}

export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Waits until `check` gives something other than undefined or false. */
export async function until<T>(
  check: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 40_000,
): Promise<T> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const found = await check();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > endMs) throw new Error(`not seen within ${timeoutMs} ms: ${check}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
