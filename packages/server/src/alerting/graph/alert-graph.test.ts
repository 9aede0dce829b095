import { Labels } from '@sightline/model';
import { describe, expect, it } from 'vitest';
import { createLogger } from '../../telemetry/create-logger.ts';
import { notificationOf, type TestAlert } from '../testing/receiver-rig.ts';
import { drawnExpression, expressionOfLink } from './alert-expression.ts';
import { type AlertGrapherOptions, createAlertGrapher } from './alert-graph.ts';

it.each([
  ['up == 0', { text: 'up', threshold: 0 }],
  ['(rate(x[5m]) > bool 0.5)', { text: 'rate(x[5m])', threshold: 0.5 }],
  ['-1 > sum by (job) (x)', { text: 'sum by (job) (x)', threshold: -1 }],
  ['a > b', { text: 'a > b' }],
  ['up', { text: 'up' }],
  ['x > 1 and y < 2', { text: 'x > 1 and y < 2' }],
  ['sum(', undefined],
])('of %s is drawn %j', (text, expected) => {
  expect(drawnExpression(text)).toEqual(expected);
});

it.each([
  ['http://p/graph?g0.expr=up+%3E+1&g0.tab=1', 'up > 1'],
  ['http://p/graph', undefined],
  ['', undefined],
])('the link %s has the expression %s', (link, expected) => {
  expect(expressionOfLink(link)).toBe(expected);
});

describe('the graph of a notification', () => {
  const NOW = notificationOf([]).nowMs;

  function seriesOf(labels: Record<string, string>) {
    const timestamps = Float64Array.from([NOW - 60_000, NOW - 45_000, NOW]);
    return { labels: Labels.fromObject(labels), timestamps, values: Float64Array.from([1, 2, 0]) };
  }

  function graph(alerts: readonly TestAlert[], query: AlertGrapherOptions['query'], timeoutMs = 5_000) {
    const lines: string[] = [];
    const logger = createLogger({ level: 'warn', format: 'text', write: (line) => lines.push(line) });
    const draw = createAlertGrapher({ query, logger, timeoutMs });
    return { lines, result: draw(notificationOf(alerts), new AbortController().signal) };
  }

  it('shows the series of its alerts from half an hour before', async () => {
    const asked: unknown[] = [];
    const { result, lines } = graph([{ labels: { instance: 'a' } }], async (text, range) => {
      asked.push(text, range);
      return ['a', 'b'].map((instance) => seriesOf({ __name__: 'up', instance }));
    });
    const drawn = await result;
    expect(asked).toEqual(['up', { startMs: NOW - 60_500 - 1_800_000, endMs: NOW, stepMs: 15_000 }]);
    expect(drawn?.legend).toEqual([{ name: 'up{instance="a"}', color: '#0072b2' }]);
    expect(drawn?.png.subarray(1, 4).toString()).toBe('PNG');
    expect(lines).toEqual([]);
  });

  it('shows ten series at most, and all when none tells by its labels', async () => {
    const many = Array.from({ length: 15 }, (_, index) => seriesOf({ other: String(index) }));
    const drawn = await graph([{ labels: {} }], async () => many).result;
    expect([drawn?.legend.length, drawn?.hidden]).toEqual([10, 5]);
  });

  it('is missing when there is nothing to show', async () => {
    expect(await graph([{ labels: {} }], async () => []).result).toBeUndefined();
    expect(await graph([], async () => []).result).toBeUndefined();
  });

  it('is missing and reported when the query fails or takes too long', async () => {
    const failing = graph([{ labels: {} }], async () => Promise.reject(new Error('too many samples')));
    expect(await failing.result).toBeUndefined();
    expect(failing.lines.join()).toContain('too many samples');
    const slow = graph(
      [{ labels: {} }],
      (_text, _range, signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      20,
    );
    expect(await slow.result).toBeUndefined();
    expect(slow.lines.join()).toContain('took too long');
  });
});
