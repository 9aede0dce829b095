/**
 * The server's own traces, by the SDK: requests, queries, scrapes and notifications, sent where OTEL_EXPORTER_OTLP_ENDPOINT
 * says. Without it nothing is observed: following the context costs every await on Node 20.
 */
import { observe, stopObserving } from '@sightline/sdk';
import type { Spans } from '../telemetry/spans.ts';

export interface OwnTraces {
  readonly spans: Spans;
  /** Sends what is held. */
  close(): Promise<void>;
}

const ENDPOINTS = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];

/** @returns Undefined when the environment names no collector. */
export function startOwnTraces(
  env: Readonly<Record<string, string | undefined>>,
  version: string,
): OwnTraces | undefined {
  if (!ENDPOINTS.some((name) => (env[name] ?? '') !== '')) return undefined;
  const { tracer } = observe({
    service: env['OTEL_SERVICE_NAME'] ?? 'sightline',
    version,
    // The server has its own log lines, metrics, probes and shutdown. Targets and receivers do not get our ids.
    logging: { sinks: [], handleSignals: false, logCrashes: false },
    metrics: { runtime: false },
    http: { accessLog: false, metrics: false, responseHeaders: false, client: { hosts: [] } },
    health: { system: false },
    shutdown: false,
    clients: { redis: false, mysql: false },
  });
  return { spans: tracer, close: stopObserving };
}
