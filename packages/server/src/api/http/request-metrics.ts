/** Instruments of the HTTP server. The route label is the pattern of a route, never a path. */
import type { Counter, Family, Gauge, Histogram, MetricsRegistry } from '../../telemetry/registry.ts';

export interface RequestMetrics {
  readonly requests: Family<Counter>;
  readonly durations: Family<Histogram>;
  readonly inFlight: Gauge;
  readonly connections: Gauge;
}

export function createRequestMetrics(registry: MetricsRegistry): RequestMetrics {
  return {
    requests: registry.counterFamily({
      name: 'sightline_http_requests_total',
      help: 'HTTP requests answered, by route, method and status code. Code 499: the client left first.',
      labelNames: ['route', 'method', 'code'],
    }),
    durations: registry.histogramFamily({
      name: 'sightline_http_request_duration_seconds',
      help: 'Time from the request header to the end of the answer, in seconds.',
      labelNames: ['route'],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 1, 5, 20, 60],
    }),
    inFlight: registry.gauge({
      name: 'sightline_http_requests_in_flight',
      help: 'HTTP requests being answered.',
    }),
    connections: registry.gauge({ name: 'sightline_http_connections', help: 'Open HTTP connections.' }),
  };
}
