/** The list `inhibit_rules`. */
import { isValidLabelName } from '../../config/prometheus/decode-kit.ts';
import { ObjectReader } from '../../lib/yaml-object.ts';
import { readLabelMatchers } from './label-matchers.ts';
import type { InhibitRuleConfig } from './types.ts';

/** A rule with its place. */
export interface ReadInhibitRule {
  readonly config: InhibitRuleConfig;
  readonly reader: ObjectReader;
}

const HINTS = {
  source: 'did you mean `source_matchers`?',
  target: 'did you mean `target_matchers`?',
  matchers: 'a rule has `source_matchers` (what mutes) and `target_matchers` (what is muted)',
  equals: 'did you mean `equal`?',
};

export function readInhibitRules(root: ObjectReader): ReadInhibitRule[] {
  return root.list('inhibit_rules', 'a list of inhibition rules').flatMap((cursor) => {
    const reader = ObjectReader.open(cursor, 'a rule with `source_matchers`, `target_matchers` and `equal`');
    if (reader === undefined) return [];
    reader.string('name');
    const config = {
      sourceMatchers: readLabelMatchers(reader, 'source_'),
      targetMatchers: readLabelMatchers(reader, 'target_'),
      equal: readEqual(reader),
    };
    reader.finish({ hints: HINTS });
    return [{ config, reader }];
  });
}

function readEqual(reader: ObjectReader): string[] {
  return reader.list('equal', 'a list of label names').flatMap((item) => {
    const name = item.string('a label name');
    if (name === undefined) return [];
    if (isValidLabelName(name, 'utf8')) return [name];
    item.error({ code: 'alertmanager/label-name', message: 'a label name is empty', hint: 'remove it' });
    return [];
  });
}
