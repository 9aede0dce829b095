/** One entry of `rules`: a recording or an alerting rule, checked as Prometheus 3 checks it. */
import { isLegacyLabelName, isLegacyMetricName, METRIC_NAME } from '@sightline/model';
import { collectErrors, type Expr, parseExpr, typeOf } from '@sightline/promql';
import type { Cursor } from '../../lib/yaml-cursor.ts';
import { ObjectReader } from '../../lib/yaml-object.ts';
import { templateProblem } from '../template/index.ts';
import { placeInText } from './text-place.ts';
import type { LabelPair, RuleSpec } from './types.ts';

export interface RuleFileRules {
  readonly nameScheme: 'legacy' | 'utf8';
  readonly enableExperimental: boolean;
  readonly ignoreUnknownFields: boolean;
}

export interface ReadRuleOptions extends RuleFileRules {
  /** Hears of each rule without mistakes, with its places in the file. */
  readonly onRule?: ((rule: { readonly spec: RuleSpec; readonly reader: ObjectReader }) => void) | undefined;
}

const RULE_HINTS = {
  name: 'a rule is named by `alert` or by `record`',
  query: 'the query stands under `expr`',
  expression: 'the query stands under `expr`',
  severity: '`severity` belongs under `labels`',
  summary: '`summary` belongs under `annotations`',
  description: '`description` belongs under `annotations`',
  runbook: '`runbook` belongs under `annotations`',
  runbook_url: '`runbook_url` belongs under `annotations`',
  duration: 'how long the expression has to hold stands under `for`',
  interval: '`interval` belongs to the group',
};

/** Undefined (reported) when anything about the rule is wrong. */
export function readRule(
  cursor: Cursor,
  groupLabels: readonly LabelPair[],
  rules: ReadRuleOptions,
): RuleSpec | undefined {
  const before = cursor.context.diagnostics.length;
  const reader = ObjectReader.open(cursor, 'a rule with `record` or `alert`, and `expr`');
  if (reader === undefined) return undefined;
  const record = reader.string('record');
  const alert = reader.string('alert');
  checkKind(reader, record, alert);
  const expr = readExpr(reader, rules);
  const forMs = reader.duration('for');
  const keepFiringForMs = reader.duration('keep_firing_for');
  const labels = readLabels(reader.at('labels'), rules);
  const annotations = readAnnotations(reader.at('annotations'), rules);
  if (record !== '') {
    checkRecord(reader, record, rules);
    for (const key of ['annotations', 'for', 'keep_firing_for']) checkNotRecording(reader, key);
  }
  if (alert !== '') {
    checkTemplates(reader.at('labels'), alert);
    checkTemplates(reader.at('annotations'), alert);
  }
  if (!rules.ignoreUnknownFields) reader.finish({ hints: RULE_HINTS });
  const isBroken = cursor.context.diagnostics.slice(before).some(({ severity }) => severity === 'error');
  if (isBroken || expr === undefined) return undefined;
  const base = {
    name: alert === '' ? record : alert,
    expr,
    exprText: reader.string('expr'),
    labels: mergePairs(groupLabels, labels),
    position: cursor.context.source.position(cursor.node.start),
  };
  const spec: RuleSpec =
    alert === '' ? { kind: 'recording', ...base } : { kind: 'alerting', ...base, forMs, keepFiringForMs, annotations };
  rules.onRule?.({ spec, reader });
  return spec;
}

function checkKind(reader: ObjectReader, record: string, alert: string): void {
  if (record !== '' && alert !== '') {
    reader.at('alert')?.error({
      code: 'rules/rule-kind',
      message: 'a rule has either `record` or `alert`, not both',
      hint: 'make two rules of it, each with its own `expr`',
    });
  }
  if (record !== '' || alert !== '') return;
  const place = reader.at('alert') ?? reader.at('record') ?? reader.cursor;
  place.error({
    code: 'rules/rule-kind',
    message: 'a rule needs a name: one of `record` and `alert`',
    hint: '`record: level:metric:operation` stores the result, `alert: Name` raises an alert for each series of it',
    ...(place.node.kind === 'map' && place.node.entries[0] !== undefined ? { span: place.node.entries[0].key } : {}),
  });
}

function readExpr(reader: ObjectReader, rules: RuleFileRules): Expr | undefined {
  const cursor = reader.at('expr');
  const text = cursor?.string('a PromQL expression');
  if (cursor !== undefined && text === undefined) return undefined;
  if (cursor === undefined || text === undefined || text === '') {
    const place = cursor ?? reader.cursor;
    const { node } = place;
    return place.error({
      code: 'rules/missing-expr',
      message: cursor === undefined ? '`expr` is missing' : '`expr` is empty',
      hint: 'give the PromQL expression of the rule',
      ...(node.kind === 'map' && node.entries[0] !== undefined ? { span: node.entries[0].key } : {}),
    });
  }
  const options = { enableExperimental: rules.enableExperimental };
  const errors = collectErrors(text, options);
  for (const error of errors) {
    const { position } = error;
    cursor.error({
      code: 'rules/invalid-expr',
      message: `could not parse expression: ${error.message}`,
      hint: error.hint,
      ...(position === undefined
        ? {}
        : { span: placeInText(cursor.context.source.text, cursor.node, position.start, position.end) }),
    });
  }
  if (errors.length > 0) return undefined;
  const expr = parseExpr(text, options);
  warnResultType(cursor, expr);
  return expr;
}

