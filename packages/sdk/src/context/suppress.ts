/**
 * The context of the SDK's own work, e.g. a request to the collector: outside of any request, and not to be instrumented by
 * us or by an OpenTelemetry instrumentation, which asks for the same key (`suppressTracing` of @opentelemetry/core).
 */
import { type Context, current, ROOT } from './store.ts';

const SUPPRESS_TRACING = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** ROOT with the mark "do not trace". */
export const SUPPRESSED: Context = ROOT.setValue(SUPPRESS_TRACING, true);

/** Whether what runs under `context` must not be traced. */
export function isSuppressed(context: Context | undefined = current()): boolean {
  return context !== undefined && (context === SUPPRESSED || context.values?.get(SUPPRESS_TRACING) === true);
}
