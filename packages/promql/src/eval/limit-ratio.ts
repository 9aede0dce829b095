/**
 * limit_ratio: a share of all series, chosen by the hash of their labels, so that limit_ratio(r) and limit_ratio(r - 1) are
 * complements. The hash is the one of Prometheus 3 (xxHash64 over length-prefixed names and values), so the choice is the same.
 */
import { formatFloatG, type Labels } from '@sightline/model';
import { executionError } from '../errors.ts';
import type { AggregateExpr } from '../parser/ast.ts';
import type { QueryContext } from './context.ts';
import type { Frame } from './frame.ts';
import { xxHash64 } from './xxhash64.ts';

export async function limitRatio(
  expr: AggregateExpr,
  ratios: Float64Array,
  input: Frame,
  context: QueryContext,
): Promise<Frame> {
  const limits = ratios.map((ratio) => {
    if (Number.isNaN(ratio)) throw executionError('Ratio value is NaN');
    return Math.max(-1, Math.min(1, ratio));
  });
  warnOfRatio(
    ratios.reduce((most, ratio) => Math.max(most, ratio), 1),
    1,
    expr,
    context,
  );
  warnOfRatio(
    ratios.reduce((least, ratio) => Math.min(least, ratio), -1),
    -1,
    expr,
    context,
  );
  const { width } = input;
  const has = new Uint8Array(input.has);
  for (const [row, labels] of input.labels.entries()) {
    const offset = hashOf(labels) / 2 ** 64;
    for (let k = 0; k < width; k++) {
      const limit = limits[k] as number;
      const isKept = limit >= 0 ? offset < limit : offset >= 1 + limit;
      if (!isKept) has[row * width + k] = 0;
    }
    if (context.pacer.isDue()) await context.pacer.pause();
  }
  return { ...input, has };
}

/** Of a parameter that changes from step to step only the farthest values are named. */
function warnOfRatio(ratio: number, limit: number, expr: AggregateExpr, context: QueryContext): void {
  if (ratio === limit) return;
  const message = `got ${formatFloatG(ratio)}, capping to ${limit}`;
  context.warn(`ratio value should be between -1 and 1, ${message}`, expr.param ?? expr);
}

function hashOf(labels: Labels): number {
  const encoder = new TextEncoder();
  const bytes: number[] = [];
  for (const pair of labels) {
    for (const text of pair) {
      const utf8 = encoder.encode(text);
      if (utf8.length < 255) bytes.push(utf8.length);
      else bytes.push(255, utf8.length & 255, (utf8.length >> 8) & 255, (utf8.length >> 16) & 255);
      for (const byte of utf8) bytes.push(byte);
    }
  }
  return Number(xxHash64(Uint8Array.from(bytes)));
}
