/**
 * What the CommonJS build loads at first use: parts that a service starts and serves without. Each is a chunk of its own, named by
 * its key, of the modules whose path below src/ starts with one of its values.
 */
export const LAZY_PARTS = {
  business: ['business/'],
  databases: [
    'clients/mongo',
    'clients/pool-name',
    'clients/pool-readers',
    'clients/postgres',
    'clients/redis-text',
    'clients/sql-',
    'clients/sqlite',
  ],
  checks: ['health/checks/databases', 'health/checks/network'],
  export: ['export/', 'tracing/encode-', 'logging/sinks/loki', 'logging/sinks/otlp', 'lib/backoff', 'lib/ring'],
  exposition: [
    'lib/gzip',
    'metrics/adopted',
    'metrics/exposition',
    'metrics/json-format',
    'metrics/negotiation',
    'metrics/openmetrics-format',
    'metrics/output',
    'metrics/pace',
    'metrics/prom-client-view',
    'metrics/text-format',
  ],
  aggregate: ['metrics/aggregate/', 'metrics/metrics-server'],
  pages: ['http/access.ts', 'http/monitoring'],
  summary: ['metrics/sketch', 'metrics/summary'],
  lines: [
    'logging/bridges/',
    'logging/decorators',
    'logging/shapes/ecs',
    'logging/shapes/flat',
    'logging/shapes/otel',
    'logging/sinks/file',
    'logging/sinks/old-files',
    'logging/sinks/pretty',
    'logging/sinks/rotating-file',
  ],
  otel: [
    'tracing/otel/baggage',
    'tracing/otel/context-',
    'tracing/otel/delegated-span',
    'tracing/otel/propagator',
    'tracing/otel/tracer-provider',
    'tracing/trace-state',
  ],
};
