/**
 * @sightline/sdk/testing: an SDK for a test, with what it logs, counts and traces at hand. Works in every runner, because it
 * depends on none: failures are AssertionErrors.
 */
export type { CapturedLog, LogCapture, LogExpectation } from './captured-logs.ts';
export type { CapturedEvent, CapturedSpan, SpanCapture, SpanExpectation } from './captured-spans.ts';
export { captureLogs, captureSpans, expectMetric } from './capture.ts';
export type { Matcher } from './match.ts';
export type { LabelExpectation, MetricExpectation } from './metric-expectation.ts';
export { type MonitoredTestOptions, type MonitoredTests, monitoredTest } from './monitored-test.ts';
export { type TestObservability, type TestObserveOptions, testObserve } from './test-observe.ts';
