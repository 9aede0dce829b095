/** Keeping within the bounds of other services, and keys they tell groups apart by. Source: Alertmanager notify/util.go. */
import { createHash } from 'node:crypto';

/** At most so many code points; an ellipsis shows that something is missing. */
export function truncate(text: string, max: number): string {
  if (text.length <= max) return text;
  const points = [...text];
  if (points.length <= max) return text;
  return max <= 3 ? points.slice(0, max).join('') : `${points.slice(0, max - 1).join('')}…`;
}

/** SHA-256 of the group key in hex: services bound the length of such keys. */
export function groupHash(groupKey: string): string {
  return createHash('sha256').update(groupKey).digest('hex');
}

/** Lines of a message, without the empty ones. */
export function paragraphs(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

/** Leaves out fields that are empty texts, lists or undefined, as Go's `omitempty` does. */
export function omitEmpty<T extends object>(fields: T): Partial<T> {
  const isEmpty = (value: unknown) =>
    value === undefined || value === '' || value === false || (Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value))) as Partial<T>;
}
