/**
 * A file of rule tests: text to tests, or every reason why not. Strict as promtool: unknown keys are errors. Source: Prometheus
 * cmd/promtool/unittest.go and its documentation of the format.
 */
import { Labels } from '@sightline/model';
import { type Diagnostic, hasErrors, sortDiagnostics } from '../../lib/diagnostic.ts';
import { Cursor, type DecodeContext } from '../../lib/yaml-cursor.ts';
import { ObjectReader } from '../../lib/yaml-object.ts';
import { parseYaml } from '../../lib/yaml-parse.ts';
import type { LabelPair } from '../rule-file/types.ts';
import type {
  AlertTest,
  ExpectedAlert,
  ExpectedSample,
  ExprTest,
  InputSeries,
  TestGroup,
  UnitTestFile,
} from './types.ts';

export interface LoadedUnitTests {
  /** Absent when there is any error. */
  readonly tests?: UnitTestFile;
  readonly diagnostics: readonly Diagnostic[];
}

const MINUTE = 60_000;

const TOP_HINTS = {
  groups: 'this is a rule file: check it with `sightline check rules`, and name it under `rule_files` of a test file',
  rule_file: 'did you mean `rule_files`? It is a list',
  interval: '`interval` belongs to a test; for the rules it is `evaluation_interval`',
};
const TEST_HINTS = {
  expr: '`expr` belongs to an item of `promql_expr_test`',
  alertname: '`alertname` belongs to an item of `alert_rule_test`',
  promql_expr_tests: 'did you mean `promql_expr_test`?',
  alert_rule_tests: 'did you mean `alert_rule_test`?',
  evaluation_interval: '`evaluation_interval` belongs to the top of the file',
  rule_files: '`rule_files` belongs to the top of the file',
};

export function loadUnitTests(file: string, text: string): LoadedUnitTests {
  const parsed = parseYaml(file, text);
  const diagnostics = [...parsed.diagnostics];
  const context: DecodeContext = { source: parsed.source, diagnostics, secrets: [], fileExists: () => true };
  const root = parsed.root === undefined ? undefined : ObjectReader.open(new Cursor(context, parsed.root, ''));
  const tests = root === undefined ? undefined : readFile(root);
  const sorted = sortDiagnostics(diagnostics);
  return tests === undefined || hasErrors(sorted) ? { diagnostics: sorted } : { tests, diagnostics: sorted };
}

function readFile(root: ObjectReader): UnitTestFile {
  const evaluationIntervalMs = root.duration('evaluation_interval') || MINUTE;
  const file = {
    ruleFiles: root.strings('rule_files'),
    evaluationIntervalMs,
    groupEvalOrder: root.strings('group_eval_order'),
    fuzzyCompare: root.boolean('fuzzy_compare'),
    tests: root.list('tests', 'a list of tests').flatMap((cursor) => readTest(cursor, evaluationIntervalMs) ?? []),
  };
  checkOrder(root);
  root.finish({ hints: TOP_HINTS });
  return file;
}

function checkOrder(root: ObjectReader): void {
  const seen = new Set<string>();
  for (const cursor of root.at('group_eval_order')?.node.kind === 'list' ? root.list('group_eval_order') : []) {
    const name = cursor.node.kind === 'scalar' ? cursor.node.text : '';
    if (seen.has(name)) {
      cursor.error({
        code: 'rules/test-order',
        message: `group name repeated in evaluation order: ${name}`,
        hint: 'name each group once',
      });
    }
    seen.add(name);
  }
}

