/** Seeded changes inside the texts of rules: tokens of an expression or a template go, come twice, change places or are others. */

const EXPRESSIONS: readonly string[] = [
  'sum by (job, instance) (rate(http_requests_total{code=~"5..", job!="a"}[5m])) / on (job) group_left (team) info > 0.05',
  'histogram_quantile(0.99, sum by (le) (rate(latency_seconds_bucket[5m] offset 1h)))',
  'max_over_time(deriv(node_filesystem_free_bytes[1h])[1d:5m] @ end()) < -1e3 unless on (instance) up == bool 0',
  'absent(up{job="x"}) or vector(1) and ignoring (a) group_right label_replace(x, "d", "$1", "s", "(.*)") != 2 ^ -3',
  'topk(3, count_values("v", round(x % 5, 0.5))) >= quantile without (i) (.5, y) atan2 z',
  'predict_linear(disk[6h] @ 1700000000, 4 * 3600) <= 0 or (time() - last_success) > 3600 * 24',
  "avg_over_time({__name__=~'a|b', x=`raw`}[10m]) + scalar(sum(z)) - -1",
];

const TEMPLATES: readonly string[] = [
  '{{ $labels.instance }} is at {{ $value | humanizePercentage }} of {{ printf "%.2f" 3.0 }}',
  '{{ with query "up" }}{{ range $i, $e := . }}{{ if $i }}, {{ end }}{{ .Labels.job }}={{ .Value }}{{ end }}{{ else }}none{{ end }}',
  '{{ define "x" }}<{{ . }}>{{ end }}{{ template "x" $externalLabels.region }}{{- /* a comment */ -}}',
  '{{ if and (gt $value 1.0) (not (eq $labels.a "b")) }}{{ len $labels }}{{ else if lt $value 0.5 }}low{{ end }}',
  '{{ $x := index $labels "job" }}{{ $x | toUpper | reReplaceAll "A(.)" "$1" }}{{ externalURL }}{{ pathPrefix }}',
];

const SWAPS: readonly string[] = (
  'sum rate by on without ignoring group_left bool offset @ start() ( ) [ ] { } , : = != =~ == > < + - * / % ^ 5m 1h30m 0 1e ' +
  'NaN Inf "a" \'b\' `c` x foo:bar __name__ and or unless $ | . {{ }} {{- -}} := $labels $value .Value end if range with else query ' +
  'humanize "unclosed ( " \\ é 0x1f 1_000 .5 5. 1y2w count_values absent_over_time printf index first'
).split(' ');

export interface Mutated {
  readonly seed: number;
  readonly text: string;
}

/** Rule files with one or two changes in an expression (even seeds) or a template (odd ones). */
export function mutatedRuleFiles(count: number, from = 0): Mutated[] {
  return Array.from({ length: count }, (_, index) => {
    const seed = from + index;
    const random = randomFrom(seed);
    const below = (size: number) => Math.floor(random() * size);
    const isExpression = seed % 2 === 0;
    const sources = isExpression ? EXPRESSIONS : TEMPLATES;
    let text = sources[below(sources.length)] as string;
    const changes = 1 + below(2);
    for (let i = 0; i < changes; i++) text = changed(text, below);
    return { seed, text: isExpression ? ruleFile({ expr: text }, below(2)) : ruleFile({ template: text }, below(2)) };
  });
}

function changed(text: string, below: (size: number) => number): string {
  const tokens = text.match(/\{\{-?|-?\}\}|"[^"]*"|[\w.$:]+|\s+|./g) ?? [];
  const at = below(tokens.length);
  const swap = SWAPS[below(SWAPS.length)] as string;
  const kinds = [
    () => tokens.splice(at, 1),
    () => tokens.splice(at, 1, swap),
    () => tokens.splice(at, 0, ` ${swap} `),
    () => tokens.splice(at, 0, tokens[at] ?? ''),
    () => tokens.splice(at, 1, ...(tokens.splice(below(tokens.length), 1) ?? [])),
    () => tokens.splice(at, 1, (tokens[at] ?? '').slice(1)),
  ];
  kinds[below(kinds.length)]?.();
  return tokens.join('');
}

function ruleFile({ expr = 'up == 0', template = 'text' }: { expr?: string; template?: string }, kind: number): string {
  const quoted = JSON.stringify(template);
  const rule =
    kind === 0
      ? { alert: 'A', expr, labels: `{severity: ${quoted}}`, annotations: '{summary: ok}' }
      : { alert: 'A', expr, labels: '{a: b}', annotations: `{summary: ${quoted}}` };
  return `groups:
  - name: g
    rules:
      - alert: ${rule.alert}
        expr: ${JSON.stringify(rule.expr)}
        labels: ${rule.labels}
        annotations: ${rule.annotations}
`;
}

/** mulberry32 */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = state;
    value = Math.imul(value ^ (value >>> 15), value | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}
