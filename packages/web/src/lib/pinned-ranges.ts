/** Time ranges that a person pinned, for example the window of an incident: named, kept in the browser. */
import { readStored, writeStored } from './stored.ts';

export interface PinnedRange {
  readonly name: string;
  /** As the address bar keeps them. */
  readonly from: string;
  readonly to: string;
}

const STORED = 'pinned-ranges';
const LIMIT = 20;
const NAME_LIMIT = 60;

function isPinnedRange(value: unknown): value is PinnedRange {
  const one = value as Partial<PinnedRange> | null;
  return typeof one?.name === 'string' && typeof one.from === 'string' && typeof one.to === 'string';
}

/** What is stored, without anything that is no pinned range. */
export function parsePinned(text: string | null): readonly PinnedRange[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(value) ? value.filter(isPinnedRange).slice(0, LIMIT) : [];
  } catch {
    return [];
  }
}

const isSame = (a: PinnedRange, b: { from: string; to: string }): boolean => a.from === b.from && a.to === b.to;

/** Puts a range first; one that is pinned already only takes the new name. An empty name changes nothing. */
export function pinned(all: readonly PinnedRange[], range: PinnedRange): readonly PinnedRange[] {
  const name = range.name.trim().slice(0, NAME_LIMIT);
  if (name === '') return all;
  if (all.some((one) => isSame(one, range))) return all.map((one) => (isSame(one, range) ? { ...range, name } : one));
  return [{ ...range, name }, ...all].slice(0, LIMIT);
}

export function unpinned(all: readonly PinnedRange[], range: { from: string; to: string }): readonly PinnedRange[] {
  return all.filter((one) => !isSame(one, range));
}

export function readPinned(): readonly PinnedRange[] {
  return parsePinned(readStored(STORED));
}

export function writePinned(all: readonly PinnedRange[]): void {
  writeStored(STORED, JSON.stringify(all));
}
