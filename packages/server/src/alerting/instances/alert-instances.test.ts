import { Labels } from '@sightline/model';
import { parseExpr } from '@sightline/promql';
import { describe, expect, test } from 'vitest';
import { AlertingRule } from '../../rules/evaluate/alerting-rule.ts';
import type { GroupStatus } from '../../rules/live/group-loop.ts';
import type { AlertingRuleSpec } from '../../rules/rule-file/types.ts';
import { AlertRig, matcher, routeConfig, START_MS } from '../testing/alert-rig.ts';
import { AlertInstances } from './alert-instances.ts';

const MARKS = { acknowledgement: () => undefined, incidentId: () => undefined };

function ruleSpec(name: string, exprText: string, forMs: number): AlertingRuleSpec {
  return {
    kind: 'alerting',
    name,
    expr: parseExpr(exprText),
    exprText,
    labels: [['severity', 'warning']],
    annotations: [['runbook_url', 'https://runbooks/latency']],
    forMs,
    keepFiringForMs: 0,
    position: { line: 1, column: 1 },
  } as unknown as AlertingRuleSpec;
}

/** A rule group that was evaluated over one series of value 7 at each of the times. */
async function evaluated(spec: AlertingRuleSpec, ...times: readonly number[]): Promise<GroupStatus> {
  const rule = new AlertingRule(spec, { externalLabels: Labels.EMPTY, externalUrl: '' });
  const sample = { labels: Labels.fromObject({ __name__: 'x', job: 'shop' }), value: 7 };
  for (const timeMs of times) await rule.evaluate(timeMs, 0, 0, async () => [sample] as never);
  const evaluation = { timeMs: times.at(-1) ?? 0, startMs: 0, seconds: 0, samples: 1, error: undefined };
  const group = {
    name: 'g',
    file: 'rules.yml',
    lastEvaluationMs: times.at(-1),
    rules: [{ rule, history: [evaluation] }],
  };
  return group as unknown as GroupStatus;
}

async function instancesOf(rig: AlertRig, groups: readonly GroupStatus[] = []): Promise<AlertInstances> {
  const rules = {
    externalLabels: Labels.fromObject({ cluster: 'eu' }),
    groups: () => groups,
    configuration: rig,
    toldLabels: (labels: Labels) => labels,
  };
  return new AlertInstances({ manager: rig.manager, rules, marks: MARKS, now: () => rig.clock.now() });
}

describe('alerts as people see them', () => {
  test('worst first: firing before held back before over, by severity, the older before the newer', async () => {
    const rig = await AlertRig.start({
      plan: {
        route: routeConfig({ receiver: 'team' }),
        inhibitRules: [{ sourceMatchers: [matcher('severity=critical')], targetMatchers: [matcher('k=v')], equal: [] }],
      },
    });
    rig.report({ alertname: 'Over', severity: 'critical' });
    rig.report({ alertname: 'Over', severity: 'critical' }, 0);
    await rig.advance(1);
    rig.report({ alertname: 'Warn', severity: 'warning' });
    rig.report({ alertname: 'Plain' });
    await rig.advance(1);
    rig.report({ alertname: 'Bad', severity: 'critical' });
    rig.report({ alertname: 'Bad2', severity: 'critical' }, undefined, rig.clock.now() - 60_000);
    rig.report({ alertname: 'Held', severity: 'warning', k: 'v' });
    const list = await (await instancesOf(rig)).list();
    expect(list.alerts.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'Bad2 firing',
      'Bad firing',
      'Warn firing',
      'Plain firing',
      'Held inhibited',
      'Over resolved',
    ]);
    expect(list.counts).toEqual({ pending: 0, firing: 4, silenced: 0, inhibited: 1, muted: 0, resolved: 1 });
    await rig.manager.close();
  });

  test('a firing alert of a rule here is one with what was reported: value, expression, threshold, rule', async () => {
    const rig = await AlertRig.start({ plan: { route: routeConfig({ receiver: 'team' }) } });
    const group = await evaluated(ruleSpec('Slow', 'latency > 5', 0), START_MS);
    rig.report({ alertname: 'Slow', job: 'shop', severity: 'warning', cluster: 'eu' });
    const { alerts, ruleCount, lastEvaluationMs } = await (await instancesOf(rig, [group])).list();
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toMatchObject({
      state: 'firing',
      value: 7,
      expr: 'latency > 5',
      threshold: 5,
      rule: { file: 'rules.yml', group: 'g', name: 'Slow' },
      receivers: ['team'],
    });
    expect({ ruleCount, lastEvaluationMs }).toEqual({ ruleCount: 1, lastEvaluationMs: START_MS });
    await rig.manager.close();
  });

  test('a pending alert is there before anybody is told, with the labels it will have', async () => {
    const rig = await AlertRig.start({ plan: { route: routeConfig({ receiver: 'team' }) } });
    const instances = await instancesOf(rig, [await evaluated(ruleSpec('Slow', 'latency > 5', 600_000), START_MS)]);
    const [alert] = await instances.all();
    expect(alert).toMatchObject({
      state: 'pending',
      startsAtMs: START_MS,
      labels: { alertname: 'Slow', cluster: 'eu', job: 'shop', severity: 'warning' },
      runbookUrl: 'https://runbooks/latency',
    });
    expect(await instances.get(alert?.fingerprint ?? '')).toEqual(alert);
    await rig.manager.close();
  });

  test('an alert of another server takes its expression from its link', async () => {
    const rig = await AlertRig.start({ plan: { route: routeConfig({ receiver: 'team' }) } });
    rig.manager.receive({
      labels: Labels.fromObject({ alertname: 'Far' }),
      annotations: Labels.fromObject({ runbook_url: 'https://wiki/far' }),
      startsAtMs: START_MS,
      endsAtMs: undefined,
      generatorUrl: 'http://prometheus:9090/graph?g0.expr=errors%20%3E%3D%203&g0.tab=1',
    });
    const [alert] = await (await instancesOf(rig)).all();
    expect(alert).toMatchObject({ expr: 'errors >= 3', threshold: 3, value: null, rule: null });
    expect(alert?.runbookUrl).toBe('https://wiki/far');
    await rig.manager.close();
  });
});
