/** index, slice and len. Strings are indexed by byte. */
import { FunctionError } from '../errors.ts';
import { byteLength, sliceBytes, toBytes } from '../format/bytes.ts';
import { STRING, UINT8 } from '../value/types.ts';
import {
  basic,
  GoMap,
  GoNamed,
  GoSlice,
  type GoValue,
  indirect,
  typeName,
  typeOf,
  zeroValue,
} from '../value/values.ts';

function indexArgument(index: GoValue, capacity: number): number {
  const plain = basic(index);
  if (index === null) throw new FunctionError('cannot index slice/array with nil');
  if (typeof plain !== 'bigint') throw new FunctionError(`cannot index slice/array with type ${typeName(index)}`);
  if (plain < 0n || plain > BigInt(capacity)) throw new FunctionError(`index out of range: ${plain}`);
  return Number(plain);
}

/** The length of what can be indexed by number, undefined for other values. */
function sequenceLength(value: GoValue): number | undefined {
  if (value instanceof GoSlice) return value.items?.length ?? 0;
  const plain = basic(value);
  return typeof plain === 'string' ? byteLength(plain) : undefined;
}

/** x[1][2][3] */
export function indexInto(item: GoValue, indexes: readonly GoValue[]): GoValue {
  if (item === null) throw new FunctionError('index of untyped nil');
  let value: GoValue = item;
  for (const index of indexes) value = indexOnce(value, index);
  return value;
}

function indexOnce(item: GoValue, index: GoValue): GoValue {
  const value = indirect(item);
  if (value === undefined || value === null) throw new FunctionError('index of nil pointer');
  const length = sequenceLength(value);
  if (length !== undefined) {
    const at = indexArgument(index, length);
    if (at >= length) throw new FunctionError(`index out of range: ${at}`);
    if (value instanceof GoSlice) return value.items?.[at] ?? null;
    return new GoNamed(UINT8, BigInt(toBytes(basic(value) as string)[at] ?? 0));
  }
  if (!(value instanceof GoMap)) throw new FunctionError(`can't index item of type ${typeName(value)}`);
  const key = index === null ? undefined : basic(index);
  if (index === null) throw new FunctionError(`value is nil; should be of type ${STRING.name}`);
  if (typeof key !== 'string' || typeOf(index) !== STRING)
    throw new FunctionError(`value has type ${typeName(index)}; should be ${STRING.name}`);
  return value.entries?.get(key) ?? (value.type.elem === undefined ? null : zeroValue(value.type.elem));
}

/** x[i:j]; slices also x[i:j:k] */
export function sliceOf(item: GoValue, indexes: readonly GoValue[]): GoValue {
  if (item === null) throw new FunctionError('slice of untyped nil');
  if (indexes.length > 3) throw new FunctionError(`too many slice indexes: ${indexes.length}`);
  const text = basic(item);
  if (typeof text === 'string' && indexes.length === 3) throw new FunctionError('cannot 3-index slice a string');
  const length = sequenceLength(item);
  if (length === undefined) throw new FunctionError(`can't slice item of type ${typeName(item)}`);
  const [from = 0, to = length] = indexes.map((index) => indexArgument(index, length));
  if (from > to) throw new FunctionError(`invalid slice index: ${from} > ${to}`);
  if (item instanceof GoSlice) return new GoSlice(item.type, (item.items ?? []).slice(from, to));
  const part = sliceBytes(String(text), from, to);
  return item instanceof GoNamed ? new GoNamed(item.type, part) : part;
}

export function lengthOf(item: GoValue): GoValue {
  const value = indirect(item);
  if (value === undefined) throw new FunctionError('len of nil pointer');
  if (value instanceof GoMap) return BigInt(value.entries?.size ?? 0);
  const length = sequenceLength(value);
  if (length === undefined)
    throw new FunctionError(
      value === null ? 'reflect: call of reflect.Value.Type on zero Value' : `len of type ${typeName(value)}`,
    );
  return BigInt(length);
}
