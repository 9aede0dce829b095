/** Where a PromQL error message points: `1:5: parse error: …` as offsets into the text. */

const POSITION = /(?:^|\D)(\d{1,4}):(\d{1,5}):/;
const TOKEN = /[a-zA-Z0-9_:.]/;

/** The token at the message's line and column; the whole text when the message names no place. */
export function errorSpan(message: string, text: string): { from: number; to: number } {
  const match = POSITION.exec(message);
  if (match === null) return { from: 0, to: text.length };
  const lines = text.split('\n');
  const line = Math.max(1, Math.min(lines.length, Number(match[1])));
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const from = Math.max(0, Math.min(text.length, before + Number(match[2]) - 1));
  let to = from;
  while (to < text.length && TOKEN.test(text[to] ?? '')) to++;
  if (to > from) return { from, to };
  // At the end of the text, or on a sign: mark the character itself, or the one before the end.
  return from >= text.length ? { from: Math.max(0, text.length - 1), to: text.length } : { from, to: from + 1 };
}
