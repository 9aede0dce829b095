/** and, or, unless: whole elements, matched many-to-many by signature at every step. */
import type { Labels } from '@sightline/model';
import type { SetOp, VectorMatching } from '../parser/ast.ts';
import { type Frame, mergeRows, newFrame } from './frame.ts';
import { groupBySignature, signatureKey } from './matching.ts';
import type { Pacer } from './pacer.ts';

export async function setOperation(
  op: SetOp,
  left: Frame,
  right: Frame,
  matching: VectorMatching,
  pacer: Pacer,
): Promise<Frame> {
  if (op === 'or') return mergeRows(await union(left, right, matching, pacer), pacer);
  const presence = await presenceBySignature(right, matching, pacer);
  return filtered(left, presence, matching, op === 'and', pacer);
}

/** For every signature the steps at which some row has it. */
async function presenceBySignature(
  frame: Frame,
  matching: VectorMatching,
  pacer: Pacer,
): Promise<Map<string, Uint8Array>> {
  const { width, has } = frame;
  const presence = new Map<string, Uint8Array>();
  for (const [key, rows] of await groupBySignature(frame.labels, matching, pacer)) {
    const steps = new Uint8Array(width);
    for (const row of rows) for (let k = 0; k < width; k++) if (has[row * width + k] === 1) steps[k] = 1;
    presence.set(key, steps);
    if (pacer.isDue()) await pacer.pause();
  }
  return presence;
}

/** The samples of `frame` at steps where its signature is (or is not) present. */
async function filtered(
  frame: Frame,
  presence: Map<string, Uint8Array>,
  matching: VectorMatching,
  isWanted: boolean,
  pacer: Pacer,
): Promise<Frame> {
  const { width } = frame;
  const keyOf = signatureKey(matching);
  const has = new Uint8Array(frame.has.length);
  for (const [row, labels] of frame.labels.entries()) {
    const steps = presence.get(keyOf(labels));
    for (let k = 0; k < width; k++) {
      const at = row * width + k;
      if (frame.has[at] === 1 && (steps?.[k] === 1) === isWanted) has[at] = 1;
    }
    if (pacer.spends(width)) await pacer.pause();
  }
  return { ...frame, has };
}

async function union(left: Frame, right: Frame, matching: VectorMatching, pacer: Pacer): Promise<Frame> {
  const rest = await filtered(right, await presenceBySignature(left, matching, pacer), matching, false, pacer);
  const labels: Labels[] = [...left.labels, ...rest.labels];
  const out = newFrame(labels, left.width);
  out.values.set(left.values);
  out.values.set(rest.values, left.values.length);
  out.has.set(left.has);
  out.has.set(rest.has, left.has.length);
  return out;
}
