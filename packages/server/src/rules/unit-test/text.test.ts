import { Labels } from '@sightline/model';
import { expect, test } from 'vitest';
import { alertsText, formatFloatE, goDuration, samplesText } from './text.ts';

test.each([
  [0, '0E+00'],
  [-0, '-0E+00'],
  [1, '1E+00'],
  [0.1, '1E-01'],
  [1234.5, '1.2345E+03'],
  [1e100, '1E+100'],
  [5e-324, '5E-324'],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
])('%d is %s', (value, text) => {
  expect(formatFloatE(value)).toBe(text);
});

test.each([
  [0, '0s'],
  [500, '500ms'],
  [1_500, '1.5s'],
  [60_000, '1m0s'],
  [3_600_000, '1h0m0s'],
  [90_061_000, '25h1m1s'],
  [-30_000, '-30s'],
])('%d ms is %s', (ms, text) => {
  expect(goDuration(ms)).toBe(text);
});

test('samples and alerts as promtool prints them', () => {
  const labels = Labels.fromObject({ __name__: 'x', a: 'b"c' });
  expect(samplesText([])).toBe('nil');
  expect(
    samplesText([
      { labels, value: 2 },
      { labels: Labels.EMPTY, value: 0.5 },
    ]),
  ).toBe('{__name__="x", a="b\\"c"} 2E+00, {} 5E-01');
  expect(alertsText([])).toBe('[]');
  const pad = ' '.repeat(12);
  expect(
    alertsText([
      { labels: [['a', 'b']], annotations: [] },
      { labels: [], annotations: [['c.d', '']] },
    ]),
  ).toBe(
    `[\n${pad}0:\n${pad}  Labels:{a="b"}\n${pad}  Annotations:{},\n${pad}1:\n${pad}  Labels:{}\n${pad}  Annotations:{"c.d"=""}\n${pad}]`,
  );
});