/** Prometheus loads such a rule, and fails at each of its evaluations. */
function warnResultType(cursor: Cursor, expr: Expr): void {
  const type = typeOf(expr);
  if (type === 'vector' || type === 'scalar') return;
  cursor.warn({
    code: 'rules/result-type',
    message: `the expression gives a ${type === 'matrix' ? 'range vector' : 'text'}: the rule fails whenever it is evaluated`,
    hint:
      type === 'matrix'
        ? 'put a function such as `rate` or `last_over_time` around it'
        : 'a rule needs a vector or a number',
  });
}

function checkRecord(reader: ObjectReader, record: string, rules: RuleFileRules): void {
  const cursor = reader.at('record');
  if (/[{}]/.test(record)) {
    cursor?.error({
      code: 'rules/invalid-name',
      message: `braces are not allowed in the name of a recording rule: \`${record}\``,
      hint: 'name the new series under `record`, and put the selector into `expr` or its labels under `labels`',
    });
  } else if (rules.nameScheme === 'legacy' && !isLegacyMetricName(record)) {
    cursor?.error({
      code: 'rules/invalid-name',
      message: `\`${record}\` is not a valid metric name`,
      hint: 'use letters, digits, `_` and `:`, such as `job:http_requests:rate5m`',
    });
  }
}

/** What only an alerting rule may have. An empty or zero value is none, as in Prometheus. */
function checkNotRecording(reader: ObjectReader, key: string): void {
  const cursor = reader.given(key);
  if (cursor === undefined) return;
  const { node } = cursor;
  const isEmpty =
    node.kind === 'map' ? node.entries.length === 0 : node.kind === 'scalar' && /^0(?:ms|[smhdwy])?$/.test(node.text);
  if (isEmpty) return;
  cursor.error({
    code: 'rules/recording-field',
    message: `a recording rule cannot have \`${key}\``,
    hint: 'remove it, or write `alert` instead of `record`',
    ...(cursor.key === undefined ? {} : { span: cursor.key }),
  });
}

/** Labels of a group or a rule, sorted by name. */
export function readLabels(cursor: Cursor | undefined, rules: RuleFileRules): LabelPair[] {
  return readPairs(cursor, (entry, name) => {
    if (name !== METRIC_NAME && isValidLabelName(name, rules)) return;
    entry.error({
      code: 'rules/invalid-label',
      message:
        name === METRIC_NAME ? `\`${METRIC_NAME}\` cannot be set as a label` : `\`${name}\` is not a valid label name`,
      hint: name === METRIC_NAME ? 'a recording rule names its series under `record`' : 'use letters, digits and `_`',
      ...(entry.key === undefined ? {} : { span: entry.key }),
    });
  });
}

function readAnnotations(cursor: Cursor | undefined, rules: RuleFileRules): LabelPair[] {
  return readPairs(cursor, (entry, name) => {
    if (isValidLabelName(name, rules)) return;
    entry.error({
      code: 'rules/invalid-annotation',
      message: `\`${name}\` is not a valid name of an annotation`,
      hint: 'use letters, digits and `_`',
      ...(entry.key === undefined ? {} : { span: entry.key }),
    });
  });
}

function readPairs(cursor: Cursor | undefined, check: (entry: Cursor, name: string) => void): LabelPair[] {
  const pairs: LabelPair[] = [];
  for (const entry of cursor?.entries() ?? []) {
    const name = entry.key?.text ?? '';
    const value = entry.string();
    check(entry, name);
    if (value !== undefined) pairs.push([name, value]);
  }
  return mergePairs([], pairs);
}

function isValidLabelName(name: string, rules: RuleFileRules): boolean {
  return rules.nameScheme === 'utf8' ? name !== '' : isLegacyLabelName(name);
}

function checkTemplates(cursor: Cursor | undefined, alert: string): void {
  if (cursor?.node.kind !== 'map') return;
  for (const entry of cursor.entries() ?? []) {
    if (entry.node.kind !== 'scalar') continue;
    const problem = templateProblem(alert, entry.string() ?? '');
    if (problem !== undefined) reportTemplate(entry, problem);
  }
}

/** Go's message names the template, which the place says already, and the line within the text. */
function reportTemplate(entry: Cursor, problem: string): void {
  const match = /^template: .*?:([0-9]+): (.*)$/s.exec(problem);
  const { node } = entry;
  const text = node.kind === 'scalar' ? node.text : '';
  const lineStart = text
    .split('\n')
    .slice(0, Number(match?.[1] ?? 1) - 1)
    .join('\n').length;
  const from = Math.max(0, text.indexOf('{{', lineStart));
  const close = text.indexOf('}}', from);
  entry.error({
    code: 'rules/template',
    message: `the template cannot be parsed: ${match?.[2] ?? problem}`,
    hint: templateHint(problem),
    span: placeInText(entry.context.source.text, node, from, close === -1 ? text.length : close + 2),
  });
}

function templateHint(problem: string): string | undefined {
  if (/unclosed action/.test(problem)) return 'close it with `}}`';
  if (/function "humani[sz]e.*not defined/.test(problem))
    return 'the functions are humanize, humanize1024, humanizeDuration, humanizePercentage and humanizeTimestamp';
  if (/function ".*" not defined/.test(problem))
    return 'a text is quoted, a label is `$labels.name`, the value is `$value`';
  if (/undefined variable/.test(problem))
    return 'the variables are `$labels`, `$value`, `$externalLabels` and `$externalURL`';
  if (/unexpected EOF/.test(problem)) return 'close `if`, `range`, `with` and `define` with `{{ end }}`';
  return undefined;
}

function mergePairs(under: readonly LabelPair[], over: readonly LabelPair[]): LabelPair[] {
  const merged = new Map([...under, ...over]);
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1));
}
