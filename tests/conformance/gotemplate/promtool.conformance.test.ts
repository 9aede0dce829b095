/** Annotations of rules: our expansion, and the parse errors, against promtool's. */
import { AlertTemplate, alertData, expansionErrorText, TemplateError } from '@sightline/gotemplate';
import { afterAll, describe, expect, it } from 'vitest';
import { has, temporaryFolder } from '../../support/programs.ts';
import { checkAll, expandAll, SERIES } from './promtool.ts';
import { RULE_SNIPPETS } from './rule-snippets.ts';

interface Compiled {
  readonly template?: AlertTemplate;
  readonly problem?: string;
}

function compile(text: string, index: number): Compiled {
  try {
    return { template: new AlertTemplate(`A${index}`, text) };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return { problem: error.message };
  }
}

const DATA = alertData({
  labels: Object.entries(SERIES[0]?.labels ?? {}),
  externalLabels: [['dc', 'x1']],
  externalUrl: 'http://prom.example.org:9090/pre/fix',
  value: SERIES[0]?.value ?? 0,
});

/** What Prometheus answers to the queries of the snippets, which are about templates and not about PromQL. */
async function query(expression: string): Promise<{ labels: [string, string][]; value: number }[]> {
  const samples = SERIES.slice(1).map(({ labels, value }) => ({ labels: Object.entries(labels), value }));
  switch (expression) {
    case 'q':
      return samples;
    case 'q{x="a"}':
      return samples.slice(1);
    case 'sum(q)':
      return [{ labels: [], value: 20.5 }];
    case '1':
      return [{ labels: [], value: 1 }];
    case 'scalar(q)':
      return [{ labels: [], value: Number.NaN }];
    case '"text"':
      throw new Error('rule result is not a vector or scalar');
    case 'q(':
      throw new Error('1:3: parse error: unclosed left parenthesis');
    default:
      return [];
  }
}

async function expand(template: AlertTemplate): Promise<string> {
  try {
    return await template.expand(DATA, { query, externalUrl: 'http://prom.example.org:9090/pre/fix' });
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return expansionErrorText(template.name, error);
  }
}

/** Since 3.0 the value can be a histogram, so that its type is an interface. */
function as242Writes(text: string): string {
  return text.replaceAll('Value interface {}', 'Value float64');
}

// promtool comes with the Debian package prometheus, which CI installs.
describe.skipIf(!has('promtool'))('rule templates beside promtool', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it('refuses the same templates with the same words', async () => {
    const own = RULE_SNIPPETS.map((text, index) => compile(text, index).problem);
    const theirs = await checkAll(folder.path, RULE_SNIPPETS);
    const different = RULE_SNIPPETS.flatMap((text, index) =>
      own[index] === theirs[index] ? [] : [`${text}\n  promtool: ${theirs[index]}\n  ours:     ${own[index]}`],
    );
    expect(different.join('\n')).toBe('');
  });

  it('expands the others to the same texts', async () => {
    const good = RULE_SNIPPETS.filter((text, index) => compile(text, index).problem === undefined);
    const theirs = await expandAll(folder.path, good);
    const own = await Promise.all(good.map((text, index) => expand(new AlertTemplate(`A${index}`, text))));
    const different = good.flatMap((text, index) => {
      const ours = as242Writes(own[index] ?? '');
      return ours === theirs[index] ? [] : [`${text}\n  promtool: ${theirs[index]}\n  ours:     ${ours}`];
    });
    expect(different.join('\n')).toBe('');
  });
});
