import type { AlertInstance } from '@sightline/api-types';
import { describe, expect, it } from 'vitest';
import {
  filterAlerts,
  heldWords,
  keyLabels,
  listRows,
  parseAlertFilter,
  severityOf,
  statesOf,
  statesText,
} from './alert-model.ts';
import { matchTests } from './matcher-tests.ts';

function alert(fingerprint: string, labels: Record<string, string>, more: Partial<AlertInstance> = {}): AlertInstance {
  return {
    fingerprint,
    name: labels['alertname'] ?? fingerprint,
    labels,
    annotations: {},
    state: 'firing',
    startsAtMs: 0,
    endsAtMs: null,
    updatedAtMs: 0,
    value: 1,
    expr: 'up == 0',
    threshold: 0,
    rule: null,
    generatorUrl: '',
    runbookUrl: '',
    receivers: ['hook'],
    silencedBy: [],
    inhibitedBy: [],
    mutedBy: [],
    acknowledgement: null,
    incidentId: null,
    ...more,
  };
}

const A = alert('a', { alertname: 'Down', severity: 'critical', service: 'checkout', team: 'pay' });
const B = alert('b', { alertname: 'Slow', severity: 'warning', service: 'checkout' });
const C = alert('c', { alertname: 'Down', job: 'node' }, { state: 'silenced', silencedBy: ['x'] });

describe('the filter of alerts', () => {
  it('takes matchers and words apart, quoted ones too', () => {
    expect(parseAlertFilter('severity=critical team=~"pay|shop floor", checkout "two words"')).toEqual({
      matchers: [
        { name: 'severity', op: '=', value: 'critical' },
        { name: 'team', op: '=~', value: 'pay|shop floor' },
      ],
      words: ['checkout', 'two words'],
    });
    expect(parseAlertFilter('{severity!="none"}').matchers).toEqual([{ name: 'severity', op: '!=', value: 'none' }]);
    expect(parseAlertFilter('  ')).toEqual({ matchers: [], words: [] });
  });

  it.each([
    ['severity=critical', ['a']],
    ['team=~p.*', ['a']],
    ['team=~p', []],
    ['team!~p.*', ['b', 'c']],
    ['team=""', ['b', 'c']],
    ['CHECK slow', ['b']],
    ['hook', ['a', 'b', 'c']],
  ])('%s leaves %j', (text, left) => {
    const { matchers, words } = parseAlertFilter(text);
    const { tests, error } = matchTests(matchers);
    expect(error).toBeNull();
    const found = filterAlerts([A, B, C], new Set(['firing', 'silenced']), words, tests);
    expect(found.map(({ fingerprint }) => fingerprint)).toEqual(left);
  });

  it('names a pattern that is no regular expression', () => {
    expect(matchTests([{ name: 'team', op: '=~', value: '(' }]).error).toContain('team=~"("');
  });
});

describe('states in the address bar', () => {
  it('shows firing and pending unless told otherwise', () => {
    expect([...statesOf(undefined)]).toEqual(['firing', 'pending']);
    expect(statesText(statesOf(undefined))).toBeNull();
  });
  it('goes there and back, without words that are no states', () => {
    expect(statesText(statesOf('silenced,firing,nonsense'))).toBe('firing,silenced');
    expect(statesText(new Set())).toBe('');
    expect(statesOf('').size).toBe(0);
  });
});

describe('rows', () => {
  const options = { by: 'none' as const, incidents: [], turned: new Set<string>() };

  it('is a flat list in the order of the server', () => {
    expect(listRows([A, B, C], options).map(({ key }) => key)).toEqual(['a', 'b', 'c']);
  });

  it('folds an incident where its worst alert stands, and opens it on demand', () => {
    const both = [A, B].map((one) => ({ ...one, incidentId: 'i1' }));
    const incidents = [{ id: 'i1', title: 'service=checkout', startedMs: 0, fingerprints: ['a', 'b'] }];
    const folded = listRows([...both, C], { ...options, incidents });
    expect(folded.map(({ kind }) => kind)).toEqual(['incident', 'alert']);
    expect(folded[0]).toMatchObject({ title: 'service=checkout', worst: { fingerprint: 'a' }, isOpen: false });
    const open = listRows([...both, C], { ...options, incidents, turned: new Set(['incident:i1']) });
    expect(open.map(({ key }) => key)).toEqual(['incident:i1', 'a', 'b', 'c']);
  });

  it('does not fold an incident of which one alert is left', () => {
    expect(listRows([{ ...A, incidentId: 'i1' }, B], options).map(({ kind }) => kind)).toEqual(['alert', 'alert']);
  });

  it('groups by rule and by service, open until folded', () => {
    const byRule = listRows([A, B, C], { ...options, by: 'rule' });
    expect(byRule.map(({ key }) => key)).toEqual(['rule:Down', 'a', 'c', 'rule:Slow', 'b']);
    const folded = listRows([A, B, C], { ...options, by: 'service', turned: new Set(['service:checkout']) });
    expect(folded.map(({ key }) => key)).toEqual(['service:checkout', 'service:node', 'c']);
  });
});

describe('words', () => {
  it('knows how bad a severity is, and keeps words it does not know', () => {
    expect(severityOf({ severity: 'page' })).toEqual({ kind: 'crit', word: 'page' });
    expect(severityOf({ severity: 'P3' })).toEqual({ kind: 'unknown', word: 'P3' });
    expect(severityOf({}).word).toBe('no severity');
  });
  it('shows what tells most first and nothing twice', () => {
    const labels = { alertname: 'Down', zone: 'b', job: 'pay', instance: 'i', service: 'pay', severity: 'x' };
    expect(keyLabels(labels).map(([name]) => name)).toEqual(['service', 'instance', 'zone']);
  });
  it('says what holds an alert back', () => {
    expect(heldWords(A)).toBe('');
    expect(heldWords({ ...A, inhibitedBy: ['1', '2'] })).toBe('held back by 2 other alerts');
    expect(heldWords({ ...A, state: 'pending', mutedBy: ['nights'] })).toBe('quiet: nights');
  });
});
