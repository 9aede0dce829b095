import type { QueryData } from '@sightline/api-types';
import { describe, expect, test } from 'vitest';
import { createProgress, progressLine } from './progress.ts';
import { promtoolText, tableText } from './result-text.ts';

const VECTOR: QueryData = {
  resultType: 'vector',
  result: [
    { metric: { __name__: 'up', instance: 'a:1', job: 'x' }, value: [1.5, '1'] },
    { metric: { __name__: 'up', instance: 'bcd:22', job: 'x' }, value: [1.5, '0'] },
  ],
};

describe('promtoolText', () => {
  test('prints vectors, matrices, scalars and strings as promtool does', () => {
    expect(promtoolText(VECTOR)).toBe(
      'up{instance="a:1", job="x"} => 1 @[1.5]\nup{instance="bcd:22", job="x"} => 0 @[1.5]\n',
    );
    const matrix: QueryData = {
      resultType: 'matrix',
      result: [
        {
          metric: {},
          values: [
            [1, '2'],
            [3, 'NaN'],
          ],
        },
      ],
    };
    expect(promtoolText(matrix)).toBe('{} =>\n2 @[1]\nNaN @[3]\n');
    expect(promtoolText({ resultType: 'scalar', result: [1, '+Inf'] })).toBe('scalar: +Inf @[1]\n');
    expect(promtoolText({ resultType: 'vector', result: [] })).toBe('');
  });
});

describe('tableText', () => {
  test('tells shared labels once and aligns the rest', () => {
    expect(tableText(VECTOR)).toBe('up{job="x"}\ninstance  value\na:1           1\nbcd:22        0\n');
  });

  test('says when there is nothing', () => {
    expect(tableText({ resultType: 'vector', result: [] })).toBe('no series\n');
  });
});

describe('progress', () => {
  const state = { doneBytes: 50_000_000, totalBytes: 200_000_000, samples: 1_234_567 };

  test('tells share, rate, samples and the time left', () => {
    expect(progressLine(state, 10, false)).toBe('25%  50.0 MB of 200 MB  5.0 MB/s  1,234,567 samples  30 s left');
    expect(progressLine(state, 10, true)).toMatch(/^█{6}░{18} {2}25%/);
    expect(progressLine({ ...state, totalBytes: undefined }, 10, false)).toBe('50.0 MB  5.0 MB/s  1,234,567 samples');
  });

  test('redraws on a terminal and writes a line every ten seconds elsewhere', () => {
    const run = (isTerminal: boolean) => {
      const out: string[] = [];
      const clock = { ms: 0 };
      const progress = createProgress({
        write: (text) => out.push(text),
        isTerminal,
        columns: 60,
        nowMs: () => clock.ms,
      });
      for (; clock.ms < 25_000; clock.ms += 50) progress.update(state);
      progress.finish();
      return out;
    };
    const log = run(false);
    expect(log).toHaveLength(2);
    expect(log[0]).toMatch(/left\n$/);
    const terminal = run(true);
    expect(terminal.length).toBeGreaterThan(200);
    expect(Math.max(...terminal.map((text) => text.length))).toBeLessThanOrEqual(59 + 4);
    expect(terminal.at(-1)).toBe('\r\u001b[K');
  });
});
