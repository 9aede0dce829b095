/** Templates in the labels and annotations of alerts, over the query function that rules have. */
import {
  alertData,
  AlertTemplate,
  type AlertTemplateData,
  type Environment,
  expansionErrorText,
  TemplateError,
} from '@sightline/gotemplate';
import type { RuleQuery } from '../evaluate/ports.ts';
import type { LabelPair } from '../rule-file/types.ts';

/** What is wrong with a text as a template, in Go's words; undefined when nothing is. */
export function templateProblem(alertName: string, text: string): string | undefined {
  try {
    new AlertTemplate(alertName, text);
    return undefined;
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
}

/** The labels and the annotations of a rule, parsed once. */
export class AlertTexts {
  readonly #labels: readonly NamedTemplate[];
  readonly #annotations: readonly NamedTemplate[];
  /** The labels, when they are the same for every alert. */
  readonly plainLabels: LabelPair[] | undefined;
  /** Both, when they are. */
  readonly plain: { readonly labels: LabelPair[]; readonly annotations: LabelPair[] } | undefined;

  /** @throws TemplateError: files with such templates are not loaded */
  constructor(alertName: string, labels: readonly LabelPair[], annotations: readonly LabelPair[]) {
    const parse = ([name, text]: LabelPair): NamedTemplate => [name, new AlertTemplate(alertName, text)];
    this.#labels = labels.map(parse);
    this.#annotations = annotations.map(parse);
    const isPlain = (pairs: readonly LabelPair[]) => pairs.every(([, text]) => !text.includes('{{'));
    this.plainLabels = isPlain(labels) ? [...labels] : undefined;
    const { plainLabels } = this;
    this.plain =
      plainLabels && isPlain(annotations) ? { labels: plainLabels, annotations: [...annotations] } : undefined;
  }

  /** Both for one alert. A template that fails becomes `<error expanding template: ...>` and does not fail its rule. */
  async expand(
    data: AlertTemplateData,
    timeMs: number,
    query: RuleQuery,
  ): Promise<{ labels: LabelPair[]; annotations: LabelPair[] }> {
    const values = alertData(data);
    const environment: Environment = {
      nowMs: timeMs,
      externalUrl: data.externalUrl,
      query: (expr) => query(expr, timeMs),
    };
    const expandAll = async (templates: readonly NamedTemplate[]): Promise<LabelPair[]> => {
      const pairs: LabelPair[] = [];
      for (const [name, template] of templates) {
        pairs.push([name, await expandOne(template, values, environment)]);
      }
      return pairs;
    };
    return { labels: await expandAll(this.#labels), annotations: await expandAll(this.#annotations) };
  }
}

type NamedTemplate = readonly [name: string, template: AlertTemplate];

async function expandOne(
  template: AlertTemplate,
  data: ReturnType<typeof alertData>,
  environment: Environment,
): Promise<string> {
  try {
    return await template.expand(data, environment);
  } catch (error) {
    if (error instanceof TemplateError) return expansionErrorText(template.name, error);
    throw error;
  }
}
