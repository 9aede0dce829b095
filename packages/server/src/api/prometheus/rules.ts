/**
 * `/api/v1/rules`, `/api/v1/alerts`, `/api/v1/alertmanagers`: rule groups as they run, with their alerts, and who else is told
 * of them. Shapes, order of fields and words of errors: Prometheus 3.x web/api/v1.
 */
import { createHash } from 'node:crypto';
import type {
  AlertmanagersData,
  AlertsData,
  PrometheusAlert,
  PrometheusAlertingRule,
  PrometheusRecordingRule,
  PrometheusRule,
  PrometheusRuleGroup,
  RulesData,
} from '@sightline/api-types';
import type { Matcher } from '@sightline/model';
import { formatExpr } from '@sightline/promql';
import type { HttpInput, HttpOutput } from '../../lib/http.ts';
import type { Alert } from '../../rules/evaluate/alert.ts';
import { AlertingRule } from '../../rules/evaluate/alerting-rule.ts';
import type { GroupStatus, RuleStatus } from '../../rules/live/group-loop.ts';
import type { LabelPair } from '../../rules/rule-file/types.ts';
import { get, type Route } from '../http/route.ts';
import { success } from './envelope.ts';
import { matcherSets, readParams } from './params.ts';
import { type RulesQuery, readRulesQuery, unknownToken } from './rules-query.ts';

/** The rule manager, as the API needs it. */
export interface RuleSource {
  /** By file and name. */
  groups(): readonly GroupStatus[];
}

/** External Alertmanagers by the URLs that alerts are posted to. */
export interface AlertmanagerSource {
  active(): readonly string[];
  /** Those that relabeling dropped. */
  dropped(): readonly string[];
}

const NEVER = '0001-01-01T00:00:00Z';

export function ruleRoutes(source: RuleSource, alertmanagers: AlertmanagerSource): Route[] {
  return [
    get('/api/v1/rules', (input) => rules(input, source)),
    get('/api/v1/alerts', async () => success({ alerts: alertsOf(source.groups()) } satisfies AlertsData)),
    get('/api/v1/alertmanagers', async () => success(alertmanagersOf(alertmanagers))),
  ];
}

async function rules(input: HttpInput, source: RuleSource): Promise<HttpOutput> {
  const params = await readParams(input);
  const matchers = matcherSets(params);
  const query = readRulesQuery(params);
  const groups: PrometheusRuleGroup[] = [];
  let isFound = query.nextToken === '';
  for (const group of source.groups()) {
    isFound ||= query.nextToken === tokenOf(group);
    if (!isFound || !isWanted(group.name, query.groups) || !isWanted(group.file, query.files)) continue;
    const answer = groupAnswer(group, query, matchers);
    if (answer.rules.length === 0) continue;
    if (groups.length === query.groupLimit) {
      return success({ groups, groupNextToken: tokenOf(group) } satisfies RulesData);
    }
    groups.push(answer);
  }
  if (!isFound) throw unknownToken(query.nextToken);
  return success({ groups } satisfies RulesData);
}

/** An empty list of names wants every one. */
function isWanted(name: string, names: ReadonlySet<string>): boolean {
  return names.size === 0 || names.has(name);
}

/** Names the group that the next page begins with. */
function tokenOf({ file, name }: GroupStatus): string {
  return createHash('sha1').update(`${file};${name}`).digest('hex');
}

function groupAnswer(group: GroupStatus, query: RulesQuery, matchers: readonly Matcher[][]): PrometheusRuleGroup {
  const answers: PrometheusRule[] = [];
  for (const status of group.rules) {
    const { spec } = status.rule;
    if (!isWanted(spec.name, query.rules) || !query.kinds.has(spec.kind) || !isMatched(spec.labels, matchers)) continue;
    answers.push(
      status.rule instanceof AlertingRule ? alertingAnswer(status, status.rule, query) : recordingAnswer(status),
    );
  }
  return {
    name: group.name,
    file: group.file,
    rules: answers,
    interval: group.intervalMs / 1e3,
    limit: group.limit,
    evaluationTime: group.lastSeconds,
    lastEvaluation: timeText(group.lastEvaluationMs),
  };
}

/** Labels as the file has them: templates are not expanded. */
function isMatched(labels: readonly LabelPair[], sets: readonly Matcher[][]): boolean {
  if (sets.length === 0) return true;
  const values = new Map(labels);
  return sets.some((set) => set.every((matcher) => matcher.matches(values.get(matcher.name) ?? '')));
}

function alertingAnswer(status: RuleStatus, rule: AlertingRule, query: RulesQuery): PrometheusAlertingRule {
  const { spec } = rule;
  return {
    state: status.history.length === 0 ? 'unknown' : rule.state,
    name: spec.name,
    query: formatExpr(spec.expr),
    duration: spec.forMs / 1e3,
    keepFiringFor: spec.keepFiringForMs / 1e3,
    labels: Object.fromEntries(spec.labels),
    annotations: Object.fromEntries(spec.annotations),
    alerts: query.isWithoutAlerts ? null : activeAlerts(rule),
    ...outcomeOf(status),
    type: 'alerting',
  };
}

function recordingAnswer(status: RuleStatus): PrometheusRecordingRule {
  const { spec } = status.rule;
  return {
    name: spec.name,
    query: formatExpr(spec.expr),
    ...(spec.labels.length > 0 && { labels: Object.fromEntries(spec.labels) }),
    ...outcomeOf(status),
    type: 'recording',
  };
}

function outcomeOf({ history }: RuleStatus) {
  const last = history.at(-1);
  const error = last?.error ?? '';
  return {
    health: last === undefined ? ('unknown' as const) : last.error === undefined ? ('ok' as const) : ('err' as const),
    ...(error !== '' && { lastError: error }),
    evaluationTime: last?.seconds ?? 0,
    lastEvaluation: timeText(last?.startMs),
  };
}

function alertsOf(groups: readonly GroupStatus[]): PrometheusAlert[] {
  return groups.flatMap(({ rules: all }) =>
    all.flatMap(({ rule }) => (rule instanceof AlertingRule ? activeAlerts(rule) : [])),
  );
}

function activeAlerts(rule: AlertingRule): PrometheusAlert[] {
  return rule.alerts().flatMap((alert) => (alert.state === 'inactive' ? [] : [alertAnswer(alert, alert.state)]));
}

function alertAnswer(alert: Alert, state: 'pending' | 'firing'): PrometheusAlert {
  return {
    labels: alert.labels.toObject(),
    annotations: Object.fromEntries(alert.annotations),
    state,
    activeAt: timeText(alert.activeAtMs),
    ...(alert.keepFiringSinceMs !== undefined && { keepFiringSince: timeText(alert.keepFiringSinceMs) }),
    value: exponentText(alert.value),
  };
}

function alertmanagersOf(source: AlertmanagerSource): AlertmanagersData {
  const urls = (list: readonly string[]) => list.map((url) => ({ url }));
  return { activeAlertmanagers: urls(source.active()), droppedAlertmanagers: urls(source.dropped()) };
}

/** RFC 3339 as Go writes it: no zeros at the end of the fraction. */
function timeText(ms: number | undefined): string {
  return ms === undefined ? NEVER : new Date(ms).toISOString().replace(/\.?0*Z$/, 'Z');
}

/** Go's FormatFloat(v, 'e', -1): always an exponent, of two digits at least. */
function exponentText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const text = Object.is(value, -0) ? '-0e+0' : value.toExponential();
  return text.replace(/([+-])(\d)$/, '$10$2');
}
