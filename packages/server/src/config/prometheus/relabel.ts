/** Relabeling rules: defaults, and the rule of each action about which fields it takes. Source: Prometheus model/relabel. */
import { compileAnchored } from '@sightline/model';
import type { Cursor } from '../../lib/yaml-cursor.ts';
import { UINT64 } from '../../lib/yaml-cursor.ts';
import { ObjectReader } from '../../lib/yaml-object.ts';
import { closest } from '../../lib/yaml-suggest.ts';
import { isValidLabelName, type NameScheme, readRegex } from './decode-kit.ts';
import type { RelabelAction, RelabelConfig } from './types.ts';

const ACTIONS: readonly RelabelAction[] = [
  'replace',
  'keep',
  'drop',
  'keepequal',
  'dropequal',
  'hashmod',
  'labelmap',
  'labeldrop',
  'labelkeep',
  'lowercase',
  'uppercase',
];
const NEEDS_TARGET: ReadonlySet<RelabelAction> = new Set([
  'replace',
  'hashmod',
  'lowercase',
  'uppercase',
  'keepequal',
  'dropequal',
]);
const NO_REPLACEMENT: ReadonlySet<RelabelAction> = new Set(['lowercase', 'uppercase', 'keepequal', 'dropequal']);
/** A label name in which `$1`, `${1}` and `${name}` may stand. */
const LEGACY_TARGET = /^(?:(?:[a-zA-Z_]|\$(?:\{\w+\}|\w+))+\w*)+$/;
const DEFAULT_REGEX = compileAnchored('(.*)');
const DEFAULT_SEPARATOR = ';';
const DEFAULT_REPLACEMENT = '$1';

/** All rules of a list; those with errors are reported and left out. */
export function readRelabelConfigs(reader: ObjectReader, key: string, scheme: NameScheme): RelabelConfig[] {
  return reader
    .list(key, 'a list of relabeling rules')
    .map((item) => readRelabelConfig(item, scheme))
    .filter((rule) => rule !== undefined);
}

function readRelabelConfig(cursor: Cursor, scheme: NameScheme): RelabelConfig | undefined {
  if (cursor.isNull) {
    return cursor.error({
      code: 'relabel/empty',
      message: 'the relabeling rule is empty',
      hint: 'remove the `-`, or write a rule behind it',
    });
  }
  const reader = ObjectReader.open(cursor, 'a relabeling rule');
  if (reader === undefined) return undefined;
  const before = cursor.context.diagnostics.length;
  const regexCursor = reader.at('regex');
  const regex =
    regexCursor === undefined ? DEFAULT_REGEX : regexCursor.isNull ? compileAnchored('') : readRegex(regexCursor);
  const rule: RelabelConfig = {
    sourceLabels: readSourceLabels(reader, scheme),
    separator: reader.string('separator', DEFAULT_SEPARATOR),
    regex: regex ?? DEFAULT_REGEX,
    modulus: reader.at('modulus')?.integer(UINT64) ?? 0n,
    targetLabel: reader.string('target_label'),
    replacement: reader.string('replacement', DEFAULT_REPLACEMENT),
    action: readAction(reader.at('action')),
  };
  reader.finish({ hints: { source_label: 'did you mean `source_labels`? It is a list: `source_labels: [name]`' } });
  if (cursor.context.diagnostics.length === before) checkRule(reader, rule, scheme);
  return rule;
}

function readSourceLabels(reader: ObjectReader, scheme: NameScheme): string[] {
  return reader.list('source_labels', 'a list of label names').flatMap((item) => {
    const name = item.string('a label name');
    if (name === undefined) return [];
    if (!item.isNull && !isValidLabelName(name, scheme)) {
      item.error({
        code: 'relabel/label-name',
        message: `\`${name}\` is not a label name`,
        hint: labelNameHint(scheme),
      });
    }
    return [name];
  });
}

function labelNameHint(scheme: NameScheme): string {
  return scheme === 'utf8'
    ? 'a label name cannot be empty'
    : 'a label name has letters, digits and underscores, and does not begin with a digit';
}

function readAction(cursor: Cursor | undefined): RelabelAction {
  const text = cursor?.string('a relabeling action');
  if (cursor === undefined || text === undefined) return 'replace';
  const action = ACTIONS.find((known) => known === text.toLowerCase());
  if (action !== undefined) return action;
  if (cursor.isNull) {
    cursor.error({
      code: 'relabel/action',
      message: '`action` has no value',
      hint: 'remove the key (the default is `replace`), or name an action',
    });
    return 'replace';
  }
  const near = closest(text, ACTIONS);
  cursor.error({
    code: 'relabel/action',
    message: `there is no relabeling action \`${text}\``,
    hint: near === undefined ? `actions: ${ACTIONS.join(', ')}` : `did you mean \`${near}\`?`,
  });
  return 'replace';
}

