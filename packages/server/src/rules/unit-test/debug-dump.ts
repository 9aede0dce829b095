/** All data of a test, input and recorded, as promtool's --debug prints it. */
import { compareLabels, formatFloatG, isStaleMarker } from '@sightline/model';
import { pairsText } from './text.ts';
import type { TestStore } from './test-store.ts';

/** Series sorted by labels, each sample as `value @[unix ms]`; staleness markers are left out. */
export function debugDump(store: TestStore, untilMs: number): string {
  const lines: string[] = [];
  const series = [...store.series()].sort((a, b) => compareLabels(a.labels, b.labels));
  for (const { labels, timestamps, values, size } of series) {
    lines.push(`${pairsText(labels)} =>`);
    for (let i = 0; i < size && (timestamps[i] as number) <= untilMs; i++) {
      if (!isStaleMarker(values, i)) lines.push(`${formatFloatG(values[i] as number)} @[${timestamps[i]}]`);
    }
  }
  return `${lines.join('\n')}\n`;
}
