/** @sightline/sdk: logs, metrics, traces, health and shutdown of a Node service, joined on one context. */

export { type BusinessMetric, type BusinessMetrics, businessMetrics } from './business/business-metrics.ts';
export { type Slo, type SloEvents, type SloOptions, slo } from './business/slo.ts';
export {
  type SyncOperations,
  type SyncOptions,
  type SyncRoute,
  type SyncRun,
  type SyncStatus,
  syncOperations,
} from './business/sync-operations.ts';
export {
  type UserActivity,
  type UserActivityOptions,
  type UserSession,
  userActivity,
} from './business/user-activity.ts';
export type { CacheLike, ObservedCache } from './clients/cache.ts';
export type { Clients, ClientsOptions, ObservedOptions } from './clients/clients.ts';
export type { PoolState } from './clients/pool-metrics.ts';
export { type Carrier, carry, resume } from './context/carrier.ts';
export { bindContext, correlation, setCorrelation, withCorrelation } from './context/correlation.ts';
export { extractHeaders, injectHeaders } from './context/headers.ts';
export type { Correlation } from './context/store.ts';
export { createCore } from './core/core.ts';
export type {
  Check,
  CheckCategory,
  CheckDefinition,
  CheckOptions,
  CheckOutcome,
  CheckResult,
  EventLogger,
  HealthReport,
  HealthStatus,
  HealthSummary,
  ProbeKind,
  ProbeReport,
  ProbeResult,
} from './health/check.ts';
export { checks } from './health/checks/checks.ts';
export { createHealth, type HealthMonitor, type HealthOptions } from './health/monitor.ts';
export type { AccessOptions, Visitor } from './http/access.ts';
export type { TrustProxy } from './http/client-ip.ts';
export type { Http } from './http/instrument.ts';
export { type MonitoringHandler, type MonitoringOptions, monitoringHandler } from './http/monitoring.ts';
export type { AccessLogOptions, ClientOptions, EchoHeader, HttpOptions, Ignore } from './http/options.ts';
export { ignoreRequest, recordError, route } from './http/request.ts';
export { ObserveError } from './lib/problems.ts';
export type { AlertData, AlertOptions, AlertSeverity, AlertsOptions } from './logging/alerts.ts';
export { captureConsole } from './logging/bridges/console.ts';
export { fromPino, type PinoDestination, pinoMixin } from './logging/bridges/pino.ts';
export { type WinstonTransport, winstonTransport } from './logging/bridges/winston.ts';
export { type MethodDecorator, RateLimited, Tracked } from './logging/decorators.ts';
export type { PerformanceFields } from './logging/emitter.ts';
export type { Logger, LoggerOptions } from './logging/logger.ts';
export { createLogging, type Logging } from './logging/logging.ts';
export type { LoggingOptions } from './logging/options.ts';
export type { MeasureOptions, PerfScope, TrackedOptions } from './logging/performance.ts';
export type { PiiOptions } from './logging/pii.ts';
export type { RateLimit } from './logging/rate-limit.ts';
export type { RedactOptions } from './logging/redact/redaction.ts';
export type { SampleBy, SampleRate } from './logging/sampling.ts';
export type { SecurityEventData, SecurityEventName, SecuritySeverity } from './logging/security.ts';
export type { ShapeName } from './logging/shapes/shape.ts';
export { type FileOptions, fileSink } from './logging/sinks/file.ts';
export { type LokiOptions, lokiSink } from './logging/sinks/loki.ts';
export { type OtlpLogsOptions, otlpLogSink } from './logging/sinks/otlp.ts';
export { type PrettyOptions, prettySink } from './logging/sinks/pretty.ts';
export type { Sink } from './logging/sinks/sink.ts';
export { type StdoutOptions, stdoutSink } from './logging/sinks/stdout.ts';
export { type AggregatedRegistry, type AggregateOptions, aggregate } from './metrics/aggregate/aggregate.ts';
export { type ReportOptions, reportMetrics } from './metrics/aggregate/reporter.ts';
export type { Exposition, RenderOptions } from './metrics/exposition.ts';
export { exponentialBuckets, linearBuckets } from './metrics/histogram.ts';
export type { MetricJson, SampleJson } from './metrics/json-format.ts';
export {
  type MetricsAuth,
  type MetricsServer,
  type MetricsServerOptions,
  type Renderable,
  startMetricsServer,
  writeMetrics,
} from './metrics/metrics-server.ts';
export { exposeToPromClient } from './metrics/prom-client-view.ts';
export { Registry, type RegistryOptions } from './metrics/registry.ts';
export { collectRuntime, type RuntimeOptions } from './metrics/runtime/runtime.ts';
export { Timed } from './metrics/timed.ts';
export type {
  Counter,
  CounterHandle,
  Gauge,
  GaugeHandle,
  GaugeOptions,
  Histogram,
  HistogramHandle,
  HistogramOptions,
  Info,
  LabelSet,
  LabelValue,
  MetricOptions,
  Summary,
  SummaryOptions,
} from './metrics/types.ts';
export {
  type MetricsOptions,
  type Observability,
  type ObserveOptions,
  observe,
  stopObserving,
} from './observe/observe.ts';
export type { Cleanup, CleanupOptions, ShutdownInfo } from './shutdown/cleanups.ts';
export type { ShutdownOptions } from './shutdown/options.ts';
export type { AttachOptions } from './shutdown/served.ts';
export { createShutdown, type GracefulShutdown, type ShutdownState } from './shutdown/shutdown.ts';
export type { TailOptions } from './tracing/local-trace.ts';
export type { OtlpOptions, TracingOptions } from './tracing/options.ts';
export type { OtelApi } from './tracing/otel/api.ts';
export type { OtelApiOption, OtelState } from './tracing/otel/install.ts';
export type { RatioSampler, SampleFn, SampleRequest, SamplerOption } from './tracing/sampler.ts';
export type { Attributes, AttributeValue, Span, SpanLink, SpanOptions, SpanStatus } from './tracing/span.ts';
export type { Tracer } from './tracing/tracer.ts';
export { createTracing, type Tracing } from './tracing/tracing.ts';
