/** Every place where the verdict on alertmanager.yml differs from amtool 0.25's, with the reason. A test checks each. */

const LATER_KEY = 'a key that Alertmanager got after 0.25';
const LATER_KIND = 'a kind of receiver that Alertmanager got after 0.25';
const UTF8_NAMES = 'since 0.27 any text is a label name';

/** Cases by `topic: name`. */
export const DIFFERENCES: Readonly<Record<string, string>> = {
  'global: newer services': LATER_KEY,
  'global: a slack app': LATER_KEY,
  'inhibit: a dot in equal': UTF8_NAMES,
  'inhibit: a name': LATER_KEY,
  'matchers: a name with a dot': UTF8_NAMES,
  'matchers: a quoted name': UTF8_NAMES,
  'receivers: webhook with a url file': LATER_KEY,
  'receivers: webhook with a timeout': LATER_KEY,
  'receivers: webhook with a template in the host': 'since 0.29 the URL of a webhook is a template',
  'receivers: email with a secret file': LATER_KEY,
  'receivers: email with threading': LATER_KEY,
  'receivers: pagerduty with nested details': 'since 0.29 details may be nested',
  'receivers: slack with an app token': LATER_KEY,
  'receivers: telegram with a token file': LATER_KEY,
  'receivers: telegram with a topic': LATER_KEY,
  'receivers: discord with a file': LATER_KEY,
  'receivers: msteams': LATER_KIND,
  'receivers: msteams v2': LATER_KIND,
  'receivers: jira': LATER_KIND,
  'receivers: rocketchat': LATER_KIND,
  'receivers: mattermost': LATER_KIND,
  'receivers: incidentio': LATER_KIND,
  'route: group_by a name with a dot': UTF8_NAMES,
};

/** Differences that many mutated files share, by what amtool printed about the file or by our first error. */
export const DIFFERENCE_PATTERNS: readonly {
  readonly amtool?: RegExp;
  readonly ours?: RegExp;
  readonly reason: string;
}[] = [
  { amtool: /is not a valid label name|invalid label name ".*" in group_by list/, reason: UTF8_NAMES },
  {
    ours: /^an entry of `(?:actions|fields)` is empty$/,
    reason: 'Alertmanager takes the entry and crashes when it sends',
  },
];
