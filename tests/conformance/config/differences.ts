/** Every place where the verdict on prometheus.yml differs from promtool 2.42's, with the reason. A test checks each. */

/** Cases by `topic: name`. */
const LATER_KEY = 'a key that Prometheus got after 2.42';
const UTF8_NAMES = 'Prometheus 3 allows any UTF-8 text as a label name';
const CUT_SHORT = 'Prometheus silently ignores everything from the line on that stands further left than the first one';
const NOT_BUILT_IN = "Debian's build leaves this discovery out";

export const DIFFERENCES: Readonly<Record<string, string>> = {
  'discovery: dns with name servers': 'NS records came with Prometheus 2.49',
  'discovery: kubernetes': NOT_BUILT_IN,
  'discovery: consul': NOT_BUILT_IN,
  'discovery: kuma, linode, nomad, stackit and the clouds of 3.x': NOT_BUILT_IN,
  'global: an invalid external label': UTF8_NAMES,
  'global: legacy names on request': LATER_KEY,
  'global: scrape protocols': LATER_KEY,
  'global: native histograms': LATER_KEY,
  'global: limits for all jobs': LATER_KEY,
  'global: an offset for rules': LATER_KEY,
  'global: a runtime section': LATER_KEY,
  'http: a user from a file': LATER_KEY,
  'http: headers': LATER_KEY,
  'relabel: an invalid source label': UTF8_NAMES,
  'relabel: an invalid target label': UTF8_NAMES,
  'relabel: an invalid target label from the match': UTF8_NAMES,
  'relabel: labelmap to an invalid name': UTF8_NAMES,
  'relabel: groups that close outside of the pattern':
    'Prometheus checks only the pattern inside its own anchors, where these brackets happen to match; it then means something else than it says',
  'scrape: a target with a path and relabeling':
    'Prometheus loads this file; only promtool tries the relabeling out, which here happens at the first scrape',
  'scrape: an invalid label in a static config': UTF8_NAMES,
  'scrape: a limit beyond 64 bits': 'Prometheus converts it to a number that nobody wrote',
  'scrape: a fallback protocol': LATER_KEY,
  'scrape: native histogram keys': LATER_KEY,
  'sections: alertmanager version 1': 'Prometheus 3 removed version 1 of the Alertmanager API',
  'sections: alert relabeling of one alertmanager': LATER_KEY,
  'sections: remote write 2.0': LATER_KEY,
  'sections: remote write with azure': LATER_KEY,
  'sections: retention': LATER_KEY,
  'sections: otlp': LATER_KEY,
  'sections: scrape config files': LATER_KEY,
  'syntax: the first line is indented': CUT_SHORT,
  'syntax: a line separator': "YAML 1.1, which Go's parser follows, takes U+2028 for a line break",
  'syntax: yaml 1.1 booleans': LATER_KEY,
};

/** Differences that many mutated files share, by what promtool printed about the file or by our first error. */
export const DIFFERENCE_PATTERNS: readonly {
  readonly promtool?: RegExp;
  readonly ours?: RegExp;
  readonly reason: string;
}[] = [
  { promtool: /is not a valid label name/, reason: UTF8_NAMES },
  { promtool: /is invalid '(?:target_label|replacement)' for/, reason: UTF8_NAMES },
  {
    promtool: /either oauth2 client_secret or client_secret_file must be configured/,
    reason: 'Prometheus 3 lets the client secret be absent',
  },
  { ours: /^the first line of the file is indented/, reason: CUT_SHORT },
];
