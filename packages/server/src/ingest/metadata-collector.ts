/** Joins the HELP, TYPE and UNIT lines of one metric into one description. */
import type { MetricMetadata, MetricType } from '@sightline/model';

export class MetadataCollector {
  readonly #describe: (metadata: MetricMetadata) => void;
  #name: string | undefined;
  #type: MetricType = 'unknown';
  #help = '';
  #unit = '';

  constructor(describe: (metadata: MetricMetadata) => void) {
    this.#describe = describe;
  }

  type(metric: string, type: MetricType): void {
    this.#begin(metric);
    this.#type = type;
  }

  help(metric: string, help: string): void {
    this.#begin(metric);
    this.#help = help;
  }

  unit(metric: string, unit: string): void {
    this.#begin(metric);
    this.#unit = unit;
  }

  /** Hands on what was gathered. Call it at the end of the text. */
  flush(): void {
    if (this.#name === undefined) return;
    this.#describe({ name: this.#name, type: this.#type, help: this.#help, unit: this.#unit });
    this.#name = undefined;
  }

  #begin(metric: string): void {
    if (metric === this.#name) return;
    this.flush();
    this.#name = metric;
    this.#type = 'unknown';
    this.#help = '';
    this.#unit = '';
  }
}
