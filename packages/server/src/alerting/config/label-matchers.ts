/** Matchers in the configuration: `matchers`, and the older `match` and `match_re`, of routes and inhibition rules. */
import { Matcher, RegexError } from '@sightline/model';
import { isValidLabelName, readRegex } from '../../config/prometheus/decode-kit.ts';
import type { Cursor } from '../../lib/yaml-cursor.ts';
import type { ObjectReader } from '../../lib/yaml-object.ts';
import { type MatcherConcern, MatcherError, readMatchers } from './matchers.ts';

/** The three keys, with the prefix `source_` or `target_` in inhibition rules. */
export function readLabelMatchers(reader: ObjectReader, prefix = ''): Matcher[] {
  return [
    ...readEqual(reader.at(`${prefix}match`)),
    ...readRegexes(reader.at(`${prefix}match_re`)),
    ...readLines(reader.at(`${prefix}matchers`)),
  ];
}

function readEqual(cursor: Cursor | undefined): Matcher[] {
  return (cursor?.entries() ?? []).flatMap((entry) => {
    const name = labelName(entry);
    const value = entry.string();
    return name === undefined || value === undefined ? [] : [new Matcher(name, '=', value)];
  });
}

function readRegexes(cursor: Cursor | undefined): Matcher[] {
  return (cursor?.entries() ?? []).flatMap((entry) => {
    const name = labelName(entry);
    if (entry.isNull) {
      entry.error({
        code: 'config/invalid-regex',
        message: 'the regular expression is missing',
        hint: 'write `""` to match alerts without the label',
      });
      return [];
    }
    const regex = readRegex(entry);
    if (name === undefined || regex === undefined) return [];
    try {
      // As Alertmanager writes it, for this is seen in the keys of groups.
      return [new Matcher(name, '=~', `^(?:${regex.source})$`)];
    } catch (error) {
      if (error instanceof RegexError) return [];
      throw error;
    }
  });
}

function labelName(entry: Cursor): string | undefined {
  const name = entry.key?.text ?? '';
  if (isValidLabelName(name, 'legacy')) return name;
  return entry.error({
    code: 'alertmanager/label-name',
    message: `\`${name}\` is not a label name`,
    hint: 'letters, digits and `_`, not starting with a digit; other names need `matchers`',
    ...(entry.key === undefined ? {} : { span: entry.key }),
  });
}

function readLines(cursor: Cursor | undefined): Matcher[] {
  if (cursor?.node.kind === 'map') {
    cursor.error({
      code: 'config/wrong-type',
      message: `\`${cursor.name}\` needs a list of matchers, found a mapping`,
      hint: 'write each as text: `- severity="critical"`',
    });
    return [];
  }
  return (cursor?.list('a list of matchers') ?? []).flatMap(readLine);
}

const CONCERNS: Readonly<Record<MatcherConcern, { readonly message: string; readonly hint: string }>> = {
  classic: {
    message: 'only the older syntax of matchers reads this; a coming Alertmanager may refuse it',
    hint: 'put the value in double quotes, and double each backslash in it',
  },
  disagreement: {
    message: 'the older and the newer syntax of matchers read this differently; the older one is used',
    hint: 'double each backslash that stands for itself',
  },
};

function readLine(cursor: Cursor): readonly Matcher[] {
  const text = cursor.string('a matcher such as `severity="critical"`');
  if (text === undefined) return [];
  try {
    const { matchers, concern } = readMatchers(text);
    if (concern !== undefined) cursor.warn({ code: 'alertmanager/matcher-syntax', ...CONCERNS[concern] });
    return matchers;
  } catch (error) {
    if (!(error instanceof MatcherError)) throw error;
    const { node } = cursor;
    const start = node.kind === 'scalar' ? node.textStart : undefined;
    cursor.error({
      code: error.code === 'matcher_regex' ? 'config/invalid-regex' : 'alertmanager/matcher',
      message: error.message,
      hint: error.hint,
      ...(start === undefined
        ? {}
        : { span: { start: start + error.offset, end: start + error.offset + Math.max(1, error.length) } }),
    });
    return [];
  }
}
