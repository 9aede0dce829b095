/** `/api/sightline/v1/rules`: the rule groups that run, with their last evaluations. Shapes: @sightline/api-types. */
import type { RuleEntry, RuleGroupEntry, RuleGroups } from '@sightline/api-types';
import { AlertingRule } from '../../rules/evaluate/alerting-rule.ts';
import type { GroupStatus } from '../../rules/live/group-loop.ts';
import type { LabelPair } from '../../rules/rule-file/types.ts';
import { get, type Route } from '../http/route.ts';
import { json } from './json-answer.ts';

export interface RuleGroupRoutesOptions {
  readonly groups: () => readonly GroupStatus[];
  readonly nowMs: () => number;
}

export function ruleGroupRoutes(options: RuleGroupRoutesOptions): Route[] {
  return [
    get('/api/sightline/v1/rules', async () => {
      const { groups, nowMs } = options;
      const answer: RuleGroups = { nowMs: nowMs(), groups: groups().map(groupEntry) };
      return json(answer);
    }),
  ];
}

function groupEntry(group: GroupStatus): RuleGroupEntry {
  return {
    file: group.file,
    name: group.name,
    intervalMs: group.intervalMs,
    limit: group.limit,
    missedEvaluations: group.missed,
    lastEvaluationMs: group.lastEvaluationMs ?? null,
    lastSeconds: group.lastSeconds,
    rules: group.rules.map(ruleEntry),
  };
}

function ruleEntry({ rule, history }: GroupStatus['rules'][number]): RuleEntry {
  const { spec } = rule;
  const last = history.at(-1);
  const alerts = rule instanceof AlertingRule ? rule.activeAlerts() : [];
  return {
    kind: spec.kind,
    name: spec.name,
    expr: spec.exprText.trim(),
    forMs: spec.kind === 'alerting' ? spec.forMs : 0,
    keepFiringForMs: spec.kind === 'alerting' ? spec.keepFiringForMs : 0,
    labels: labelSet(spec.labels),
    annotations: spec.kind === 'alerting' ? labelSet(spec.annotations) : {},
    health: last === undefined ? 'unknown' : last.error === undefined ? 'ok' : 'err',
    state: rule instanceof AlertingRule ? rule.state : null,
    pending: alerts.filter(({ state }) => state === 'pending').length,
    firing: alerts.filter(({ state }) => state === 'firing').length,
    evaluations: history.map(({ timeMs, seconds, samples, error }) => ({
      timeMs,
      seconds,
      samples,
      error: error ?? null,
    })),
  };
}

function labelSet(pairs: readonly LabelPair[]): Record<string, string> {
  return Object.fromEntries(pairs);
}
