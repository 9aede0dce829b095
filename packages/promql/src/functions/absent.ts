/** absent and absent_over_time: 1 with the labels that the selector pins down. */
import { Labels, METRIC_NAME } from '@sightline/model';
import { type Expr, unwrapParens } from '../parser/ast.ts';
import { type Frame, newFrame } from '../eval/frame.ts';

/** 1 at every step where `present` is 0. */
export function absentFrame(arg: Expr, present: Uint8Array): Frame {
  const out = newFrame([absentLabels(arg)], present.length);
  for (let k = 0; k < present.length; k++) {
    if (present[k] === 1) continue;
    out.values[k] = 1;
    out.has[k] = 1;
  }
  return out;
}

/** Labels pinned by one equality; a second matcher on the same label unpins it. An expression other than a selector pins nothing down. */
function absentLabels(arg: Expr): Labels {
  const inner = unwrapParens(arg);
  const selector = inner.kind === 'matrixSelector' ? inner.selector : inner;
  if (selector.kind !== 'vectorSelector') return Labels.EMPTY;
  const pinned = new Map<string, string>();
  const seen = new Set<string>();
  for (const { name, op, value } of selector.matchers) {
    if (name === METRIC_NAME) continue;
    if (op === '=' && !seen.has(name)) {
      pinned.set(name, value);
      seen.add(name);
    } else pinned.delete(name);
  }
  return Labels.fromPairs(pinned);
}
