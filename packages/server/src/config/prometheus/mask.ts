/** The text of a configuration with every secret replaced, for people and APIs that show it. */
import type { Span } from '../../lib/yaml-node.ts';

/** Each span becomes `<secret>`; block text keeps its line break, so that the result is still YAML. */
export function maskSecrets(text: string, secrets: readonly Span[]): string {
  let out = '';
  let from = 0;
  for (const { start, end } of [...secrets].sort((a, b) => a.start - b.start)) {
    if (start < from) continue;
    out += `${text.slice(from, start)}<secret>${text[end - 1] === '\n' ? '\n' : ''}`;
    from = end;
  }
  return out + text.slice(from);
}
