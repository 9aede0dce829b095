/** The text of a configuration with every secret replaced, for people, messages and APIs that show it. */
import type { Span } from '../../lib/yaml-node.ts';

/** Each span becomes `<secret>`, the user part of a URL `xxxxx`; block text keeps its line break. The result is still valid. */
export function maskSecrets(text: string, secrets: readonly Span[]): string {
  let out = '';
  let from = 0;
  for (const { start, end } of [...secrets].sort((a, b) => a.start - b.start)) {
    if (start < from) continue;
    const mask = text.slice(start - 2, start) === '//' ? 'xxxxx' : '<secret>';
    out += `${text.slice(from, start)}${mask}${text[end - 1] === '\n' ? '\n' : ''}`;
    from = end;
  }
  return out + text.slice(from);
}

/** Each character of a secret becomes `*`: line and column of everything else stay what they are. */
export function starSecrets(text: string, secrets: readonly Span[]): string {
  let out = '';
  let from = 0;
  for (const { start, end } of [...secrets].sort((a, b) => a.start - b.start)) {
    if (end <= from) continue;
    const begin = Math.max(start, from);
    out += text.slice(from, begin) + text.slice(begin, end).replace(/[^\s]/g, '*');
    from = end;
  }
  return out + text.slice(from);
}

const SECRET_KEY = /(?:pass|secret|token|credential|bearer|private_?key|access_?key)/i;

/** True for a key whose value should not be shown even when the key is unknown. */
function isSecretKey(key: string): boolean {
  return SECRET_KEY.test(key) && !/_file$|_url$/.test(key);
}

/** For text that could not be read as YAML: values behind keys that sound secret. */
export function guessSecrets(text: string): Span[] {
  const spans: Span[] = [];
  for (const match of text.matchAll(/([A-Za-z0-9_]+)["']?:[ \t]*([^\s,}][^\n,}]*)/g)) {
    const [whole, key = '', value = ''] = match;
    const end = match.index + whole.length;
    if (isSecretKey(key)) spans.push({ start: end - value.length, end });
  }
  return spans;
}
