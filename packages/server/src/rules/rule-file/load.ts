/**
 * A file of rule groups: text to frozen groups, or every reason why not. Accepts and refuses what Prometheus 3 does; nothing is
 * evaluated. Source: Prometheus model/rulefmt.
 */
import { deepFreeze } from '../../config/freeze.ts';
import { type Diagnostic, hasErrors, sortDiagnostics } from '../../lib/diagnostic.ts';
import { Cursor, type DecodeContext } from '../../lib/yaml-cursor.ts';
import { ObjectReader } from '../../lib/yaml-object.ts';
import { parseYaml } from '../../lib/yaml-parse.ts';
import { type ReadRuleOptions, type RuleFileRules, readLabels, readRule } from './rule.ts';
import type { RuleGroupSpec, RuleSpec } from './types.ts';

export interface LoadRulesOptions extends Partial<RuleFileRules> {
  /** As the user named it. */
  readonly file: string;
  readonly text: string;
  /** Hears of each rule without mistakes, with its places in the file. */
  readonly onRule?: (rule: RulePlaces) => void;
}

export interface RulePlaces {
  readonly spec: RuleSpec;
  readonly reader: ObjectReader;
}

export interface LoadedRules {
  /** Absent when there is any error. */
  readonly groups?: readonly RuleGroupSpec[];
  /** All findings, by position. */
  readonly diagnostics: readonly Diagnostic[];
}

const TOP_HINTS = {
  rules: 'rules stand in a group: `groups: [{name: ..., rules: [...]}]`',
  name: 'groups are the items of a list: `groups:`, then `- name: ...`',
  alert: 'a rule stands in a group: `groups: [{name: ..., rules: [...]}]`',
  route: 'this key belongs in alertmanager.yml',
  rule_files: 'this key belongs in prometheus.yml or in a file of rule tests',
  tests: 'this is a file of rule tests: run it with `sightline test rules`',
  scrape_configs: 'this key belongs in prometheus.yml',
};

const GROUP_HINTS = {
  group: 'the group is named by `name`',
  alert: 'a rule is an item of `rules`',
  record: 'a rule is an item of `rules`',
  expr: 'a rule is an item of `rules`',
  evaluation_interval: 'how often the group is evaluated stands under `interval`',
};

export function loadRuleFile(options: LoadRulesOptions): LoadedRules {
  const rules: RuleFileRules = {
    nameScheme: options.nameScheme ?? 'utf8',
    enableExperimental: options.enableExperimental ?? false,
    ignoreUnknownFields: options.ignoreUnknownFields ?? false,
  };
  const parsed = parseYaml(options.file, options.text);
  const diagnostics = [...parsed.diagnostics];
  const context: DecodeContext = { source: parsed.source, diagnostics, secrets: [], fileExists: () => true };
  const groups =
    parsed.root === undefined
      ? []
      : readRoot(new Cursor(context, parsed.root, ''), { ...rules, onRule: options.onRule });
  const sorted = sortDiagnostics(diagnostics);
  return hasErrors(sorted) ? { diagnostics: sorted } : { groups: freezeGroups(groups), diagnostics: sorted };
}

function readRoot(root: Cursor, rules: ReadRuleOptions): RuleGroupSpec[] {
  const reader = ObjectReader.open(root, 'a mapping with the key `groups`');
  if (reader === undefined) return [];
  const names = new Map<string, number>();
  const groups = entriesOf(reader, 'groups', 'a list of rule groups').map((cursor) => readGroup(cursor, names, rules));
  if (!rules.ignoreUnknownFields) reader.finish({ hints: TOP_HINTS });
  return groups.filter((group) => group !== undefined);
}

function readGroup(cursor: Cursor, names: Map<string, number>, rules: ReadRuleOptions): RuleGroupSpec | undefined {
  const reader = ObjectReader.open(cursor, 'a rule group with `name` and `rules`');
  if (reader === undefined) return undefined;
  const name = reader.string('name');
  checkGroupName(reader, name, names);
  const labels = readLabels(reader.at('labels'), rules);
  const group = {
    name,
    file: cursor.context.source.file,
    intervalMs: reader.duration('interval') || undefined,
    queryOffsetMs: reader.isGiven('query_offset') ? reader.duration('query_offset') : undefined,
    limit: reader.integer('limit'),
    rules: entriesOf(reader, 'rules', 'a list of rules')
      .map((rule) => readRule(rule, labels, rules))
      .filter((rule) => rule !== undefined),
  };
  reader.at('query_offset');
  if (!rules.ignoreUnknownFields) reader.finish({ hints: GROUP_HINTS });
  return group;
}

/** Items of a list without the empty ones (`-` alone), which Go's yaml.v3 leaves out. */
function entriesOf(reader: ObjectReader, key: string, expected: string): Cursor[] {
  const cursors = reader.list(key, expected);
  for (const cursor of cursors) {
    if (cursor.isNull)
      cursor.warn({
        code: 'rules/empty-entry',
        message: `an empty entry of \`${key}\` is ignored`,
        hint: 'remove the `-`',
      });
  }
  return cursors.filter((cursor) => !cursor.isNull);
}

function checkGroupName(reader: ObjectReader, name: string, names: Map<string, number>): void {
  const cursor = reader.at('name');
  const { node, context } = reader.cursor;
  const first = node.kind === 'map' ? node.entries[0]?.key : undefined;
  const place = cursor ?? reader.cursor;
  const span = cursor === undefined && first !== undefined ? { span: first } : {};
  if (name === '') {
    place.error({ code: 'rules/group-name', message: 'a rule group needs a `name` that is not empty', ...span });
  } else if (names.has(name)) {
    place.error({
      code: 'rules/duplicate-group',
      message: `the group name \`${name}\` is already used on line ${names.get(name)}`,
      hint: 'give each group of a file its own name, or move the rules into one group',
    });
  } else names.set(name, context.source.position(place.node.start).line);
}

/** Trees of expressions are shared with the evaluator and stay as they are. */
function freezeGroups(groups: readonly RuleGroupSpec[]): readonly RuleGroupSpec[] {
  for (const group of groups) {
    for (const rule of group.rules as RuleSpec[]) {
      deepFreeze(rule.labels);
      if (rule.kind === 'alerting') deepFreeze(rule.annotations);
      Object.freeze(rule);
    }
    Object.freeze(group.rules);
    Object.freeze(group);
  }
  return Object.freeze(groups);
}
