/** Binary operators where at least one side is a scalar. */
import { type ArithmeticOp, type BinaryExpr, type BinaryOp, isComparison } from '../parser/ast.ts';
import { filterValues, type Frame, mapValues, mergeRows, withoutNames } from './frame.ts';
import { ARITHMETIC, COMPARISON } from './operators.ts';
import type { Pacer } from './pacer.ts';

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
export async function vectorWithScalar(
  expr: BinaryExpr,
  vector: Frame,
  scalar: Float64Array,
  isScalarLeft: boolean,
  pacer: Pacer,
): Promise<Frame> {
  const compute = isComparison(expr.op) ? COMPARISON[expr.op] : ARITHMETIC[expr.op as ArithmeticOp];
  const apply = isScalarLeft
    ? (value: number, step: number) => compute(scalar[step] as number, value)
    : (value: number, step: number) => compute(value, scalar[step] as number);
  if (isComparison(expr.op) && !expr.returnBool) {
    return filterValues(vector, (value, step) => apply(value, step) === true, pacer);
  }
  const mapped = await mapValues(vector, (value, step) => Number(apply(value, step)), pacer);
  return mergeRows(await withoutNames(mapped, pacer), pacer);
}
