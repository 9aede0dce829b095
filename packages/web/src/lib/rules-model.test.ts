import { describe, expect, it } from 'vitest';
import type { RuleEntry, RuleGroupEntry } from '@sightline/api-types';
import { arrangeRules, countConditions, findRule, plainLabels, rowsOf, ruleId } from './rules-model.ts';

const rule = (name: string, more: Partial<RuleEntry> = {}): RuleEntry => ({
  kind: 'alerting',
  name,
  expr: `${name.toLowerCase()} > 1`,
  forMs: 0,
  keepFiringForMs: 0,
  labels: {},
  annotations: {},
  health: 'ok',
  state: 'inactive',
  pending: 0,
  firing: 0,
  evaluations: [],
  ...more,
});

const group = (file: string, name: string, rules: readonly RuleEntry[]): RuleGroupEntry => ({
  file,
  name,
  intervalMs: 15_000,
  limit: 0,
  missedEvaluations: 0,
  lastEvaluationMs: null,
  lastSeconds: 0,
  rules,
});

const groups = {
  nowMs: 0,
  groups: [
    group('a.yml', 'quiet', [rule('Quiet'), rule('job:up:sum', { kind: 'recording', state: null })]),
    group('b.yml', 'calm', [rule('Calm', { health: 'unknown' })]),
    group('b.yml', 'busy', [
      rule('Fine', { labels: { team: 'pay' } }),
      rule('Loud', { state: 'firing', firing: 2 }),
      rule('Broken', {
        health: 'err',
        evaluations: [{ timeMs: 0, seconds: 0, samples: 0, error: 'many-to-many matching' }],
      }),
    ]),
  ],
};

describe('rules', () => {
  const names = (...args: [Parameters<typeof arrangeRules>[1], string]): unknown =>
    arrangeRules(groups, ...args).map((file) => [
      file.file,
      file.groups.map((one) => [one.group.name, one.rows.map((row) => row.rule.name)]),
    ]);

  it('are listed with trouble first', () => {
    expect(names('all', '')).toEqual([
      [
        'b.yml',
        [
          ['busy', ['Broken', 'Loud', 'Fine']],
          ['calm', ['Calm']],
        ],
      ],
      ['a.yml', [['quiet', ['Quiet', 'job:up:sum']]]],
    ]);
    expect(countConditions(groups)).toEqual({ failing: 1, firing: 1, pending: 0, waiting: 1, fine: 3 });
  });

  it('are filtered by state, kind and words', () => {
    expect(names('problems', '')).toEqual([['b.yml', [['busy', ['Broken', 'Loud']]]]]);
    expect(names('recording', '')).toEqual([['a.yml', [['quiet', ['job:up:sum']]]]]);
    expect(names('all', 'team="pay"')).toEqual([['b.yml', [['busy', ['Fine']]]]]);
    expect(names('all', 'many-to-many')).toEqual([['b.yml', [['busy', ['Broken']]]]]);
    expect(names('pending', '')).toEqual([]);
  });

  it('have ids that tell two of the same name apart and fit into an address', () => {
    const twice = group('dir/x.yml', 'g', [rule('Same'), rule('Same'), rule('With space/é')]);
    const ids = rowsOf(twice).map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(encodeURIComponent(id)).toBe(id);
    expect(findRule({ nowMs: 0, groups: [twice] }, ids[1] ?? '')?.rule).toBe(twice.rules[1]);
    expect(ids[0]).toBe(ruleId('dir/x.yml', 'g', 'Same'));
    expect(findRule(groups, 'Same-00000000')).toBeUndefined();
  });

  it('are routed by the labels that no template decides', () => {
    expect(plainLabels(rule('A', { labels: { team: '{{ $labels.team }}', severity: 'page' } }))).toEqual({
      alertname: 'A',
      severity: 'page',
    });
  });
});
