/** @sightline/sdk: logs, metrics, traces, health and shutdown of a Node service, joined on one context. */

export { type Carrier, carry, resume } from './context/carrier.ts';
export { bindContext, correlation, setCorrelation, withCorrelation } from './context/correlation.ts';
export { extractHeaders, injectHeaders } from './context/headers.ts';
export type { Correlation } from './context/store.ts';
export { createCore } from './core/core.ts';
export type { Exposition, RenderOptions } from './metrics/exposition.ts';
export { exponentialBuckets, linearBuckets } from './metrics/histogram.ts';
export { Registry, type RegistryOptions } from './metrics/registry.ts';
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
} from './metrics/types.ts';
