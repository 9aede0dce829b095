/** URLs of services as the file gives them. */

/** With a `/` at the end of its path. */
export function withSlash(text: string): string {
  const end = /[?#]/.exec(text)?.index ?? text.length;
  const path = text.slice(0, end);
  return path.endsWith('/') ? text : `${path}/${text.slice(end)}`;
}
