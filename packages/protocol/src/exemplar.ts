/** The bound that OpenMetrics and Prometheus set to an exemplar: 128 characters in the names and values of its labels. */
import type { Exemplar } from '@sightline/model';

const MAX_CHARACTERS = 128;

/** False for one that Prometheus would accept to read and not store. */
export function isStorableExemplar(exemplar: Exemplar): boolean {
  let units = 0;
  for (const text of exemplar.labels.flat) units += text.length;
  if (units <= MAX_CHARACTERS) return true;
  // Never more characters than UTF-16 units, never fewer than half as many.
  return units <= 2 * MAX_CHARACTERS && [...exemplar.labels.flat.join('')].length <= MAX_CHARACTERS;
}
