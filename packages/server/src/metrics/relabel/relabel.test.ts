import { compileAnchored, Labels } from '@sightline/model';
import { describe, expect, test } from 'vitest';
import type { RelabelConfig } from '../../config/prometheus/types.ts';
import { LabelBuilder } from './label-builder.ts';
import { compileRelabel, relabelLabels } from './relabel.ts';

type Overrides = Partial<Omit<RelabelConfig, 'regex'>> & { regex?: string };

function rule(overrides: Overrides): RelabelConfig {
  return {
    sourceLabels: [],
    separator: ';',
    modulus: 0n,
    targetLabel: '',
    replacement: '$1',
    action: 'replace',
    ...overrides,
    regex: compileAnchored(overrides.regex ?? '(.*)'),
  };
}

function apply(labels: Record<string, string>, ...rules: Overrides[]): Record<string, string> | undefined {
  return relabelLabels(compileRelabel(rules.map(rule)), Labels.fromObject(labels))?.toObject();
}

describe('replace', () => {
  const input = { a: 'foo', b: 'bar', c: 'baz' };

  test.each<[string, Overrides, Record<string, string>]>([
    [
      'writes captured groups',
      { sourceLabels: ['a'], regex: 'f(.*)', targetLabel: 'd', replacement: 'ch${1}-ch${1}' },
      { ...input, d: 'choo-choo' },
    ],
    [
      'joins source labels',
      { sourceLabels: ['a', 'b'], regex: 'f(.*);(.*)r', targetLabel: 'a', replacement: 'b${1}${2}m' },
      { ...input, a: 'boobam' },
    ],
    ['changes nothing without a match', { sourceLabels: ['a'], regex: 'x(.*)', targetLabel: 'd' }, input],
    ['matches the whole text only', { sourceLabels: ['a'], regex: 'fo', targetLabel: 'd', replacement: 'x' }, input],
    [
      'deletes the label on an empty result',
      { sourceLabels: ['a'], regex: '(f)|.*', targetLabel: 'a' },
      { b: 'bar', c: 'baz' },
    ],
    ['deletes with an empty replacement', { targetLabel: 'b', replacement: '' }, { a: 'foo', c: 'baz' }],
    [
      'computes the target name',
      { sourceLabels: ['a'], regex: '(f).*', targetLabel: '${1}_x', replacement: 'y' },
      { ...input, f_x: 'y' },
    ],
    [
      'absent source labels are empty',
      { sourceLabels: ['none'], regex: '', targetLabel: 'd', replacement: 'was empty' },
      { ...input, d: 'was empty' },
    ],
    [
      'the default pattern takes the whole text',
      { sourceLabels: ['a', 'b'], separator: '', targetLabel: 'd' },
      { ...input, d: 'foobar' },
    ],
    [
      'a dot matches a newline (3.x)',
      { sourceLabels: ['a'], regex: 'f.*', targetLabel: 'd', replacement: 'x' },
      { ...input, d: 'x' },
    ],
  ])('%s', (_, overrides, expected) => {
    expect(apply(input, overrides)).toEqual(expected);
  });

  test('leaves the labels alone when the computed name is not valid in the legacy scheme', () => {
    const config = rule({ sourceLabels: ['a'], regex: '(.*)', targetLabel: '${1}', replacement: 'x' });
    const labels = Labels.fromObject({ a: 'not-a-name' });
    const relabel = (nameScheme: 'legacy' | 'utf8') =>
      relabelLabels(compileRelabel([config], { nameScheme }), labels)?.toObject();
    expect(relabel('legacy')).toEqual({ a: 'not-a-name' });
    expect(relabel('utf8')).toEqual({ a: 'not-a-name', 'not-a-name': 'x' });
  });
});

test('a dot matches a newline, as in 3.x', () => {
  expect(
    apply({ a: 'f\noo' }, { sourceLabels: ['a'], regex: 'f.*', targetLabel: 'd', replacement: 'x' }),
  ).toMatchObject({
    d: 'x',
  });
});