function readTest(cursor: Cursor, evaluationIntervalMs: number): TestGroup | undefined {
  const reader = ObjectReader.open(cursor, 'a test');
  if (reader === undefined) return undefined;
  const test = {
    name: reader.string('name'),
    intervalMs: reader.duration('interval') || evaluationIntervalMs,
    inputSeries: reader.list('input_series', 'a list of series').flatMap((item) => readSeries(item) ?? []),
    alertTests: reader.list('alert_rule_test', 'a list').flatMap((item) => readAlertTest(item) ?? []),
    exprTests: reader.list('promql_expr_test', 'a list').flatMap((item) => readExprTest(item) ?? []),
    externalLabels: Labels.fromObject(reader.stringMap('external_labels')),
    externalUrl: reader.string('external_url'),
    startMs: readStart(reader.given('start_timestamp')),
  };
  reader.finish({ hints: TEST_HINTS });
  return test;
}

/** RFC 3339 or unix seconds. */
function readStart(cursor: Cursor | undefined): number {
  const text = cursor?.string('a time');
  if (cursor === undefined || text === undefined) return 0;
  const seconds = /^[+-]?[0-9.]+(?:e[+-]?[0-9]+)?$/i.test(text) ? Number(text) : Number.NaN;
  const isRfc3339 =
    /^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})$/.test(text);
  const ms = isRfc3339 ? Date.parse(text) : Math.round(seconds * 1000);
  if (!Number.isNaN(ms)) return ms;
  cursor.error({
    code: 'config/invalid-time',
    message: `\`${text}\` is not a time`,
    hint: 'write it as `2026-01-01T00:00:00Z` or as unix seconds',
  });
  return 0;
}

function readSeries(cursor: Cursor): InputSeries | undefined {
  const reader = ObjectReader.open(cursor, 'a series with `series` and `values`');
  if (reader === undefined) return undefined;
  const place = reader.at('values')?.node ?? cursor.node;
  const series = {
    series: reader.string('series'),
    values: reader.string('values'),
    position: cursor.context.source.position(place.start),
  };
  reader.finish();
  return series;
}

function readAlertTest(cursor: Cursor): AlertTest | undefined {
  const reader = ObjectReader.open(cursor, 'a test of alerts');
  if (reader === undefined) return undefined;
  const alertname = reader.string('alertname');
  const test = {
    evalTimeMs: reader.duration('eval_time'),
    alertname,
    expected: reader.list('exp_alerts', 'a list of alerts').flatMap((item) => readAlert(item, alertname) ?? []),
  };
  reader.finish({
    hints: {
      exp_labels: '`exp_labels` belongs to an item of `exp_alerts`',
      exp_annotations: '`exp_annotations` belongs to an item of `exp_alerts`',
    },
  });
  return test;
}

function readAlert(cursor: Cursor, alertname: string): ExpectedAlert | undefined {
  const reader = ObjectReader.open(cursor, 'an alert');
  if (reader === undefined) return undefined;
  const labels = { ...reader.stringMap('exp_labels'), alertname };
  const alert = { labels: sortedPairs(labels), annotations: sortedPairs(reader.stringMap('exp_annotations')) };
  reader.finish({ hints: { labels: 'did you mean `exp_labels`?', annotations: 'did you mean `exp_annotations`?' } });
  return alert;
}

function readExprTest(cursor: Cursor): ExprTest | undefined {
  const reader = ObjectReader.open(cursor, 'a test of an expression');
  if (reader === undefined) return undefined;
  const test = {
    expr: reader.string('expr'),
    evalTimeMs: reader.duration('eval_time'),
    expected: reader.list('exp_samples', 'a list of samples').flatMap((item) => readSample(item) ?? []),
  };
  reader.finish({ hints: { value: '`value` belongs to an item of `exp_samples`' } });
  return test;
}

function readSample(cursor: Cursor): ExpectedSample | undefined {
  const reader = ObjectReader.open(cursor, 'a sample with `labels` and `value`');
  if (reader === undefined) return undefined;
  const sample = {
    labels: reader.string('labels'),
    value: reader.float('value'),
    histogram: reader.string('histogram'),
  };
  reader.finish();
  return sample;
}

function sortedPairs(object: Readonly<Record<string, string>>): LabelPair[] {
  return Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
}
