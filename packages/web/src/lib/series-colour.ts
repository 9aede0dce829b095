/** Colours and dashes of series: a stable hash of the labels picks the slot, so a series looks the same everywhere. */

export const SLOTS = 8;
const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 2], [8, 3, 2, 3]];
/** From here on colours say nothing more: neutral grey, told apart by pointing at them. */
export const NEUTRAL_FROM = SLOTS * DASHES.length;

export const SERIES_LIGHT = [
  '#3041ca',
  '#7f2407',
  '#239abc',
  '#8e5ff2',
  '#a0557d',
  '#890076',
  '#a08b32',
  '#61721c',
] as const;
export const SERIES_DARK = [
  '#46acfc',
  '#fc8b5d',
  '#4eedfb',
  '#7d72c9',
  '#f2a9be',
  '#b27ead',
  '#808731',
  '#ebd732',
] as const;
const NEUTRAL = { light: '#8c959f', dark: '#656c76' } as const;

export interface SeriesLook {
  /** 0 to 7, or null for neutral grey. */
  readonly slot: number | null;
  readonly dash: readonly number[];
}

/** FNV-1a over the sorted labels. */
export function hashLabels(labels: Readonly<Record<string, string>>): number {
  let hash = 0x811c9dc5;
  for (const name of Object.keys(labels).sort()) {
    for (const char of `${name}\u0000${labels[name]}\u0001`) {
      hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
    }
  }
  return hash >>> 0;
}

/** A look for each series, in the order given. A taken slot moves on to the next free one, then to the next dash. */
export function assignLooks(series: readonly Readonly<Record<string, string>>[]): SeriesLook[] {
  const taken = new Set<number>();
  const looks: SeriesLook[] = new Array(series.length);
  const order = series
    .map((labels, index) => ({ index, hash: hashLabels(labels) }))
    .sort((a, b) => a.hash - b.hash || a.index - b.index);
  for (const { index, hash } of order) {
    if (taken.size >= NEUTRAL_FROM) {
      looks[index] = { slot: null, dash: [] };
      continue;
    }
    const round = Math.floor(taken.size / SLOTS);
    let slot = hash % SLOTS;
    while (taken.has(round * SLOTS + slot)) slot = (slot + 1) % SLOTS;
    taken.add(round * SLOTS + slot);
    looks[index] = { slot, dash: DASHES[round] ?? [] };
  }
  return looks;
}

export function colourOf(look: SeriesLook, theme: 'light' | 'dark'): string {
  if (look.slot === null) return NEUTRAL[theme];
  return (theme === 'light' ? SERIES_LIGHT : SERIES_DARK)[look.slot] ?? NEUTRAL[theme];
}
