/**
 * What a backtest evaluates: the alerting rules, and those recording rules of the same groups that they read. Recorded series are
 * computed from the definitions at hand and stand in place of stored ones of the name, which may have been made by an earlier
 * definition; a rule that runs here with the same definition has stored its series, and they are read.
 */
import { METRIC_NAME } from '@sightline/model';
import { childrenOf, type Expr, timeDependenceOf } from '@sightline/promql';
import { RuleGroup, type RuleGroupOptions } from '../evaluate/rule-group.ts';
import { groupKey, nextSlot } from '../live/group-loop.ts';
import type { RecordingRuleSpec, RuleGroupSpec, RuleSpec } from '../rule-file/types.ts';
import { BacktestError } from './errors.ts';

export interface PlannedRule {
  readonly spec: RuleSpec;
  readonly group: RuleGroup;
  /** Place in its group. */
  readonly index: number;
  readonly intervalMs: number;
  readonly queryOffsetMs: number;
  /** Its first evaluation. */
  readonly fromMs: number;
  /** False: each evaluation is a query of its own. */
  readonly isSplittable: boolean;
}

export interface BacktestPlan {
  /** In the order of their evaluation: every rule behind those it reads. */
  readonly recording: readonly PlannedRule[];
  readonly alerting: readonly PlannedRule[];
  /** Names whose series are computed. */
  readonly recordedNames: ReadonlySet<string>;
  /** The first evaluation of all. */
  readonly fromMs: number;
  /** How long computed samples are needed. */
  readonly keepMs: number;
  readonly evaluations: number;
}

export interface PlanOptions extends Omit<RuleGroupOptions, 'queryOffsetMs'> {
  readonly groups: readonly RuleGroupSpec[];
  readonly startMs: number;
  readonly endMs: number;
  readonly evaluationIntervalMs: number;
  readonly ruleQueryOffsetMs: number;
  /** How old the newest sample of an instant selector may be. */
  readonly lookbackMs: number;
  /** Which alerting rules are wanted. */
  readonly isWanted: (group: RuleGroupSpec, rule: RuleSpec) => boolean;
  /** A recording rule whose series were stored while it ran. */
  readonly isStored: (rule: RecordingRuleSpec) => boolean;
}

interface Draft {
  readonly spec: RuleSpec;
  readonly group: RuleGroup;
  readonly index: number;
  readonly reads: ReadonlySet<string>;
  readonly reachMs: number;
  fromMs: number;
}

export function planBacktest(options: PlanOptions): BacktestPlan {
  const { groups, startMs, endMs, externalLabels, externalUrl, ruleQueryOffsetMs, lookbackMs } = options;
  const all = groups.flatMap((spec) => {
    const group = new RuleGroup(withoutAnnotations(spec), {
      externalLabels,
      externalUrl,
      queryOffsetMs: ruleQueryOffsetMs,
    });
    return group.spec.rules.map((rule, index): Draft => {
      const { lookBackMs } = timeDependenceOf(rule.expr, lookbackMs);
      const offsetMs = spec.queryOffsetMs ?? ruleQueryOffsetMs;
      const reachMs = lookBackMs + offsetMs;
      return { spec: rule, group, index, reads: namesOf(rule.expr), reachMs, fromMs: Number.POSITIVE_INFINITY };
    });
  });
  const alerting = all.filter(({ spec, group }) => spec.kind === 'alerting' && options.isWanted(group.spec, spec));
  for (const draft of alerting) draft.fromMs = startMs - warmUpMs(draft.spec) - intervalOf(draft, options);
  const recording = orderOf(
    alerting,
    all.filter(({ spec }) => spec.kind === 'recording' && !options.isStored(spec)),
  );
  const finish = (draft: Draft) => finished(draft, options);
  const planned = { recording: recording.map(finish), alerting: alerting.map(finish) };
  const rules = [...planned.recording, ...planned.alerting];
  return {
    ...planned,
    recordedNames: new Set(recording.map(({ spec }) => spec.name)),
    fromMs: Math.min(startMs, ...rules.map(({ fromMs }) => fromMs)),
    keepMs: Math.max(0, ...[...recording, ...alerting].map(({ reachMs }) => reachMs)),
    evaluations: rules.reduce((sum, { fromMs, intervalMs }) => sum + Math.max(0, endMs - fromMs) / intervalMs, 0),
  };
}

/** Texts of annotations change neither when an alert fires nor where it goes. */
function withoutAnnotations(spec: RuleGroupSpec): RuleGroupSpec {
  const rules = spec.rules.map((rule) => (rule.kind === 'alerting' ? { ...rule, annotations: [] } : rule));
  return { ...spec, rules };
}

/** An alert that was there before the start is in its state at the start, when the last evaluation before it is made too. */
function warmUpMs(spec: RuleSpec): number {
  return spec.kind === 'alerting' ? spec.forMs + spec.keepFiringForMs : 0;
}

function intervalOf({ group }: Pick<Draft, 'group'>, { evaluationIntervalMs }: PlanOptions): number {
  return group.spec.intervalMs ?? evaluationIntervalMs;
}

function finished({ spec, group, index, fromMs }: Draft, options: PlanOptions): PlannedRule {
  const { file, name, queryOffsetMs } = group.spec;
  const intervalMs = intervalOf({ group }, options);
  return {
    spec,
    group,
    index,
    intervalMs,
    queryOffsetMs: queryOffsetMs ?? options.ruleQueryOffsetMs,
    fromMs: nextSlot(fromMs - 1, intervalMs, groupKey(file, name)),
    isSplittable: timeDependenceOf(spec.expr, options.lookbackMs).isSplittable,
  };
}

/** The recording rules that are read, directly or by others, each behind those it reads; sets since when they are needed. */
function orderOf(readers: readonly Draft[], recording: readonly Draft[]): Draft[] {
  const byName = new Map<string, Draft[]>();
  for (const draft of recording) byName.set(draft.spec.name, [...(byName.get(draft.spec.name) ?? []), draft]);
  const ordered = new Set<Draft>();
  const underWay = new Set<Draft>();
  const visit = (reader: Draft): void => {
    for (const name of reader.reads) {
      for (const draft of byName.get(name) ?? []) {
        draft.fromMs = Math.min(draft.fromMs, reader.fromMs - reader.reachMs);
        if (underWay.has(draft)) {
          throw new BacktestError('backtest_refused', `the recording rule ${name} reads its own series`, {
            hint: 'what it gives depends on all of its past; leave it out of the file, and the stored series are read',
          });
        }
        underWay.add(draft);
        visit(draft);
        underWay.delete(draft);
        ordered.add(draft);
      }
    }
  };
  for (const reader of readers) visit(reader);
  return [...ordered];
}

/** Metrics that are read by their names. */
function namesOf(expr: Expr): ReadonlySet<string> {
  const names = new Set<string>();
  const walk = (node: Expr): void => {
    if (node.kind === 'vectorSelector') {
      const name = node.matchers.find((matcher) => matcher.name === METRIC_NAME && matcher.op === '=')?.value;
      if (name !== undefined) names.add(name);
    }
    for (const child of childrenOf(node)) walk(child);
  };
  walk(expr);
  return names;
}
