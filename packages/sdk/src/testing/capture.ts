/** Captures and assertions on an SDK that runs already: the one of the process, or one that is given. */
import { ObserveError } from '../lib/problems.ts';
import type { Registry } from '../metrics/registry.ts';
import { running, type Observability } from '../observe/observe.ts';
import { createLogCapture, type LogCapture } from './captured-logs.ts';
import { createSpanCapture, type SpanCapture } from './captured-spans.ts';
import { expectMetric as expectMetricOf, type LabelExpectation, type MetricExpectation } from './metric-expectation.ts';

/**
 * Captures the lines that loggers write from now on, beside their other destinations. Lines below the level of their logger are
 * not written, so not captured.
 *
 * @param observability The SDK of the process, unless given.
 * @throws ObserveError when none runs, or when monitoring is switched off.
 * @example
 * using logs = captureLogs();
 * await placeOrder();
 * logs.expectLog({ level: 'info', message: 'Order placed' });
 */
export function captureLogs(observability?: Observability): LogCapture {
  const { logging } = enabled('captureLogs', observability);
  const { sink, capture } = createLogCapture();
  return capture(logging.addSink(sink));
}

/**
 * Captures the spans that end from now on and that the sampler keeps.
 *
 * @param observability The SDK of the process, unless given.
 * @throws ObserveError when none runs, or when monitoring is switched off.
 */
export function captureSpans(observability?: Observability): SpanCapture {
  const { tracing } = enabled('captureSpans', observability);
  const { sink, capture } = createSpanCapture();
  return capture(tracing.addSink(sink));
}

/**
 * Assertions on a metric of a registry, of an SDK, or of the SDK of the process.
 *
 * @param name Name in the exposition, e.g. `orders_total`; of a histogram with or without `_count`.
 * @param labels Labels the series must have; several that match are summed.
 * @example await expectMetric('orders_total', { channel: 'web' }).toIncreaseBy(1, () => placeOrder());
 */
export function expectMetric(
  name: string,
  labels: LabelExpectation = {},
  from?: Observability | Registry,
): MetricExpectation {
  const registry = from !== undefined && 'render' in from ? from : enabled('expectMetric', from).metrics;
  return expectMetricOf(registry, name, labels);
}

function enabled(caller: string, given: Observability | undefined): Observability {
  const observability = given ?? running();
  if (observability === undefined) {
    const message = `${caller}() found no SDK that runs: call observe() before, or give it one, e.g. of testObserve()`;
    throw new ObserveError('unsupported', message);
  }
  if (!observability.enabled) {
    const message = `${caller}() would capture nothing: monitoring is switched off (MONITORING_ENABLED or OTEL_SDK_DISABLED)`;
    throw new ObserveError('unsupported', message);
  }
  return observability;
}
