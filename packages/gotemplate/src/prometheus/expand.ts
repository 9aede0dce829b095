/** Expansion of a rule's labels and annotations: what Prometheus does around the template engine. */
import type { TemplateError } from '../errors.ts';
import type { Environment } from '../exec/run.ts';
import { TemplateSet } from '../exec/set.ts';
import { ANY, type GoType, STRING, STRING_MAP } from '../value/types.ts';
import { GoStruct, stringMap } from '../value/values.ts';
import { PROMETHEUS_FUNCTIONS } from './functions.ts';

export interface AlertTemplateData {
  readonly labels: Iterable<readonly [string, string]>;
  readonly externalLabels: Iterable<readonly [string, string]>;
  readonly externalUrl: string;
  readonly value: number;
}

const ALERT_DATA: GoType = {
  kind: 'struct',
  name: 'struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }',
  fields: [
    { name: 'Labels', type: STRING_MAP },
    { name: 'ExternalLabels', type: STRING_MAP },
    { name: 'ExternalURL', type: STRING },
    { name: 'Value', type: ANY },
  ],
};

/** The variables Prometheus puts before every rule template, on its first line: columns in errors count them. */
const PREAMBLE =
  '{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}';

/** One label or annotation, parsed once. */
export class AlertTemplate {
  readonly name: string;
  readonly text: string;
  readonly #set: TemplateSet | undefined;

  /**
   * @param alertName the rule's name, which Go's messages show as `__alert_NAME`
   * @throws TemplateError `template_parse` in Go's words
   */
  constructor(alertName: string, text: string) {
    this.name = `__alert_${alertName}`;
    this.text = text;
    if (!text.includes('{{')) return;
    this.#set = new TemplateSet({ functions: PROMETHEUS_FUNCTIONS, missingKey: 'zero' });
    this.#set.parse(this.name, PREAMBLE + text);
  }

  /** The text for one alert. A promise only when a query had to be awaited. Throws (or rejects with) TemplateError. */
  expand(data: GoStruct, environment: Environment): string | Promise<string> {
    return this.#set === undefined ? this.text : this.#set.execute(this.name, data, environment);
  }
}

/** The data of a rule's templates; make it once per alert, all its labels and annotations share it. */
export function alertData(data: AlertTemplateData): GoStruct {
  return new GoStruct(ALERT_DATA, [
    stringMap(data.labels),
    stringMap(data.externalLabels),
    data.externalUrl,
    data.value,
  ]);
}

/** What Prometheus puts in place of a label or annotation whose template failed. */
export function expansionErrorText(name: string, error: TemplateError): string {
  const what = error.code === 'template_parse' ? 'parsing' : 'executing';
  return `<error expanding template: error ${what} template ${name}: ${error.message}>`;
}
