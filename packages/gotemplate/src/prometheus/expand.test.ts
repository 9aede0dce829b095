import { describe, expect, it } from 'vitest';
import { TemplateError } from '../errors.ts';
import type { Environment } from '../exec/run.ts';
import { AlertTemplate, alertData, expansionErrorText } from './expand.ts';

const data = alertData({ labels: [['job', 'a']], externalLabels: [], externalUrl: 'http://h:9090/p', value: 2 });

function expand(text: string, environment: Environment = {}): string | Promise<string> {
  return new AlertTemplate('A', text).expand(data, environment);
}

describe('functions newer than Prometheus 2.42', () => {
  it.each([
    ['{{ now }}', '1.7000000005e+09'],
    ['{{ toDuration 90.5 }} {{ (toDuration "60").Minutes }}', '1m30.5s 1'],
    ['{{ now | toTime }}', '2023-11-14 22:13:20.5 +0000 UTC'],
    ['{{ ((now | toTime).Sub (toTime 1700000000)) }}', '500ms'],
    ['{{ urlQueryEscape "a b&c" }}', 'a+b%26c'],
    ['{{ externalURL }} {{ pathPrefix }}', 'http://h:9090/p /p'],
  ])('%s', (text, expected) => {
    expect(expand(text, { nowMs: 1_700_000_000_500, externalUrl: 'http://h:9090/p' })).toBe(expected);
  });
});

it('gives a text without actions as it is', () => {
  expect(expand('a } } b')).toBe('a } } b');
});

it('waits for queries only when there are some', async () => {
  const query = async (expression: string) => [{ labels: [['e', expression]] as [string, string][], value: 3 }];
  expect(expand('{{ $labels.job }}', { query })).toBe('a');
  expect(await expand('{{ with query "up" }}{{ (. | first).Labels.e }}{{ end }}', { query })).toBe('up');
});

it('takes answers that are there at once', () => {
  expect(expand('{{ query "up" | first | value }}', { query: () => [{ labels: [], value: 7 }] })).toBe('7');
});

it('says what Prometheus puts in place of a failed text', () => {
  const message = (text: string): string => {
    try {
      return String(expand(text));
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      return expansionErrorText('__alert_A', error);
    }
  };
  expect(message('{{ $x }}')).toBe(
    '<error expanding template: error parsing template __alert_A: template: __alert_A:1: undefined variable "$x">',
  );
  expect(message('{{ query "up" }}')).toBe(
    '<error expanding template: error executing template __alert_A: template: __alert_A:1:115: executing "__alert_A" at <query "up">: error calling query: queries are not available here>',
  );
});
