import { describe, expect, it } from 'vitest';
import type { IntegrationEntry, ReceiverEntry, RouteEntry } from '@sightline/api-types';
import { ancestorsOf, conditionOf, labelsOf, routeRows, sortReceivers } from './notify-model.ts';

const route = (id: string, more: Partial<RouteEntry> = {}): RouteEntry => ({
  id,
  receiver: 'all',
  matchers: [],
  continue: false,
  groupBy: ['alertname'],
  groupWaitMs: 30_000,
  groupIntervalMs: 300_000,
  repeatIntervalMs: 14_400_000,
  muteTimeIntervals: [],
  activeTimeIntervals: [],
  mutedBy: [],
  routes: [],
  ...more,
});

const integration = (lastResult: IntegrationEntry['lastResult']): IntegrationEntry => ({
  name: 'webhook',
  index: 0,
  sendResolved: true,
  target: 'example.org',
  lastResult,
  sentTotal: 0,
  failedTotal: 0,
});

const receiver = (name: string, isUsed: boolean, ...integrations: IntegrationEntry[]): ReceiverEntry => ({
  name,
  isUsed,
  integrations,
});

describe('the tree of routes', () => {
  it('is read from the top, with what each route changes', () => {
    const tree = route('', {
      routes: [
        route('0', { groupWaitMs: 0, routes: [route('0.0', { groupWaitMs: 0 })] }),
        route('1', { groupBy: '...' }),
      ],
    });
    const rows = routeRows(tree);
    expect(rows.map((row) => [row.route.id, row.depth])).toEqual([
      ['', 0],
      ['0', 1],
      ['0.0', 2],
      ['1', 1],
    ]);
    expect(rows.map((row) => row.changed.groupWaitMs)).toEqual([true, true, false, false]);
    expect(rows.map((row) => row.changed.groupBy)).toEqual([true, false, false, true]);
  });

  it('knows the way to a route', () => {
    expect(ancestorsOf('0.2.1')).toEqual(['', '0', '0.2']);
    expect(ancestorsOf('')).toEqual([]);
  });

  it('is tried with labels, not with matchers', () => {
    expect(labelsOf('severity=critical, team="pay ments"')).toEqual({ severity: 'critical', team: 'pay ments' });
    expect(labelsOf('severity=~"critical"')).toBeNull();
    expect(labelsOf('severity')).toBeNull();
    expect(labelsOf('')).toEqual({});
  });
});

describe('receivers', () => {
  const good = integration({ timeMs: 0, isOk: true, error: '' });
  const bad = integration({ timeMs: 0, isOk: false, error: '500' });

  it('that fail come first, those that nobody uses last', () => {
    const receivers = [
      receiver('spare', false, good),
      receiver('fine', true, integration(null), good),
      receiver('new', true, integration(null)),
      receiver('void', true),
      receiver('broken', true, good, bad),
    ];
    expect(receivers.map(conditionOf)).toEqual(['unused', 'fine', 'untried', 'empty', 'failing']);
    const status = { nowMs: 0, configFile: '', receivers, route: route(''), escalations: [] };
    expect(sortReceivers(status).map(({ name }) => name)).toEqual(['broken', 'void', 'new', 'fine', 'spare']);
  });
});
