/** The metric catalogue: names joined with what their exporters say about them. */
import type { MetadataData, MetadataEntry } from '@sightline/api-types';
import { unitWord } from './unit-guess.ts';

export interface CatalogEntry {
  readonly name: string;
  readonly type: string;
  readonly unit: string;
  readonly help: string;
}

const PARTS = /_(bucket|count|sum|total|created)$/;

/** Metadata hangs on the family's name; a histogram's series have suffixes. */
function metadataOf(name: string, types: MetadataData): MetadataEntry | undefined {
  return types[name]?.[0] ?? types[name.replace(PARTS, '')]?.[0];
}

export function catalogEntries(names: readonly string[], types: MetadataData): CatalogEntry[] {
  return names.map((name) => {
    const entry = metadataOf(name, types);
    const guessed = name.endsWith('_bucket') ? 'histogram' : name.endsWith('_total') ? 'counter' : 'unknown';
    const type = entry === undefined || entry.type === '' ? guessed : entry.type;
    return { name, type, unit: unitWord(name, entry?.unit ?? ''), help: entry?.help ?? '' };
  });
}

/** Every word must occur in the name or the help; names that start with the text come first. */
export function filterCatalog(entries: readonly CatalogEntry[], text: string, type: string): CatalogEntry[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const needle = words[0] ?? '';
  const rank = ({ name }: CatalogEntry): number => (name.startsWith(needle) ? 0 : name.includes(needle) ? 1 : 2);
  const kept = entries.filter(
    (entry) =>
      (type === '' || entry.type === type) &&
      words.every((word) => entry.name.toLowerCase().includes(word) || entry.help.toLowerCase().includes(word)),
  );
  return needle === '' ? kept : kept.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

/** The query that shows a metric at its best: counters as rates, histograms as the 95th percentile. */
export function catalogQuery({ name, type }: CatalogEntry): string {
  if (name.endsWith('_bucket')) return `histogram_quantile(0.95, sum by (le) (rate(${name}[$__rate_interval])))`;
  if (type === 'counter' || /_(count|sum|total)$/.test(name)) return `rate(${name}[$__rate_interval])`;
  return name;
}
