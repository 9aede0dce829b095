/** Expositions as series with values, read by the parser of the server. */
import { parseExposition, parseSeries } from '@sightline/protocol';

export interface Parsed {
  /** Value by label names and values, sorted by name. */
  readonly values: Map<string, number>;
  readonly types: Map<string, string>;
  readonly units: Map<string, string>;
  readonly help: Map<string, string>;
  readonly exemplars: { readonly labels: string; readonly value: number }[];
}

export function parsed(body: Buffer, format: 'text' | 'openmetrics'): Parsed {
  const result: Parsed = { values: new Map(), types: new Map(), units: new Map(), help: new Map(), exemplars: [] };
  parseExposition(body, format, {
    sample(start, end, value) {
      const key = parseSeries(body, start, end).flat.join('|');
      if (result.values.has(key)) throw new Error(`twice: ${key}`);
      result.values.set(key, value);
    },
    type: (metric, type) => void result.types.set(metric, type),
    unit: (metric, unit) => void result.units.set(metric, unit),
    help: (metric, help) => void result.help.set(metric, help),
    exemplar: ({ labels, value }) => void result.exemplars.push({ labels: labels.flat.join('|'), value }),
  });
  return result;
}
