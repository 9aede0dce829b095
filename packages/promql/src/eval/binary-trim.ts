/** `</` and `>/` cut native histograms, which are not stored: on other samples they give nothing and say so. */
import { quote } from '@sightline/model';
import { executionError } from '../errors.ts';
import type { BinaryExpr } from '../parser/ast.ts';
import { vectorWithVector } from './binary-vector.ts';
import type { QueryContext } from './context.ts';
import type { Value } from './evaluator.ts';
import { emptyFrame, type Frame } from './frame.ts';

/** @throws PromqlError execution for two scalars, and for matches that any operator forbids */
export async function trimFloats(expr: BinaryExpr, left: Value, right: Value, context: QueryContext): Promise<Frame> {
  const sample = await anyOperand(expr, left, right, context);
  if (sample.has.includes(1)) {
    const types = `float ${expr.op} float`;
    context.inform(`incompatible sample types encountered for binary operator ${quote(expr.op)}: ${types}`, expr);
  }
  return emptyFrame(sample.width);
}

async function anyOperand(expr: BinaryExpr, left: Value, right: Value, context: QueryContext): Promise<Frame> {
  if (left.kind === 'vector' && right.kind === 'vector') {
    return vectorWithVector({ ...expr, op: '-' }, left.frame, right.frame, context);
  }
  if (left.kind === 'vector') return left.frame;
  if (right.kind === 'vector') return right.frame;
  throw executionError(`operator ${quote(expr.op)} not allowed for Scalar operations`);
}
