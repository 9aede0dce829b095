/**
 * Tests that are monitored themselves: each gets a logger and an SDK of its own, and its duration and outcome are recorded as a
 * performance line `test_execution` and in `tests_total{outcome}` and `test_duration_seconds{outcome}`.
 */
import { withCorrelation } from '../context/correlation.ts';
import type { Sink } from '../logging/sinks/sink.ts';
import { type TestObservability, testObserve } from './test-observe.ts';

export interface MonitoredTestOptions {
  /** Name of the loggers; `test_suite`. */
  name?: string | undefined;
  /** Where the lines about tests go beside the suite's own capture, e.g. a file that CI keeps. */
  sinks?: readonly Sink[] | undefined;
}

/** What vitest's `test.extend` calls: gets the context and a function that runs the test. */
type Fixture = (context: { task: VitestTask }, use: (value: TestObservability) => Promise<void>) => Promise<void>;

interface VitestTask {
  readonly name: string;
  readonly result?: { readonly state?: string } | undefined;
}

/** Wraps tests of one suite. */
export interface MonitoredTests {
  /**
   * The body of a test for `test()` of any runner. What it throws fails the test as before.
   *
   * @param name Only where the runner does not tell it (jest without globals).
   * @example test('creates an epic', monitored(async ({ log, expectLog }) => { ... }));
   */
  (body: (test: TestObservability) => unknown, name?: string): (...args: unknown[]) => Promise<void>;
  /** For vitest: `const test = base.extend({ monitored: suite.fixture })`. */
  readonly fixture: Fixture;
  /** What was recorded of all its tests. */
  readonly suite: TestObservability;
}

type Outcome = 'passed' | 'failed';

const BUCKETS = [0.001, 0.01, 0.1, 0.5, 1, 5, 10, 30, 60];
const MAX_NAME = 128;

/**
 * Makes a wrapper and a fixture for the tests of a file.
 *
 * @example
 * const monitored = monitoredTest();
 * test('creates an epic', monitored(async ({ log }) => log.info('Starting')));
 */
export function monitoredTest(options: MonitoredTestOptions = {}): MonitoredTests {
  const loggerName = options.name ?? 'test_suite';
  const suite = testObserve({ service: loggerName, logging: { sinks: options.sinks ?? [] } });
  const finished = suite.metrics.counter('tests_total', 'Tests by how they ended', { labels: ['outcome'] });
  const duration = suite.metrics.histogram('test_duration_seconds', 'Duration of tests', {
    labels: ['outcome'],
    buckets: BUCKETS,
  });
  const record = (name: string, startedAt: number, outcome: Outcome, error: unknown): void => {
    const ms = performance.now() - startedAt;
    finished.inc({ outcome });
    duration.observe({ outcome }, ms / 1000);
    const data = { test: name, outcome, ...(error === undefined ? {} : { err: error }) };
    const memory = Math.round(process.memoryUsage.rss() / 104_857.6) / 10;
    const level = outcome === 'passed' ? 'info' : 'error';
    suite.log.log(level, 'test_execution', data, {
      duration_ms: Math.round(ms * 1000) / 1000,
      memory_usage_mb: memory,
    });
  };
  const start = (): TestObservability => testObserve({ service: loggerName });

  const wrap = (body: (test: TestObservability) => unknown, name?: string) => {
    // jest gives a function with parameters a callback to call: this one must seem to have none.
    return async (...args: unknown[]): Promise<void> => {
      const own = shortened(name ?? nameOf(args));
      const test = start();
      const startedAt = performance.now();
      try {
        await withCorrelation(own, () => body(test));
        record(own, startedAt, 'passed', undefined);
      } catch (error) {
        record(own, startedAt, 'failed', error);
        throw error;
      } finally {
        await test.close();
      }
    };
  };
  // vitest reads from the source which fixtures it wants: the parameter must be a pattern.
  const fixture: Fixture = async ({ task }, use) => {
    const own = shortened(task.name);
    const test = start();
    const startedAt = performance.now();
    let failure: unknown;
    try {
      await withCorrelation(own, () => use(test));
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      const isFailed = failure !== undefined || task.result?.state === 'fail';
      record(own, startedAt, isFailed ? 'failed' : 'passed', failure);
      await test.close();
    }
  };
  return Object.assign(wrap, { fixture, suite });
}

function shortened(name: string): string {
  return name.length <= MAX_NAME ? name : name.slice(0, MAX_NAME).toWellFormed();
}

/** The name of the running test: vitest and node:test give it to the test, jest knows it. */
function nameOf([context]: unknown[]): string {
  const { task, name } = Object(context) as { task?: { name?: unknown }; name?: unknown };
  if (typeof task?.name === 'string') return task.name;
  if (typeof name === 'string') return name;
  const { expect } = globalThis as { expect?: { getState?(): { currentTestName?: string } } };
  return expect?.getState?.().currentTestName ?? 'unnamed test';
}
