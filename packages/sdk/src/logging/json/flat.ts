/**
 * Texts that go into many lines. A concatenation is a tree of its parts until it is read; as a part of a line it would be
 * walked again for each line.
 */

/** `text` as one piece, for texts made once per process. */
export function flat(text: string): string {
  return Buffer.from(text).toString();
}

/** The same for texts made for each request: cheaper, one step of the walk remains. */
export function flattened(text: string): string {
  text.charCodeAt(0);
  return text;
}
