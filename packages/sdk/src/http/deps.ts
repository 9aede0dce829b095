/** The parts that HTTP writes to. */
import type { Core } from '../core/core.ts';
import type { Logging } from '../logging/logging.ts';
import type { Registry } from '../metrics/registry.ts';
import type { Tracing } from '../tracing/tracing.ts';

export interface HttpDeps {
  readonly core: Core;
  readonly registry: Registry;
  readonly logging: Logging;
  readonly tracing: Tracing;
}
