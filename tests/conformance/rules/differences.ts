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

const LEFT_OPEN = 'windows and look-back are left-open since Prometheus 3';

/** Files of rule tests by `topic: name`, where verdict or lines differ. */
export const TEST_DIFFERENCES: Readonly<Record<string, string>> = {
  'expressions: look-back of exactly five minutes': LEFT_OPEN,
  'expressions: a range with a sample on its left edge': LEFT_OPEN,
  'format: fuzzy comparison': LATER_KEY,
  'format: a start of its own': LATER_KEY,
  'format: an interval of its own when none is given':
    'without `interval` promtool 3 takes the evaluation interval; 2.42 puts all samples on one time',
};

/** Where only the lines differ, with the same verdict. */
export const TEXT_DIFFERENCES: Readonly<Record<string, string>> = {
  'templates: a field that is not there':
    'Prometheus 3 gives the value of a template the type interface {}, not float64',
  'templates: functions of the external URL':
    'promtool does not hand `external_url` to these functions, which then fail on a nil pointer',
};
