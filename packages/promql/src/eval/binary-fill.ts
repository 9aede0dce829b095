/**
 * fill, fill_left and fill_right: where a match group has elements on one side only, an element with the given value and only the
 * labels of the match stands in on the other side.
 */
import type { Labels } from '@sightline/model';
import type { VectorMatching } from '../parser/ast.ts';
import { type Frame, newFrame } from './frame.ts';
import { groupBySignature, matchLabels } from './matching.ts';
import type { Pacer } from './pacer.ts';

/** Both sides with the missing elements added. `many` takes the value of fill_left, `one` that of fill_right. */
export async function fillMissing(
  many: Frame,
  one: Frame,
  matching: VectorMatching,
  pacer: Pacer,
): Promise<readonly [many: Frame, one: Frame]> {
  const { lhs, rhs } = matching.fill;
  if (lhs === undefined && rhs === undefined) return [many, one];
  const filledOne = rhs === undefined ? one : await filled(one, many, rhs, matching, pacer);
  const filledMany = lhs === undefined ? many : await filled(many, one, lhs, matching, pacer);
  return [filledMany, filledOne];
}

async function filled(
  side: Frame,
  other: Frame,
  value: number,
  matching: VectorMatching,
  pacer: Pacer,
): Promise<Frame> {
  const { width } = side;
  const own = await groupBySignature(side.labels, matching, pacer);
  const added: { labels: Labels; has: Uint8Array }[] = [];
  for (const [key, rows] of await groupBySignature(other.labels, matching, pacer)) {
    const has = new Uint8Array(width);
    for (const row of rows) for (let k = 0; k < width; k++) if (other.has[row * width + k] === 1) has[k] = 1;
    for (const row of own.get(key) ?? []) {
      for (let k = 0; k < width; k++) if (side.has[row * width + k] === 1) has[k] = 0;
    }
    if (!has.includes(1)) continue;
    added.push({ labels: matchLabels(other.labels[rows[0] as number] as Labels, matching), has });
    if (pacer.isDue()) await pacer.pause();
  }
  const out = newFrame([...side.labels, ...added.map(({ labels }) => labels)], width);
  out.values.set(side.values);
  out.has.set(side.has);
  for (const [index, { has }] of added.entries()) {
    const at = (side.labels.length + index) * width;
    out.values.fill(value, at, at + width);
    out.has.set(has, at);
  }
  return out;
}
