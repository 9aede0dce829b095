/** Monitored tests in vitest: as a wrapper of a test and as a fixture of `test.extend`. */
import { monitoredTest } from '@sightline/sdk/testing';
import { test as base, describe, expect } from 'vitest';

const lines: string[] = [];
const monitored = monitoredTest({ sinks: [{ name: 'kept', write: (line) => void lines.push(line) }] });
const test = base.extend({ monitored: monitored.fixture });

// A second attempt would record the tests that fail twice.
describe.sequential('monitored tests', { retry: 0 }, () => {
  base(
    'give each test an SDK of its own',
    monitored(({ log, logs, expectLog }) => {
      log.info('Starting epic creation test', { epic: 1 });
      expectLog({
        logger: 'test_suite',
        message: 'Starting epic creation test',
        correlationId: 'give each test an SDK of its own',
      });
      expect(logs.lines).toHaveLength(1);
    }),
  );

  test('give it as a fixture', async ({ monitored: { log, metrics, expectLog, expectMetric } }) => {
    const epics = metrics.counter('tdd_epic_creations_total', 'Epics', { labels: ['project_type'] });
    await expectMetric('tdd_epic_creations_total', { project_type: 'agile' }).toIncreaseBy(1, () => {
      epics.inc({ project_type: 'agile' });
      log.info('Epic creation test completed', { epic_id: 7 });
    });
    expectLog({ data: { epic_id: 7 } }, 1);
  });

  test.fails('fail as before', ({ monitored: { log } }) => {
    log.info('Starting');
    expect(1).toBe(2);
  });

  base.fails(
    'fail as before, wrapped',
    monitored(() => expect(1).toBe(2)),
  );

  base('record how long each took and how it ended', async () => {
    const { suite } = monitored;
    const names = [
      'give each test an SDK of its own',
      'give it as a fixture',
      'fail as before',
      'fail as before, wrapped',
    ];
    for (const name of names) {
      const outcome = name.startsWith('fail') ? 'failed' : 'passed';
      const line = suite.expectLog(
        { logger: 'test_suite', message: 'test_execution', data: { test: name, outcome } },
        1,
      );
      expect(line.performance).toMatchObject({ duration_ms: expect.any(Number), memory_usage_mb: expect.any(Number) });
    }
    await suite.expectMetric('tests_total', { outcome: 'passed' }).toBe(2);
    await suite.expectMetric('tests_total', { outcome: 'failed' }).toBe(2);
    await suite.expectMetric('test_duration_seconds').toBe(4);
    expect(lines).toHaveLength(4);
  });
});