function checkRule(reader: ObjectReader, rule: RelabelConfig, scheme: NameScheme): void {
  const { action } = rule;
  if (action === 'hashmod' && rule.modulus === 0n) {
    report(
      reader,
      'modulus',
      'relabel/modulus',
      'the action `hashmod` needs `modulus` above 0',
      'add `modulus: 10`, for example',
    );
    return;
  }
  if (NEEDS_TARGET.has(action) && rule.targetLabel === '') {
    const hint =
      action === 'replace'
        ? 'name the label to write, or give an `action` such as `keep` or `drop`'
        : 'name the label to write';
    report(reader, 'target_label', 'relabel/target-label', `the action \`${action}\` needs \`target_label\``, hint);
    return;
  }
  checkTarget(reader, rule, scheme);
  checkForbidden(reader, rule);
}

function checkTarget(reader: ObjectReader, rule: RelabelConfig, scheme: NameScheme): void {
  const { action, targetLabel, replacement } = rule;
  const isTemplate = action === 'replace' && targetLabel.includes('$');
  const isValid = isTemplate ? isValidTemplate(targetLabel, scheme) : isValidLabelName(targetLabel, scheme);
  if (NEEDS_TARGET.has(action) && !isValid) {
    report(
      reader,
      'target_label',
      'relabel/target-label',
      `\`${targetLabel}\` is not a valid \`target_label\``,
      labelNameHint(scheme),
    );
  }
  if (action === 'labelmap' && !isValidTemplate(replacement, scheme)) {
    report(
      reader,
      'replacement',
      'relabel/replacement',
      `\`${replacement}\` is not a valid label name to map to`,
      labelNameHint(scheme),
    );
  }
}

function isValidTemplate(text: string, scheme: NameScheme): boolean {
  return scheme === 'utf8' ? text.length > 0 : text.length <= 1024 && LEGACY_TARGET.test(text);
}

function checkForbidden(reader: ObjectReader, rule: RelabelConfig): void {
  const { action } = rule;
  if (NO_REPLACEMENT.has(action) && rule.replacement !== DEFAULT_REPLACEMENT) {
    report(
      reader,
      'replacement',
      'relabel/extra-field',
      `\`replacement\` cannot be used with the action \`${action}\``,
      'remove it',
    );
    return;
  }
  if (action === 'keepequal' || action === 'dropequal') {
    const extra = changedFields(reader, rule, ['regex', 'modulus', 'separator', 'replacement']);
    for (const key of extra) {
      report(
        reader,
        key,
        'relabel/extra-field',
        `\`${key}\` cannot be used with the action \`${action}\``,
        'it takes only `source_labels` and `target_label`',
      );
    }
  }
  if (action === 'labeldrop' || action === 'labelkeep') {
    const extra = changedFields(reader, rule, ['source_labels', 'target_label', 'modulus', 'separator', 'replacement']);
    for (const key of extra) {
      report(
        reader,
        key,
        'relabel/extra-field',
        `\`${key}\` cannot be used with the action \`${action}\``,
        'it takes only `regex`, which is matched against the label names',
      );
    }
  }
}

/** Fields that differ from their default; a list or a regex counts as soon as it is written. */
function changedFields(reader: ObjectReader, rule: RelabelConfig, keys: readonly string[]): string[] {
  return keys.filter((key) => {
    switch (key) {
      case 'separator':
        return rule.separator !== DEFAULT_SEPARATOR;
      case 'replacement':
        return rule.replacement !== DEFAULT_REPLACEMENT;
      case 'modulus':
        return rule.modulus !== 0n;
      case 'target_label':
        return rule.targetLabel !== '';
      case 'source_labels':
        return reader.isGiven(key);
      default:
        return reader.at(key) !== undefined;
    }
  });
}

function report(reader: ObjectReader, key: string, code: string, message: string, hint: string): void {
  const cursor = reader.at(key);
  if (cursor !== undefined) {
    cursor.error({ code, message, hint });
    return;
  }
  const { node } = reader.cursor;
  const action = reader.at('action');
  const first = node.kind === 'map' ? node.entries[0]?.key : undefined;
  const span = action?.node ?? first;
  reader.cursor.error({ code, message, hint, ...(span === undefined ? {} : { span }) });
}
