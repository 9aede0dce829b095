/** Small preferences in localStorage. A browser that forbids it gets the defaults. */

const PREFIX = 'sightline.';

export function readStored(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

export function writeStored(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // Private windows may refuse; the preference then lasts as long as the page.
  }
}

export function readStoredList(name: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(readStored(name) ?? '[]');
    return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

/** Puts `value` first, without repeats, at most `limit` long. */
export function rememberStored(name: string, value: string, limit: number): readonly string[] {
  const next = [value, ...readStoredList(name).filter((one) => one !== value)].slice(0, limit);
  writeStored(name, JSON.stringify(next));
  return next;
}
