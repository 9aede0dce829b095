import { describe, expect, test } from 'vitest';
import { compareLabels, compareStrings, Labels, quote } from './labels.ts';

describe('Labels', () => {
  test('are sorted by name, without empty values, and a later pair wins', () => {
    const labels = Labels.fromPairs([
      ['job', 'a'],
      ['empty', ''],
      ['__name__', 'up'],
      ['job', 'b'],
    ]);
    expect(labels.flat).toEqual(['__name__', 'up', 'job', 'b']);
    expect(labels.metricName).toBe('up');
    expect(labels.get('absent')).toBe('');
    expect(labels.size).toBe(2);
  });

  test('with replaces, inserts in order and removes', () => {
    const labels = Labels.fromObject({ b: '1', d: '2' });
    expect(labels.with('a', 'x').flat).toEqual(['a', 'x', 'b', '1', 'd', '2']);
    expect(labels.with('c', 'x').flat).toEqual(['b', '1', 'c', 'x', 'd', '2']);
    expect(labels.with('e', 'x').flat).toEqual(['b', '1', 'd', '2', 'e', 'x']);
    expect(labels.with('b', 'x').flat).toEqual(['b', 'x', 'd', '2']);
    expect(labels.with('b', '').flat).toEqual(['d', '2']);
  });

  test('keep, drop and withoutName give the same object when nothing changes', () => {
    const labels = Labels.fromObject({ a: '1', b: '2' });
    expect(labels.withoutName()).toBe(labels);
    expect(labels.keep(new Set(['a', 'b', 'z']))).toBe(labels);
    expect(labels.drop(new Set(['b'])).toObject()).toEqual({ a: '1' });
    expect(labels.keep(new Set(['x']))).toBe(Labels.EMPTY);
  });

  test('keys tell label sets apart even when values hold the separator', () => {
    const a = Labels.fromObject({ x: 'a\u00ffy\u00ffb' });
    const b = Labels.fromObject({ x: 'a', y: 'b' });
    expect(a.key).not.toBe(b.key);
    expect(a.equals(Labels.fromObject({ x: 'a\u00ffy\u00ffb' }))).toBe(true);
  });

  test.each([
    [{ __name__: 'up', job: 'a"b' }, 'up{job="a\\"b"}'],
    [{ __name__: 'up' }, 'up'],
    [{}, '{}'],
    [{ job: 'x' }, '{job="x"}'],
    [{ __name__: 'http.requests', 'a.b': 'c' }, '{"http.requests", "a.b"="c"}'],
  ])('%j prints as %s', (object, text) => {
    expect(Labels.fromObject(object).toString()).toBe(text);
  });

  test('compare pair by pair, then by length', () => {
    const sorted = [{}, { a: '1' }, { a: '1', b: '1' }, { a: '2' }, { b: '0' }].map((o) => Labels.fromObject(o));
    const shuffled = [3, 0, 4, 2, 1].map((i) => sorted[i] as Labels);
    expect(shuffled.sort(compareLabels)).toEqual(sorted);
  });
});

test('compareStrings is the order of UTF-8 bytes', () => {
  const texts = ['\u{1f600}', '\uffee', 'é', 'z', '', 'a', 'ab', '\u{10000}'];
  const byBytes = [...texts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  expect([...texts].sort(compareStrings)).toEqual(byBytes);
});

test.each([
  ['a\nb\tc', '"a\\nb\\tc"'],
  ['\u0000\u007f', '"\\x00\\x7f"'],
  ['é世\u{1f600}', '"é世\u{1f600}"'],
  ['\u00a0\u200b\ufeff', '"\\u00a0\\u200b\\ufeff"'],
  ['\u{e0001}', '"\\U000e0001"'],
])('quote(%j) is %s', (text, quoted) => {
  expect(quote(text)).toBe(quoted);
});
