import { describe, expect, it } from 'vitest';
import type { BacktestRule } from '@sightline/api-types';
import { firedSentence, namesInCommon, notifiedSentence, stripesOf } from './backtest-model.ts';

const MINUTE = 60_000;
const rule = (more: Partial<BacktestRule>): BacktestRule => ({
  group: 'g',
  name: 'HighLatency',
  firedCount: 6,
  firingMs: 48 * MINUTE,
  longestMs: 12 * MINUTE,
  notifications: [],
  instances: [],
  instanceCount: 1,
  failedEvaluations: 0,
  error: null,
  ...more,
});
const plain = (text: string): string => text.replaceAll('\u202f', ' ');

describe('a backtest', () => {
  it('says how often and how long', () => {
    expect(plain(firedSentence(rule({})))).toBe('Would have fired 6×, 48 m in total, at most 12 m at once.');
    expect(plain(firedSentence(rule({ firedCount: 1, instanceCount: 1 })))).toBe(
      'Would have fired once, 48 m in total.',
    );
    expect(firedSentence(rule({ instanceCount: 3 }))).toContain('6× for 3 instances');
    expect(firedSentence(rule({ firedCount: 0 }))).toBe('Would not have fired.');
  });

  it('says whom it would have told', () => {
    const notifications = [
      { receiver: 'pay', count: 3 },
      { receiver: 'oncall', count: 1 },
      { receiver: 'nobody', count: 0 },
    ];
    expect(notifiedSentence(notifications, 6)).toBe('3 notifications to pay, 1 to oncall.');
    expect(notifiedSentence([], 6)).toBe('Nobody would have been told.');
    expect(notifiedSentence([], 0)).toBe('');
  });

  it('draws spans inside the range and wide enough to see', () => {
    const stripes = stripesOf(
      [
        { fromMs: -50, toMs: 25 },
        { fromMs: 50, toMs: 51 },
        { fromMs: 99.99, toMs: 200 },
      ],
      0,
      100,
      0.02,
    );
    expect(stripes).toEqual([
      { x: 0, width: 0.25 },
      { x: 0.5, width: 0.02 },
      { x: 0.98, width: 0.02 },
    ]);
  });

  it('tells instances apart by what differs', () => {
    const instance = (host: string) => ({ labels: { alertname: 'A', job: 'x', host }, spans: [] });
    expect(namesInCommon([instance('a'), instance('b')])).toEqual(['alertname', 'job']);
    expect(namesInCommon([instance('a')])).toEqual(['alertname']);
  });
});
