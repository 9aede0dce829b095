/**
 * Go's values in JavaScript. The common types are primitives: string is string, float64 is number, int is bigint, bool is
 * boolean, untyped nil is null; everything else is one of the classes below and knows its type. Templates reach data only
 * through these, never through properties of JavaScript objects.
 *
 * A Go string holds bytes. Bytes that are not UTF-8 are kept as lone surrogates U+DC80 to U+DCFF (see ../format/bytes.ts).
 */
import { BOOL, FLOAT64, type GoType, INT, STRING, STRING_MAP, STRING_SLICE } from './types.ts';

export type GoValue = null | boolean | number | bigint | string | GoMap | GoSlice | GoStruct | GoPointer | GoNamed;

/** A map with string keys; `entries` is undefined for a nil map. */
export class GoMap {
  readonly type: GoType;
  readonly entries: ReadonlyMap<string, GoValue> | undefined;

  constructor(type: GoType, entries: ReadonlyMap<string, GoValue> | undefined) {
    this.type = type;
    this.entries = entries;
  }
}

/** A slice; `items` is undefined for a nil slice. */
export class GoSlice {
  readonly type: GoType;
  readonly items: readonly GoValue[] | undefined;

  constructor(type: GoType, items: readonly GoValue[] | undefined) {
    this.type = type;
    this.items = items;
  }
}

/** A struct; values in the order of the type's fields. Subclasses hold what Go keeps in unexported fields. */
export class GoStruct {
  readonly type: GoType;
  readonly values: readonly GoValue[];

  constructor(type: GoType, values: readonly GoValue[]) {
    this.type = type;
    this.values = values;
  }
}

/** A pointer; `target` is undefined for a nil pointer. */
export class GoPointer {
  readonly type: GoType;
  readonly target: GoStruct | GoNamed | undefined;

  constructor(type: GoType, target: GoStruct | GoNamed | undefined) {
    this.type = type;
    this.target = target;
  }
}

/** A number, string or bool whose type is not the primitive's own: time.Duration, uint8, template.HTML. */
export class GoNamed {
  readonly type: GoType;
  readonly value: boolean | number | bigint | string;

  constructor(type: GoType, value: boolean | number | bigint | string) {
    this.type = type;
    this.value = value;
  }
}

/** The dynamic type; undefined for nil. */
export function typeOf(value: GoValue): GoType | undefined {
  switch (typeof value) {
    case 'string':
      return STRING;
    case 'number':
      return FLOAT64;
    case 'bigint':
      return INT;
    case 'boolean':
      return BOOL;
    default:
      return value?.type;
  }
}

export function typeName(value: GoValue): string {
  return typeOf(value)?.name ?? '<nil>';
}

/** The primitive inside a basic value of any type, or undefined for composite values and nil. */
export function basic(value: GoValue): boolean | number | bigint | string | undefined {
  if (typeof value !== 'object') return value;
  return value instanceof GoNamed ? value.value : undefined;
}

/** The value that a variable of this type has before anything is assigned. */
export function zeroValue(type: GoType): GoValue {
  switch (type.kind) {
    case 'string':
      return type === STRING ? '' : new GoNamed(type, '');
    case 'bool':
      return type === BOOL ? false : new GoNamed(type, false);
    case 'float':
      return type === FLOAT64 ? 0 : new GoNamed(type, 0);
    case 'int':
    case 'uint':
      return type === INT ? 0n : new GoNamed(type, 0n);
    case 'map':
      return new GoMap(type, undefined);
    case 'slice':
      return new GoSlice(type, undefined);
    case 'pointer':
      return new GoPointer(type, undefined);
    case 'struct':
      return new GoStruct(
        type,
        (type.fields ?? []).map((field) => zeroValue(field.type)),
      );
    case 'interface':
      return null;
  }
}

/** What stands behind a pointer, or the value itself; undefined when the pointer is nil. */
export function indirect(value: GoValue): GoValue | undefined {
  return value instanceof GoPointer ? value.target : value;
}

/** Go's truth: not the zero value; structs are always true. */
export function isTrue(value: GoValue): boolean {
  const plain = basic(value);
  if (plain !== undefined) return Number.isNaN(plain) || Boolean(plain);
  if (value instanceof GoMap) return (value.entries?.size ?? 0) > 0;
  if (value instanceof GoSlice) return (value.items?.length ?? 0) > 0;
  if (value instanceof GoPointer) return value.target !== undefined;
  return value instanceof GoStruct;
}

/** map[string]string */
export function stringMap(entries: Iterable<readonly [string, string]>): GoMap {
  return new GoMap(STRING_MAP, new Map(entries));
}

/** []string */
export function stringSlice(items: readonly string[]): GoSlice {
  return new GoSlice(STRING_SLICE, items);
}
