/**
 * Metrics of a prom-client registry (also of its successor `@prometheus-io/client`) in our exposition, so that a team moves
 * metric by metric. A metric that both have is exposed from ours: the other one is left out and told.
 */
import type { Notices } from '../lib/notices.ts';
import { escapeValue } from './names.ts';
import { OPENMETRICS_TYPE } from './negotiation.ts';
import { canonicalText, numberText } from './number-text.ts';
import { openFamilyName, openHead } from './openmetrics-format.ts';
import type { Output } from './output.ts';
import { textHead } from './text-format.ts';

/** What is used of a prom-client registry. */
export interface PromRegistry {
  getMetricsAsJSON(): Promise<readonly object[]>;
  readonly contentType?: string;
}

interface PromMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly PromSample[];
}

interface PromSample {
  readonly labels?: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly metricName?: string;
  readonly exemplar?: {
    readonly labelSet?: Readonly<Record<string, string>>;
    readonly value: number;
    readonly timestamp?: number;
  } | null;
}

const TYPES = new Set(['counter', 'gauge', 'histogram', 'summary']);

export class Adopted {
  readonly #source: PromRegistry;
  readonly #notices: Notices;
  #metrics: readonly PromMetric[] = [];

  constructor(source: PromRegistry, notices: Notices) {
    this.#source = source;
    this.#notices = notices;
  }

  /** Reads the registry. When it fails, what it had last stays out of the exposition. */
  async collect(): Promise<void> {
    this.#metrics = [];
    const isOpen = this.#source.contentType === OPENMETRICS_TYPE;
    const metrics = (await this.#source.getMetricsAsJSON()) as readonly PromMetric[];
    // A registry that was switched to OpenMetrics strips `_total` from the names of its counters.
    this.#metrics = metrics.map((metric) =>
      isOpen && metric.type === 'counter' && !metric.name.endsWith('_total')
        ? { ...metric, name: `${metric.name}_total` }
        : metric,
    );
  }

  write(isTaken: (name: string) => boolean, isOpen: boolean, out: Output): void {
    for (const metric of this.#metrics) {
      if (metric.values.length === 0) continue;
      if (isTaken(metric.name)) {
        this.#notices.tell(
          `metric-adopted:${metric.name}`,
          `metric ${metric.name} of the adopted registry is left out: a metric of this name is here. Remove one of the two`,
        );
        continue;
      }
      writeMetric(metric, isOpen, out);
    }
  }

  /** The metrics as they were read last, for JSON. */
  get metrics(): readonly PromMetric[] {
    return this.#metrics;
  }
}

function writeMetric(metric: PromMetric, isOpen: boolean, out: Output): void {
  const { name, help } = metric;
  const type = TYPES.has(metric.type) ? metric.type : isOpen ? 'unknown' : 'untyped';
  out.text(isOpen ? openHead({ name, help, type, unit: undefined, isShadowed: false }) : textHead(name, help, type));
  const own = isOpen && type === 'counter' ? `${openFamilyName(name, type)}_total` : name;
  for (const sample of metric.values) {
    const pairs = Object.entries(sample.labels ?? {}).map(([label, value]) => pair(label, value, isOpen));
    const labels = pairs.length === 0 ? '' : `{${pairs.join()}}`;
    const sampleName = sample.metricName ?? own;
    const exemplar = isOpen && /_(bucket|total)$/.test(sampleName) ? exemplarText(sample.exemplar) : '';
    out.text(`${sampleName}${labels} ${numberText(sample.value)}${exemplar}\n`);
  }
}

function pair(label: string, value: string | number, isOpen: boolean): string {
  const isBound = (label === 'le' || label === 'quantile') && typeof value === 'number';
  const text = isBound ? (isOpen ? canonicalText(value) : numberText(value)) : escapeValue(String(value));
  return `${label}="${text}"`;
}

function exemplarText(exemplar: PromSample['exemplar']): string {
  const labels = Object.entries(exemplar?.labelSet ?? {});
  if (exemplar === undefined || exemplar === null || labels.length === 0) return '';
  const time = exemplar.timestamp === undefined ? '' : ` ${exemplar.timestamp}`;
  return ` # {${labels.map(([name, value]) => pair(name, value, true)).join()}} ${numberText(exemplar.value)}${time}`;
}
