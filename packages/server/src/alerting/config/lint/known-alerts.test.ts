import { describe, expect, test } from 'vitest';
import { loadAlertmanagerConfig } from '../load.ts';
import type { KnownAlert } from './known-alerts.ts';

function alert(name: string, labels: Record<string, string> = {}): KnownAlert {
  return { name, labels: new Map([...Object.entries(labels), ['alertname', name]]) };
}

function warnings(text: string, alerts: readonly KnownAlert[]): string[] {
  const { config, diagnostics } = loadAlertmanagerConfig({ file: 'alertmanager.yml', text, alerts });
  expect(config).toBeDefined();
  return diagnostics.map(({ start, message }) => `${start?.line}: ${message}`);
}

const ROUTES = `route:
  receiver: a
  routes:
    - matchers: [severity="critical"]
    - matchers: [team="web"]
      routes:
        - matchers: [severity="none"]
receivers: [{name: a}]
`;

describe('the configuration beside the alerts that can come', () => {
  test('nothing is said without alerts', () => {
    expect(warnings(ROUTES, [])).toEqual([]);
  });

  test('routes that no alert meets, and alerts that no route is made for', () => {
    expect(
      warnings(ROUTES, [
        alert('Down', { severity: 'info', team: 'infra' }),
        alert('Slow', { severity: 'info', team: 'web' }),
        alert('Gone', { severity: 'info', team: 'infra' }),
      ]),
    ).toEqual([
      '2: only the first route takes `Down`, `Gone`: their labels match no other route',
      '4: no alerting rule has labels that match this route',
      '7: no alerting rule has labels that match this route',
    ]);
  });

  test('labels that come with the series may fit everything', () => {
    expect(warnings(ROUTES, [alert('Down')])).toEqual([]);
  });

  const inhibit = (equal: string) => `route: {receiver: a}
receivers: [{name: a}]
inhibit_rules:
  - source_matchers: [severity="critical"]
    target_matchers: [severity="warning"]
    equal: [${equal}]
`;

  test('an inhibition by alertname across severities', () => {
    const apart = [alert('Down', { severity: 'critical' }), alert('Slow', { severity: 'warning' })];
    expect(warnings(inhibit('alertname'), apart)).toEqual([
      '6: no two alerting rules of one name are source and target, and `equal` wants the same `alertname`',
    ]);
    const together = [alert('Down', { severity: 'critical' }), alert('Down', { severity: 'warning' })];
    expect(warnings(inhibit('alertname'), together)).toEqual([]);
    expect(warnings(inhibit('instance'), apart)).toEqual([]);
  });

  test('an inhibition without a source', () => {
    expect(warnings(inhibit('instance'), [alert('Slow', { severity: 'warning' })])).toEqual([
      '4: no alerting rule can be the source of this rule',
    ]);
  });
});
