/** Parameters that choose alerts and silences: `filter`, `receiver` and the switches. Source: Alertmanager api/v2/api.go. */
import { compileAnchored, type Labels, type Matcher, RegexError } from '@sightline/model';
import { MatcherError, parseMatcher } from '../../alerting/config/matchers.ts';
import { AlertmanagerApiError } from './answer.ts';

/** All of them must match. @throws AlertmanagerApiError 400 */
export function filterParam(query: URLSearchParams): readonly Matcher[] {
  return query.getAll('filter').map((text) => {
    try {
      return parseMatcher(text);
    } catch (error) {
      if (error instanceof MatcherError) throw new AlertmanagerApiError(400, error.message);
      throw error;
    }
  });
}

/** Whether a receiver is asked for; an anchored regular expression. @throws AlertmanagerApiError 400 */
export function receiverParam(query: URLSearchParams): (receiver: string) => boolean {
  const text = query.get('receiver') ?? '';
  if (text === '') return () => true;
  try {
    const regex = compileAnchored(text);
    return (receiver) => regex.test(receiver);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw new AlertmanagerApiError(400, `failed to parse receiver param: ${regexMessage(error, text, '^(?:')}`);
  }
}

const TRUE_TEXTS = new Set(['1', 'true', 'yes', 'ok', 'y', 'on', 'selected', 'checked', 't', 'enabled']);

/** True where it is not given; what is not a word for true is false. */
export function switchParam(query: URLSearchParams, name: string): boolean {
  const text = query.get(name) ?? '';
  return text === '' || TRUE_TEXTS.has(text.toLowerCase());
}

/** A matcher of the empty text asks whether the label is there, whatever the operator. */
export function matchesFilter(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every((matcher) => {
    const isNegative = matcher.op === '!=' || matcher.op === '!~';
    if (matcher.value === '' && labels.has(matcher.name) === isNegative) return true;
    return matcher.matches(labels.get(matcher.name));
  });
}

/** The message with the pattern as Alertmanager compiles it: between `start` and its counterpart. */
export function regexMessage(error: RegexError, pattern: string, start: '' | '^(?:'): string {
  const end = start === '' ? '' : ')$';
  return error.message.replace(`^(?s:${pattern})$`, () => `${start}${pattern}${end}`);
}
