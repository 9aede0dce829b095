/** Matchers and labels on the command line, as amtool takes them: `alertname=Down`, `job=~"a|b"`, and a bare word is the alert's name. */
import type { Matcher } from '@sightline/model';
import { CliError } from '../../errors.ts';

/** @throws CliError usage */
export async function readMatchers(texts: readonly string[]): Promise<readonly Matcher[]> {
  const { MatcherError, parseMatcher } = await import('@sightline/server/alertmanager');
  return texts.map((text, index) => {
    const isName = index === 0 && !/[=!~]/.test(text);
    try {
      return parseMatcher(isName ? `alertname=${JSON.stringify(text)}` : text);
    } catch (error) {
      if (!(error instanceof MatcherError)) throw error;
      throw new CliError('usage', `"${text}" is not a matcher: ${error.message}`, {
        hint: 'write it as name=value, name!=value, name=~regex or name!~regex',
        cause: error,
      });
    }
  });
}

/** As the Alertmanager API has it. */
export function apiMatcher({ name, op, value }: Matcher) {
  return { name, value, isRegex: op.endsWith('~'), isEqual: op.startsWith('=') };
}

/** The label set of an alert. @throws CliError usage */
export function readLabels(texts: readonly string[]): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const text of texts) {
    const [, name, value] = /^([^=!~{}"\s]+)=(.*)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined || value.startsWith('~')) {
      throw new CliError('usage', `"${text}" is not a label`, { hint: 'write it as name=value' });
    }
    labels[name] = /^".*"$/s.test(value) ? unquoted(value) : value;
  }
  return labels;
}

function unquoted(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
