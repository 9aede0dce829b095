/** Binary operators where at least one side is a scalar. */
import { type BinaryOp, type ComparisonOp, isComparison, type ArithmeticOp } from '../parser/ast.ts';
import { type Frame, mergeRows, newFrame, withoutNames } from './frame.ts';
import { ARITHMETIC, COMPARISON } from './operators.ts';

/** Comparisons between scalars always carry `bool` (the type check sees to it). */
export function scalarWithScalar(op: BinaryOp, left: Float64Array, right: Float64Array): Float64Array {
  if (isComparison(op)) {
    const compare = COMPARISON[op];
    return left.map((value, k) => (compare(value, right[k] as number) ? 1 : 0));
  }
  const combine = ARITHMETIC[op as ArithmeticOp];
  return left.map((value, k) => combine(value, right[k] as number));
}

/** A comparison without `bool` filters the vector and keeps its values and names, on whichever side it stands. */
export function vectorWithScalar(
  op: BinaryOp,
  vector: Frame,
  scalar: Float64Array,
  isScalarLeft: boolean,
  returnBool: boolean,
): Frame {
  if (isComparison(op)) return compare(op, vector, scalar, isScalarLeft, returnBool);
  const combine = ARITHMETIC[op as ArithmeticOp];
  const { width, values, has } = vector;
  const out = newFrame(vector.labels, width);
  out.has.set(has);
  for (let at = 0; at < values.length; at++) {
    if (has[at] === 0) continue;
    const value = values[at] as number;
    const other = scalar[at % width] as number;
    out.values[at] = isScalarLeft ? combine(other, value) : combine(value, other);
  }
  return mergeRows(withoutNames(out));
}

function compare(
  op: ComparisonOp,
  vector: Frame,
  scalar: Float64Array,
  isScalarLeft: boolean,
  returnBool: boolean,
): Frame {
  const isTrue = COMPARISON[op];
  const { width, values, has } = vector;
  const out = newFrame(vector.labels, width);
  for (let at = 0; at < values.length; at++) {
    if (has[at] === 0) continue;
    const value = values[at] as number;
    const other = scalar[at % width] as number;
    const holds = isScalarLeft ? isTrue(other, value) : isTrue(value, other);
    if (!returnBool && !holds) continue;
    out.values[at] = returnBool ? Number(holds) : value;
    out.has[at] = 1;
  }
  return returnBool ? mergeRows(withoutNames(out)) : out;
}
