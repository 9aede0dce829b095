/** An exposition body as maps, to compare two of them. */
import { parseExposition, parseSeries } from '@sightline/protocol';

export interface Exposition {
  /** By series, written as `name{a="x",b="y"}` with sorted labels. */
  readonly samples: ReadonlyMap<string, number>;
  readonly types: ReadonlyMap<string, string>;
  readonly helps: ReadonlyMap<string, string>;
}

export function readExposition(body: Buffer): Exposition {
  const samples = new Map<string, number>();
  const types = new Map<string, string>();
  const helps = new Map<string, string>();
  parseExposition(body, 'text', {
    sample(start, end, value) {
      const series = parseSeries(body, start, end).toString();
      if (samples.has(series)) throw new Error(`${series} stands twice in the body`);
      samples.set(series, value);
    },
    type: (metric, type) => void types.set(metric, type),
    help: (metric, help) => void helps.set(metric, help),
  });
  return { samples, types, helps };
}

export function metricOf(series: string): string {
  return /^[^{]*/.exec(series)?.[0] ?? series;
}

export function metricsOf(exposition: Exposition): Set<string> {
  return new Set([...exposition.samples.keys()].map(metricOf));
}
