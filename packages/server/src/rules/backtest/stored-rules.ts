/** Which recording rules of a file need not be computed: they run here as they are written, and their series were there already. */
import { Matcher, METRIC_NAME } from '@sightline/model';
import type { QueryEngine } from '../../query/engine.ts';
import type { RecordingRuleSpec, RuleGroupSpec, RuleSpec } from '../rule-file/types.ts';

export interface StoredRulesOptions {
  /** Of the file. */
  readonly groups: readonly RuleGroupSpec[];
  readonly running: readonly RuleGroupSpec[];
  /** When the series must have been there. */
  readonly startMs: number;
  readonly engine: Pick<QueryEngine, 'instant'>;
  readonly signal: AbortSignal;
}

const CLIENT = { address: '', userAgent: 'sightline backtest' };

export async function storedRules(options: StoredRulesOptions): Promise<ReadonlySet<RecordingRuleSpec>> {
  const { engine, signal, startMs } = options;
  const running = new Set(recordingRules(options.running).map(definitionOf));
  const stored = new Set<RecordingRuleSpec>();
  for (const rule of recordingRules(options.groups)) {
    if (!running.has(definitionOf(rule))) continue;
    const text = `count(${selectorOf(rule)})`;
    const answer = await engine.instant({ text, timeMs: startMs, workClass: 'background', client: CLIENT, signal });
    answer.close();
    if (answer.value.type === 'vector' && answer.value.samples.length > 0) stored.add(rule);
  }
  return stored;
}

function recordingRules(groups: readonly RuleGroupSpec[]): RecordingRuleSpec[] {
  return groups.flatMap(({ rules }) => rules.filter(isRecording));
}

function isRecording(rule: RuleSpec): rule is RecordingRuleSpec {
  return rule.kind === 'recording';
}

function definitionOf({ name, exprText, labels }: RecordingRuleSpec): string {
  return JSON.stringify([name, exprText.trim(), labels]);
}

function selectorOf({ name, labels }: RecordingRuleSpec): string {
  const matchers = [
    new Matcher(METRIC_NAME, '=', name),
    ...labels.map(([label, value]) => new Matcher(label, '=', value)),
  ];
  return `{${matchers.map(String).join(',')}}`;
}
