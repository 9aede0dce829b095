/**
 * Families of samples under construction, and their rendering as Prometheus text 0.0.4. One `MetricText` belongs to one run
 * of one collector, so a collector that overran its time cannot write into a later scrape.
 */
import { formatFloat } from '@sightline/model';

export type FamilyType = 'counter' | 'gauge' | 'untyped' | 'histogram' | 'summary';

/** Label values of one sample in the order in which they are written. */
export type LabelPairs = Readonly<Record<string, string>>;

export class Family {
  readonly name: string;
  readonly type: FamilyType;
  readonly help: string;
  /** The sample lines, each ending in a newline. */
  lines = '';

  constructor(name: string, type: FamilyType, help: string) {
    this.name = name;
    this.type = type;
    this.help = help;
  }

  /** @param labels text made by `labelText`, or nothing for a sample without labels */
  add(value: number, labels = ''): void {
    this.lines += `${this.name + labels} ${formatFloat(value)}\n`;
  }

  /** @param series name and labels as they stand in exposition text; for histograms, whose samples have other names */
  addSeries(series: string, value: number): void {
    this.lines += `${series} ${formatFloat(value)}\n`;
  }
}

export class MetricText {
  readonly #families = new Map<string, Family>();

  counter(name: string, help: string): Family {
    return this.family(name, 'counter', help);
  }

  gauge(name: string, help: string): Family {
    return this.family(name, 'gauge', help);
  }

  untyped(name: string, help: string): Family {
    return this.family(name, 'untyped', help);
  }

  /** The family of this name; made at the first call, when type and help are taken from. */
  family(name: string, type: FamilyType, help: string): Family {
    let family = this.#families.get(name);
    if (family === undefined) {
      family = new Family(name, type, help);
      this.#families.set(name, family);
    }
    return family;
  }

  get families(): Iterable<Family> {
    return this.#families.values();
  }
}

/** `{a="x",b="y"}`, values escaped; an empty record gives the empty string. */
export function labelText(pairs: LabelPairs): string {
  let text = '';
  for (const name in pairs) text += `${text === '' ? '{' : ','}${name}="${escapeLabelValue(pairs[name] ?? '')}"`;
  return text === '' ? '' : `${text}}`;
}

/** One body out of the runs of all collectors. A family that two of them wrote keeps the first one's type and help. */
export function renderMetricText(parts: Iterable<MetricText>): Buffer {
  const merged = new Map<string, { header: string; lines: string }>();
  for (const part of parts) {
    for (const family of part.families) {
      if (family.lines === '') continue;
      const known = merged.get(family.name);
      if (known === undefined) merged.set(family.name, { header: header(family), lines: family.lines });
      else known.lines += family.lines;
    }
  }
  let text = '';
  for (const { header: head, lines } of merged.values()) text += head + lines;
  return Buffer.from(text, 'utf8');
}

function header(family: Family): string {
  const help = family.help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return `# HELP ${family.name} ${help}\n# TYPE ${family.name} ${family.type}\n`;
}

const NEEDS_ESCAPE = /["\\\n]/;

function escapeLabelValue(value: string): string {
  if (!NEEDS_ESCAPE.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
