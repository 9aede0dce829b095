/** Links that come from outside, such as annotations: only what a browser opens as a page. */

/** Null for anything but http and https, and for what is no address; relative ones belong to this app. */
export function webUrl(text: string): string | null {
  if (text === '') return null;
  const base = 'http://relative.invalid/';
  if (!URL.canParse(text, base)) return null;
  const { protocol } = new URL(text, base);
  return protocol === 'http:' || protocol === 'https:' ? text : null;
}
