/** Label sets as senders write them: checked as Prometheus 3 checks them, sorted, empty values left out. */
import { compareStrings, Labels, METRIC_NAME } from '@sightline/model';

/** The labels, or what is wrong with them. `flat` holds names and values in turn. */
export function checkedLabels(flat: readonly string[]): Labels | string {
  let isOrdered = true;
  let hasName = false;
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i] as string;
    if (name === '') return 'a label name is empty';
    if (name === METRIC_NAME) hasName = flat[i + 1] !== '';
    if (flat[i + 1] === '' || (i > 0 && compareStrings(flat[i - 2] as string, name) >= 0)) isOrdered = false;
  }
  if (!hasName) return 'the metric name is missing';
  return isOrdered ? Labels.fromSorted(flat) : sorted(flat);
}

function sorted(flat: readonly string[]): Labels | string {
  const pairs: [string, string][] = [];
  for (let i = 0; i < flat.length; i += 2) {
    if (flat[i + 1] !== '') pairs.push([flat[i] as string, flat[i + 1] as string]);
  }
  pairs.sort(([a], [b]) => compareStrings(a, b));
  for (let i = 1; i < pairs.length; i++) {
    const name = pairs[i]?.[0] as string;
    if (name === pairs[i - 1]?.[0]) return `the label name ${JSON.stringify(name)} is given twice`;
  }
  return Labels.fromSorted(pairs.flat());
}
