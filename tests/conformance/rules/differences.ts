/** Every place where the verdict differs from that of promtool 2.42, with the reason. Tests check each of them. */
const LATER_KEY = 'a key that Prometheus got after 2.42';
const UTF8_NAMES = 'Prometheus 3 allows any UTF-8 text as a name';

/** Rule files by `topic: name`. */
export const RULE_DIFFERENCES: Readonly<Record<string, string>> = {
  'groups: query offset': LATER_KEY,
  'groups: labels of the group': LATER_KEY,
  'rules: a name with a dash': UTF8_NAMES,
  'rules: a name with a space': UTF8_NAMES,
  'rules: a name that begins with a digit': UTF8_NAMES,
  'rules: a label with a dash': UTF8_NAMES,
  'rules: an annotation with a dash': UTF8_NAMES,
};
