import { Labels, Matcher } from '@sightline/model';
import { expect, test } from 'vitest';
import { type Alert, createAlert } from '../alert.ts';
import type { InhibitRuleConfig } from '../config/types.ts';
import { Inhibitor } from './inhibitor.ts';

const NOW = 1_000_000;
const eq = (name: string, value: string) => new Matcher(name, '=', value);

function alert(labels: Record<string, string>, endsAtMs = NOW + 60_000): Alert {
  return createAlert({
    labels: Labels.fromObject(labels),
    annotations: Labels.EMPTY,
    startsAtMs: NOW - 1,
    endsAtMs,
    updatedAtMs: NOW,
    isTimeout: false,
    generatorUrl: '',
  });
}

const critical: InhibitRuleConfig = {
  sourceMatchers: [eq('severity', 'critical')],
  targetMatchers: [eq('severity', 'warning')],
  equal: ['cluster', 'job'],
};

function inhibitor(rule: InhibitRuleConfig, ...sources: Alert[]): Inhibitor {
  const made = new Inhibitor([rule]);
  for (const source of sources) made.see(source, NOW);
  return made;
}

const isHeldBack = (by: Inhibitor, labels: Record<string, string>, nowMs = NOW) =>
  by.inhibitions(Labels.fromObject(labels), nowMs).length > 0;

test('a target is held back while a source with equal labels fires', () => {
  const source = alert({ severity: 'critical', cluster: 'a', job: 'x' });
  const by = inhibitor(critical, source);
  expect(by.inhibitions(Labels.fromObject({ severity: 'warning', cluster: 'a', job: 'x' }), NOW)).toEqual([
    { rule: 0, fingerprint: source.fingerprint },
  ]);
  expect(isHeldBack(by, { severity: 'warning', cluster: 'b', job: 'x' })).toBe(false);
  expect(isHeldBack(by, { severity: 'info', cluster: 'a', job: 'x' })).toBe(false);
});

test('a label that both lack is equal', () => {
  const by = inhibitor(critical, alert({ severity: 'critical', job: 'x' }));
  expect(isHeldBack(by, { severity: 'warning', job: 'x' })).toBe(true);
  expect(isHeldBack(by, { severity: 'warning', job: 'x', cluster: 'a' })).toBe(false);
});

test('not after the source resolved, by report or by time', () => {
  const labels = { severity: 'critical', job: 'x' };
  const by = inhibitor(critical, alert(labels));
  expect(isHeldBack(by, { severity: 'warning', job: 'x' }, NOW + 60_000)).toBe(false);
  const told = inhibitor(critical, alert(labels), alert(labels, NOW));
  expect(isHeldBack(told, { severity: 'warning', job: 'x' })).toBe(false);
});

test('an alert that is source and target is held back only by sources that are not targets', () => {
  const rule = { sourceMatchers: [eq('a', '1')], targetMatchers: [eq('b', '1')], equal: [] };
  const both = { a: '1', b: '1' };
  expect(isHeldBack(inhibitor(rule, alert(both)), both)).toBe(false);
  expect(isHeldBack(inhibitor(rule, alert(both)), { b: '1' })).toBe(true);
  expect(isHeldBack(inhibitor(rule, alert({ a: '1' })), both)).toBe(true);
});
