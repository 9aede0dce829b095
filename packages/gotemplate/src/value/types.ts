/**
 * Go's types as far as templates can see them: what `%T` writes, what may be assigned to what, which methods exist.
 * Two types are the same when their names are; named types (`template.KV`) carry the type they are built from.
 */
import type { GoValue } from './values.ts';

type Kind = 'bool' | 'int' | 'uint' | 'float' | 'string' | 'map' | 'slice' | 'struct' | 'pointer' | 'interface';

interface GoField {
  readonly name: string;
  readonly type: GoType;
  /** Name in JSON, for toJson; the field's own name when absent. */
  readonly json?: string;
}

export interface GoType {
  readonly kind: Kind;
  /** As %T writes it. */
  readonly name: string;
  /** Of maps (the keys are strings), slices and pointers. */
  readonly elem?: GoType;
  readonly fields?: readonly GoField[];
  readonly methods?: ReadonlyMap<string, GoFunction>;
  /** The unnamed type that a named map or slice is built from. */
  readonly underlying?: GoType;
  /** The String method, which fmt prefers over the value itself. */
  readonly text?: (value: GoValue) => string;
  /** The GoString method, for %#v. */
  readonly source?: (value: GoValue) => string;
  /** Unexported fields, which only error messages know. */
  readonly hidden?: readonly string[];
}

/** A template function, or a method with its receiver. Throws FunctionError for what Go returns as an error. */
export interface GoFunction {
  readonly params: readonly GoType[];
  /** Type of the further arguments of a variadic function. */
  readonly rest?: GoType;
  /** Results when they are more than one; such a method cannot be called. */
  readonly results?: number;
  readonly call: (args: readonly GoValue[], receiver: GoValue) => GoValue;
}

export const BOOL: GoType = { kind: 'bool', name: 'bool' };
export const INT: GoType = { kind: 'int', name: 'int' };
export const INT64: GoType = { kind: 'int', name: 'int64' };
export const UINT8: GoType = { kind: 'uint', name: 'uint8' };
export const FLOAT64: GoType = { kind: 'float', name: 'float64' };
export const STRING: GoType = { kind: 'string', name: 'string' };
export const ANY: GoType = { kind: 'interface', name: 'interface {}' };

function mapOf(elem: GoType): GoType {
  return { kind: 'map', name: `map[string]${elem.name}`, elem };
}

export function sliceOf(elem: GoType): GoType {
  return { kind: 'slice', name: `[]${elem.name}`, elem };
}

export function pointerTo(elem: GoType): GoType {
  return { kind: 'pointer', name: `*${elem.name}`, elem };
}

export const STRING_MAP = mapOf(STRING);
export const ANY_MAP = mapOf(ANY);
export const STRING_SLICE = sliceOf(STRING);

/** Go's assignability, for the types that exist here. */
export function isAssignable(from: GoType, to: GoType): boolean {
  if (to.kind === 'interface' || from.name === to.name) return true;
  if (from.kind !== to.kind || (isNamed(from) && isNamed(to))) return false;
  return (from.underlying ?? from).name === (to.underlying ?? to).name;
}

function isNamed(type: GoType): boolean {
  return type.underlying !== undefined || !['map', 'slice', 'pointer'].includes(type.kind);
}

export function canBeNil(type: GoType): boolean {
  return type.kind === 'interface' || type.kind === 'map' || type.kind === 'pointer' || type.kind === 'slice';
}
