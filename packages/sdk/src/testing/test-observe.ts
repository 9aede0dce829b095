/** An SDK for one test: nothing of the environment, nothing on standard output, everything it records at hand. */
import { Notices } from '../lib/notices.ts';
import { createObservability } from '../observe/observability.ts';
import { type Observability, replaceRunning } from '../observe/observe.ts';
import type { ObserveOptions } from '../observe/options.ts';
import { createLogCapture, type LogCapture } from './captured-logs.ts';
import { createSpanCapture, type SpanCapture } from './captured-spans.ts';
import { expectMetric, type LabelExpectation, type MetricExpectation } from './metric-expectation.ts';

export interface TestObserveOptions extends ObserveOptions {
  /**
   * True makes it the SDK of the process until `close`, so that code that calls `observe()` gets it. Default false.
   */
  global?: boolean | undefined;
  /** Environment variables; none unless given. */
  env?: Readonly<Record<string, string>> | undefined;
}

/** An SDK with what it recorded. */
export interface TestObservability
  extends Observability,
    Pick<LogCapture, 'expectLog' | 'expectNoLog'>,
    Pick<SpanCapture, 'expectSpan' | 'expectNoSpan'> {
  readonly logs: LogCapture;
  readonly spans: SpanCapture;
  /** What the SDK had to say about itself, which otherwise goes to stderr. */
  readonly notices: readonly string[];
  /** Assertions on a metric of this SDK. */
  expectMetric(name: string, labels?: LabelExpectation): MetricExpectation;
  /** Forgets lines and spans; metrics stay, because code may hold their handles. */
  clear(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts an SDK for a test: every level is logged, every trace recorded, nothing exported, no signal handled, HTTP left alone.
 * Options change that. Close it at the end.
 *
 * @throws ObserveError that lists every wrong option.
 * @example
 * const t = testObserve();
 * await t.expectMetric('orders_total').toIncreaseBy(1, () => placeOrder(t));
 * t.expectLog({ level: 'info', message: 'Order placed', data: { id: 7 } });
 * await t.close();
 */
export function testObserve(options: TestObserveOptions = {}): TestObservability {
  const { global: isGlobal = false, env = {}, ...given } = options;
  const notices: string[] = [];
  const logs = createLogCapture();
  const spans = createSpanCapture();
  const observability = createObservability(
    {
      service: 'test',
      environment: 'test',
      http: false,
      shutdown: false,
      ...given,
      logging: {
        level: 'trace',
        handleSignals: false,
        logCrashes: false,
        ...given.logging,
        sinks: [logs.sink, ...(given.logging?.sinks ?? [])],
      },
      metrics: { runtime: false, ...given.metrics },
      tracing: { sampler: 'always', exporter: false, ...given.tracing },
    },
    env,
    new Notices((line) => notices.push(line.trimEnd())),
  );
  const capturedLogs = logs.capture(() => undefined);
  const capturedSpans = spans.capture(observability.tracing.addSink(spans.sink));
  const restore = isGlobal ? replaceRunning(observability) : undefined;
  const end = observability.close;
  const close = async (): Promise<void> => {
    restore?.();
    await end();
  };
  // Kept as one object: a getter of the SDK (`activity`) would be read by a copy.
  return Object.assign(observability, {
    logs: capturedLogs,
    spans: capturedSpans,
    notices,
    expectLog: capturedLogs.expectLog,
    expectNoLog: capturedLogs.expectNoLog,
    expectSpan: capturedSpans.expectSpan,
    expectNoSpan: capturedSpans.expectNoSpan,
    expectMetric: (name: string, labels?: LabelExpectation) => expectMetric(observability.metrics, name, labels),
    clear: () => {
      capturedLogs.clear();
      capturedSpans.clear();
    },
    close,
    [Symbol.asyncDispose]: close,
  });
}
