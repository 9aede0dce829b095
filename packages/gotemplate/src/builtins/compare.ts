/** eq, lt and the like: basic values of one kind compare, integers of either sign too, anything else is an error. */
import { FunctionError } from '../errors.ts';
import { compareText, sprint } from '../format/print.ts';
import { basic, GoMap, GoPointer, GoSlice, GoStruct, type GoValue, typeName, typeOf } from '../value/values.ts';

const BAD_TYPE = 'invalid type for comparison';
const INCOMPATIBLE = 'incompatible types for comparison';

type Kind = 'bool' | 'string' | 'float' | 'integer' | 'other';

function kindOf(value: GoValue): Kind {
  const kind = typeOf(value)?.kind;
  if (kind === 'int' || kind === 'uint') return 'integer';
  return kind === 'bool' || kind === 'string' || kind === 'float' ? kind : 'other';
}

function isComparable(value: GoValue): boolean {
  if (value instanceof GoStruct) return value.values.every(isComparable);
  return !(value instanceof GoMap) && !(value instanceof GoSlice);
}

function refuseUncomparable(value: GoValue): void {
  if (!isComparable(value)) throw new FunctionError(`non-comparable type ${sprint([value])}: ${typeName(value)}`);
}

/** a == b || a == c || ... */
export function isEqual(first: GoValue, others: readonly GoValue[]): boolean {
  if (others.length === 0) throw new FunctionError('missing argument for comparison');
  const kind = kindOf(first);
  return others.some((other) => {
    if (kindOf(other) !== kind) {
      if (first !== null && other !== null) throw new FunctionError(INCOMPATIBLE);
      return false;
    }
    if (kind !== 'other') return basic(first) === basic(other);
    refuseUncomparable(first);
    refuseUncomparable(other);
    return isIdentical(first, other);
  });
}

function isIdentical(a: GoValue, b: GoValue): boolean {
  if (a === b) return true;
  if (a instanceof GoPointer && b instanceof GoPointer) return a.target === b.target && a.type.name === b.type.name;
  if (a instanceof GoStruct && b instanceof GoStruct)
    return a.type.name === b.type.name && a.values.every((value, index) => isIdentical(value, b.values[index] ?? null));
  const plain = basic(a);
  return plain !== undefined && plain === basic(b) && typeName(a) === typeName(b);
}

export function isLess(a: GoValue, b: GoValue): boolean {
  const kind = kindOf(a);
  const other = kindOf(b);
  if (kind === 'other' || other === 'other') throw new FunctionError(BAD_TYPE);
  if (kind !== other) throw new FunctionError(INCOMPATIBLE);
  const left = basic(a);
  const right = basic(b);
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right) < 0;
  if (typeof left === 'bigint' && typeof right === 'bigint') return left < right;
  if (typeof left === 'number' && typeof right === 'number') return left < right;
  throw new FunctionError(BAD_TYPE);
}
