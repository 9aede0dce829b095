/** Where Go and Alertmanager themselves changed after amtool 0.25 (Go 1.19), which the tests compare with. */

/** amtool passes the data by value; Alertmanager, and we, by pointer. */
export function asGo119Writes(text: string): string {
  return text.replaceAll('*template.Data', 'template.Data');
}

const KV_TEXT = 'label sets and pairs have a String method since Alertmanager 0.26';
const EMPTY_UNQUOTED = 'an empty unquoted attribute value is made ZgotmplZ since Go 1.19.9 (CVE-2023-29400)';
const RIGHT_PAREN = 'reported by the lexer since Go 1.20';

/** Snippets that newer versions render differently, and why. */
export const VERSION_DIFFERENCES: ReadonlyMap<string, string> = new Map([
  ['{{ $ }}', KV_TEXT],
  ['{{ printf "%s" .CommonLabels.SortedPairs }}', KV_TEXT],
  ['{{ printf "%v" .GroupLabels.SortedPairs }}', KV_TEXT],
  ['{{ printf "%+v" .GroupLabels.SortedPairs }}', KV_TEXT],
  ['{{ printf "%+v" (index .Alerts 1).Annotations.SortedPairs }}', KV_TEXT],
  ['{{ ) }}', RIGHT_PAREN],
  ['{{ 1) }}', RIGHT_PAREN],
  ['<a href={{ .CommonAnnotations.empty }}>x</a>', EMPTY_UNQUOTED],
  ['<p title={{ .CommonAnnotations.empty }}>', EMPTY_UNQUOTED],
  ['<td bgcolor="{{ .CommonAnnotations.empty }}" width={{ .CommonAnnotations.empty }}>', EMPTY_UNQUOTED],
]);
