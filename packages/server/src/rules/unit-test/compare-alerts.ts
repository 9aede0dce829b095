/** Firing alerts beside the expected ones, in promtool's form. */
import { compareStrings } from '@sightline/model';
import type { LabelPair } from '../rule-file/types.ts';
import { alertsText, type AlertText, pairsText } from './text.ts';

/** Undefined when they are the same, else the lines that show both, or with `showDiff` what differs between them. */
export function compareAlerts(
  expected: readonly AlertText[],
  got: readonly AlertText[],
  showDiff: boolean,
): string | undefined {
  const wanted = [...expected].sort(compare);
  const found = [...got].sort(compare);
  const isEqual =
    wanted.length === found.length && wanted.every((alert, index) => compare(alert, found[index] as AlertText) === 0);
  if (isEqual) return undefined;
  if (showDiff) return `        diff:\n${diffLines(wanted, found)}`;
  return `        exp:${alertsText(wanted)}, \n        got:${alertsText(found)}`;
}

function compare(a: AlertText, b: AlertText): number {
  return comparePairs(a.labels, b.labels) || comparePairs(a.annotations, b.annotations);
}

function comparePairs(a: readonly LabelPair[], b: readonly LabelPair[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [nameA, valueA] = a[i] as LabelPair;
    const [nameB, valueB] = b[i] as LabelPair;
    const order = compareStrings(nameA, nameB) || compareStrings(valueA, valueB);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** `-` is expected and not there, `+` is there and not expected. An alert with the expected labels shows its annotations line by line. */
function diffLines(wanted: readonly AlertText[], found: readonly AlertText[]): string {
  const lines: string[] = [];
  const rest = [...found];
  for (const alert of wanted) {
    const index = rest.findIndex((other) => comparePairs(alert.labels, other.labels) === 0);
    const other = index === -1 ? undefined : rest.splice(index, 1)[0];
    if (other !== undefined && compare(alert, other) === 0) continue;
    lines.push(`${other === undefined ? '-' : ' '} Labels:${pairsText(alert.labels)}`);
    lines.push(...diffPairs(alert.annotations, other?.annotations ?? [], 'Annotation'));
  }
  for (const alert of rest) {
    lines.push(`+ Labels:${pairsText(alert.labels)}`, ...diffPairs([], alert.annotations, 'Annotation'));
  }
  return lines.map((line) => `            ${line}`).join('\n');
}

function diffPairs(wanted: readonly LabelPair[], found: readonly LabelPair[], word: string): string[] {
  const other = new Map(found);
  const lines: string[] = [];
  for (const [name, value] of wanted) {
    if (other.get(name) === value) lines.push(`    ${word}:${pairsText([[name, value]])}`);
    else lines.push(`-   ${word}:${pairsText([[name, value]])}`);
  }
  for (const [name, value] of found) {
    if (!wanted.some((pair) => pair[0] === name && pair[1] === value))
      lines.push(`+   ${word}:${pairsText([[name, value]])}`);
  }
  return lines;
}
