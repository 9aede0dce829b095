import { Labels } from '@sightline/model';
import { expect, test } from 'vitest';
import { parseExposition } from './parse.ts';
import { renderExposition } from './render.ts';
import { parseSeries } from './series.ts';

const SAMPLES = [
  { labels: Labels.fromObject({ __name__: 'a', b: 'x"\\\n' }), value: 1e6, timestampMs: 5 },
  { labels: Labels.fromObject({ __name__: 'a', c: 'y' }), value: Number.NaN, timestampMs: 6 },
  { labels: Labels.fromObject({ nameless: 'x' }), value: 1, timestampMs: 6 },
  { labels: Labels.fromObject({ __name__: 'a.ö', 'l.m:n': 'z' }), value: Number.POSITIVE_INFINITY, timestampMs: 7 },
];

test('one TYPE for each name, timestamps in milliseconds, other characters escaped', () => {
  expect([...renderExposition(SAMPLES, { allowsUtf8Names: false })].join('')).toBe(
    '# TYPE a untyped\na{b="x\\"\\\\\\n"} 1e+06 5\na{c="y"} NaN 6\n# TYPE a__ untyped\na__{l_m_n="z"} +Inf 7\n',
  );
});

test('with UTF-8 names the text reads back to the same series', () => {
  const body = Buffer.from([...renderExposition(SAMPLES, { allowsUtf8Names: true })].join(''));
  const seen: string[] = [];
  parseExposition(body, 'text', {
    sample: (start, end, value, ts) => seen.push(`${parseSeries(body, start, end)} ${value} ${ts}`),
  });
  const named = SAMPLES.filter(({ labels }) => labels.metricName !== '');
  expect(seen).toEqual(named.map(({ labels, value, timestampMs }) => `${labels} ${value} ${timestampMs}`));
});

test('a label can be printed although it is absent', () => {
  const [first] = SAMPLES;
  expect([
    ...renderExposition(first === undefined ? [] : [first], { allowsUtf8Names: false, alwaysPresent: ['b', 'i'] }),
  ]).toEqual(['# TYPE a untyped\na{b="x\\"\\\\\\n",i=""} 1e+06 5\n']);
});
