/** Texts as they stand in JSON strings (RFC 8259, section 7), with or without secrets hidden in them. */
import { hideSecrets, hideSecretsInLong, MARKS, NEEDS_ESCAPE } from '../redact/secret-patterns.ts';

/** Up to here a loop over the characters beats a call of JSON.stringify. */
const SCANNED = 80;
/** Up to here reading the characters of a text beats copying them to where they are bytes. */
const READ = 48;
/** Up to here it beats the expressions that look for secrets, most of which it makes needless. */
const MARKED = 2048;
const scratch = Buffer.allocUnsafeSlow(3 * MARKED);

/** `text` as a JSON string. */
export function quote(text: string): string {
  return `"${escaped(text)}"`;
}

/** `text` as a JSON string without its quotation marks. Lone surrogates may stay: they become U+FFFD when the line is encoded. */
export function escaped(text: string): string {
  const { length } = text;
  if (length > SCANNED) return stringified(text);
  for (let index = 0; index < length; index++) {
    if (((MARKS[text.charCodeAt(index)] as number) & NEEDS_ESCAPE) !== 0) return stringified(text);
  }
  return text;
}

/** As `escaped`, secrets replaced. */
export function escapedSafely(text: string): string {
  const { length } = text;
  if (length > MARKED) return stringified(hideSecretsInLong(text));
  let bits = 0;
  if (length > READ) bits = marksOf(text);
  else for (let index = 0; index < length; index++) bits |= MARKS[text.charCodeAt(index)] as number;
  return bits === 0 ? text : marked(text, bits);
}

/** Characters above ASCII have no mark, and none of their bytes in UTF-8 has one. */
function marksOf(text: string): number {
  const length = scratch.write(text);
  let bits = 0;
  for (let index = 0; index < length; index++) bits |= MARKS[scratch[index] as number] as number;
  return bits;
}

function marked(text: string, bits: number): string {
  const safe = hideSecrets(text, bits);
  return (bits & NEEDS_ESCAPE) === 0 ? safe : stringified(safe);
}

function stringified(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
