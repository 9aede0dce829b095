/**
 * Samples as exposition text 0.0.4 with timestamps, grouped by metric name: what federation answers. The type is `untyped`,
 * as Prometheus writes it there.
 */
import { formatFloatG, isLegacyLabelName, isLegacyMetricName, type Labels, METRIC_NAME } from '@sightline/model';

export interface RenderedSample {
  readonly labels: Labels;
  readonly value: number;
  readonly timestampMs: number;
}

export interface RenderOptions {
  /** Quoted UTF-8 names (a reader that said `escaping=allow-utf-8`); else other characters become underscores. */
  readonly allowsUtf8Names: boolean;
  /** Printed with an empty value where a series lacks them. */
  readonly alwaysPresent?: readonly string[];
}

const CHUNK_LENGTH = 64 * 1024;

/** Text in chunks of about 64 KB. Samples of one name must stand together; those without a name are left out. */
export function* renderExposition(samples: Iterable<RenderedSample>, options: RenderOptions): Generator<string> {
  let out = '';
  let family: string | undefined;
  for (const { labels, value, timestampMs } of samples) {
    const metric = labels.metricName;
    if (metric === '') continue;
    const name = options.allowsUtf8Names || isLegacyMetricName(metric) ? metric : underscored(metric);
    const isQuoted = !isLegacyMetricName(name);
    if (metric !== family) out += `# TYPE ${isQuoted ? quoted(name) : name} untyped\n`;
    family = metric;
    const pairs = isQuoted ? [quoted(name)] : [];
    for (const [label, text] of labels) {
      if (label !== METRIC_NAME) pairs.push(`${labelName(label, options)}=${quoted(text)}`);
    }
    for (const label of options.alwaysPresent ?? []) if (!labels.has(label)) pairs.push(`${label}=""`);
    const set = pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
    out += `${isQuoted ? '' : name}${set} ${formatFloatG(value)} ${timestampMs}\n`;
    if (out.length < CHUNK_LENGTH) continue;
    yield out;
    out = '';
  }
  if (out !== '') yield out;
}

function labelName(name: string, options: RenderOptions): string {
  if (isLegacyLabelName(name)) return name;
  return options.allowsUtf8Names ? quoted(name) : underscored(name).replaceAll(':', '_');
}

/** Prometheus's `underscores` escaping: each character that a legacy name cannot hold becomes one. */
function underscored(name: string): string {
  const text = [...name].map((char) => (/[a-zA-Z0-9_:]/.test(char) ? char : '_')).join('');
  return /^[0-9]/.test(text) ? `_${text.slice(1)}` : text;
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`))}"`;
}
