/** Texts as JSON strings (RFC 8259, section 7), with or without secrets hidden in them. */
import { hideSecrets, hideSecretsInLong, MARKS, NEEDS_ESCAPE } from '../redact/secret-patterns.ts';

/** Up to here a loop over the characters beats a call of JSON.stringify. */
const SCANNED = 80;
/** Up to here it beats the expressions that look for secrets, most of which it makes needless. */
const MARKED = 2048;

/** `text` as a JSON string. Lone surrogates may stay: they become U+FFFD when the line is encoded. */
export function quote(text: string): string {
  const { length } = text;
  if (length > SCANNED) return JSON.stringify(text);
  for (let index = 0; index < length; index++) {
    if (((MARKS[text.charCodeAt(index)] as number) & NEEDS_ESCAPE) !== 0) return JSON.stringify(text);
  }
  return `"${text}"`;
}

/** As `quote`, secrets replaced. */
export function quoteSafely(text: string): string {
  const { length } = text;
  if (length > MARKED) return JSON.stringify(hideSecretsInLong(text));
  let bits = 0;
  for (let index = 0; index < length; index++) bits |= MARKS[text.charCodeAt(index)] as number;
  if (bits === 0) return `"${text}"`;
  return quoteMarked(text, bits);
}

function quoteMarked(text: string, bits: number): string {
  const safe = hideSecrets(text, bits);
  return (bits & NEEDS_ESCAPE) === 0 ? `"${safe}"` : JSON.stringify(safe);
}