describe('keeping and dropping', () => {
  test.each<[string, Overrides, boolean]>([
    ['keep', { action: 'keep', sourceLabels: ['a'], regex: 'fo+' }, true],
    ['keep', { action: 'keep', sourceLabels: ['a'], regex: 'o' }, false],
    ['drop', { action: 'drop', sourceLabels: ['a', 'b'], regex: 'foo;bar' }, false],
    ['drop', { action: 'drop', sourceLabels: ['a'], regex: 'bar' }, true],
    ['keepequal', { action: 'keepequal', sourceLabels: ['a'], targetLabel: 'same' }, true],
    ['keepequal', { action: 'keepequal', sourceLabels: ['a'], targetLabel: 'b' }, false],
    ['keepequal', { action: 'keepequal', sourceLabels: ['none'], targetLabel: 'absent' }, true],
    ['dropequal', { action: 'dropequal', sourceLabels: ['a'], targetLabel: 'same' }, false],
    ['dropequal', { action: 'dropequal', sourceLabels: ['a'], targetLabel: 'b' }, true],
  ])('%s %j', (_, overrides, isKept) => {
    expect(apply({ a: 'foo', b: 'bar', same: 'foo' }, overrides) !== undefined).toBe(isKept);
  });

  test('rules after a drop do not run', () => {
    expect(
      apply({ a: 'x' }, { action: 'drop', sourceLabels: ['a'], regex: 'x' }, { targetLabel: 'b', replacement: 'y' }),
    ).toBeUndefined();
  });
});

describe('label names', () => {
  test('labelmap copies, labeldrop and labelkeep filter', () => {
    const labels = { __meta_x: '1', __meta_y: '2', job: 'j' };
    expect(apply(labels, { action: 'labelmap', regex: '__meta_(.+)' })).toEqual({ ...labels, x: '1', y: '2' });
    expect(apply(labels, { action: 'labeldrop', regex: '__meta_.*' })).toEqual({ job: 'j' });
    expect(apply(labels, { action: 'labelkeep', regex: 'job|__meta_x' })).toEqual({ __meta_x: '1', job: 'j' });
  });

  test('when labelmap gives two labels one name, the label set later wins', () => {
    const rules: Overrides[] = [
      { targetLabel: 'a1', replacement: 'changed' },
      { action: 'labelmap', regex: '(a)[0-9]', replacement: 'out' },
    ];
    expect(apply({ a1: '1', a2: '2' }, ...rules)).toMatchObject({ out: 'changed' });
  });
});

describe('values', () => {
  test('hashmod takes the last eight bytes of the MD5', () => {
    const config = { action: 'hashmod' as const, sourceLabels: ['c'], targetLabel: 'd', modulus: 1000n };
    expect(apply({ c: 'baz' }, config)).toMatchObject({ d: '976' });
    expect(apply({ c: 'foo\nbar' }, config)).toMatchObject({ d: '734' });
  });

  test('case changes map letter to letter', () => {
    expect(apply({ a: 'İÄß' }, { action: 'lowercase', sourceLabels: ['a'], targetLabel: 'a' })).toEqual({ a: 'iäß' });
    expect(apply({ a: 'ﬁäß' }, { action: 'uppercase', sourceLabels: ['a'], targetLabel: 'a' })).toEqual({ a: 'ﬁÄß' });
  });
});

test('a label builder shows deletions and later values', () => {
  const builder = new LabelBuilder(Labels.fromObject({ a: '1', b: '2' }));
  builder.set('b', '');
  builder.set('c', '3');
  builder.set('a', '4');
  expect(builder.entries()).toEqual([
    ['c', '3'],
    ['a', '4'],
  ]);
  expect([builder.get('b'), builder.get('a')]).toEqual(['', '4']);
  expect(builder.labels().toObject()).toEqual({ a: '4', c: '3' });
  builder.reset(Labels.EMPTY);
  expect(builder.labels()).toBe(Labels.EMPTY);
});
