/** What `observe()` may be told. Everything is optional: what code does not say, the environment does, or a default. */
import type { ClientsOptions } from '../clients/clients.ts';
import type { HealthOptions } from '../health/monitor.ts';
import type { MonitoringOptions } from '../http/monitoring.ts';
import type { HttpOptions } from '../http/options.ts';
import type { LoggingOptions } from '../logging/options.ts';
import type { RegistryOptions } from '../metrics/registry.ts';
import type { RuntimeOptions } from '../metrics/runtime/runtime.ts';
import type { ServiceOptions } from '../options/resource.ts';
import type { ShutdownOptions } from '../shutdown/options.ts';
import type { TracingOptions } from '../tracing/options.ts';

export interface MetricsOptions
  extends Pick<RegistryOptions, 'labels' | 'maxSeries' | 'rename' | 'created' | 'openMetrics'> {
  /** Metrics of the process and of Node; true. */
  readonly runtime?: RuntimeOptions | boolean | undefined;
}

export interface ObserveOptions extends ServiceOptions {
  /** False: nothing is logged, counted or traced; health and shutdown still work. MONITORING_ENABLED, else true. */
  enabled?: boolean | undefined;
  logging?: LoggingOptions | undefined;
  metrics?: MetricsOptions | undefined;
  tracing?: TracingOptions | undefined;
  /** Requests that are served and made; false leaves HTTP alone. */
  http?: HttpOptions | false | undefined;
  /** The pages under `handler`: prefix and who may see them. */
  monitoring?: MonitoringOptions | undefined;
  health?: HealthOptions | undefined;
  /** Signals and fatal errors; false leaves them to the service. */
  shutdown?: ShutdownOptions | false | undefined;
  clients?: ClientsOptions | undefined;
}
