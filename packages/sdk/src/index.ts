/** @sightline/sdk: logs, metrics, traces, health and shutdown of a Node service, joined on one context. */

export { type Carrier, carry, resume } from './context/carrier.ts';
export { bindContext, correlation, setCorrelation, withCorrelation } from './context/correlation.ts';
export { extractHeaders, injectHeaders } from './context/headers.ts';
export type { Correlation } from './context/store.ts';
export { createCore } from './core/core.ts';
