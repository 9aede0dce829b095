/** The address bar as state: every parameter is text, repeated ones are lists, unknown ones are kept. */

export type SearchValue = string | readonly string[];
export type SearchParams = Readonly<Record<string, SearchValue>>;
export type SearchPatch = Readonly<Record<string, SearchValue | null | undefined>>;

/** Carried by every internal link. */
const GLOBAL_PARAMS = ['from', 'to', 'tz', 'refresh', 'cmp', 'theme', 'kiosk', 'env', 'svc'] as const;

export function parseSearch(text: string): SearchParams {
  const out: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const known = out[name];
    if (known === undefined) out[name] = value;
    else if (typeof known === 'string') out[name] = [known, value];
    else known.push(value);
  }
  return out;
}

export function stringifySearch(search: Readonly<Record<string, unknown>>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) params.append(name, String(one));
    }
  }
  // Spaces and slashes stay readable in a pasted link.
  const text = params.toString().replaceAll('%2F', '/').replaceAll('%3A', ':').replaceAll('%2C', ',');
  return text === '' ? '' : `?${text}`;
}

/** Sets, replaces or (null, undefined) removes parameters; the others stay. */
export function patchSearch(search: SearchParams, patch: SearchPatch): SearchParams {
  const next: Record<string, SearchValue> = { ...search };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) delete next[name];
    else next[name] = value;
  }
  return next;
}

export function pickGlobals(search: SearchParams): SearchParams {
  return Object.fromEntries(
    Object.entries(search).filter(
      ([name]) => (GLOBAL_PARAMS as readonly string[]).includes(name) || name.startsWith('var-'),
    ),
  );
}

export function firstValue(value: SearchValue | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}

export function allValues(value: SearchValue | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}
