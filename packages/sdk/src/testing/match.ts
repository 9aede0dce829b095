/**
 * Compares what was captured with what a test expects, in part: fields that the expectation does not name may be anything. An
 * expected RegExp, predicate or asymmetric matcher of a test runner (`expect.any(Number)`) judges the value itself.
 */
import { inspect } from 'node:util';

/** What a field of an expectation may be. */
export type Matcher<TValue> =
  | TValue
  | ((value: TValue) => boolean)
  | (TValue extends string ? RegExp : never)
  | { asymmetricMatch(value: unknown): boolean };

/** A field that is not as expected. */
export interface Mismatch {
  /** Path of the field, e.g. `data.order.id`. */
  readonly path: string;
  readonly message: string;
}

const MAX_DEPTH = 20;

/** Where `actual` is not what `expected` asks for; empty when it matches. */
export function mismatches(expected: unknown, actual: unknown, path = '', depth = 0): Mismatch[] {
  const wrong = (message: string): Mismatch[] => [{ path: path === '' ? 'value' : path, message }];
  if (depth > MAX_DEPTH) return wrong(`nested deeper than ${MAX_DEPTH}`);
  if (expected instanceof RegExp) {
    const isMatch = typeof actual === 'string' && new RegExp(expected).test(actual);
    return isMatch ? [] : wrong(`expected to match ${expected}, got ${show(actual)}`);
  }
  if (typeof expected === 'function') {
    return expected(actual) === true
      ? []
      : wrong(`${show(actual)} does not satisfy ${expected.name || 'the predicate'}`);
  }
  if (typeof expected !== 'object' || expected === null)
    return Object.is(expected, actual) ? [] : wrong(`expected ${show(expected)}, got ${show(actual)}`);
  if (isAsymmetric(expected))
    return expected.asymmetricMatch(actual) ? [] : wrong(`expected ${show(expected)}, got ${show(actual)}`);
  if (typeof actual !== 'object' || actual === null) return wrong(`expected ${show(expected)}, got ${show(actual)}`);
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length)
      return wrong(`expected ${show(expected)}, got ${show(actual)}`);
    return expected.flatMap((item, index) => mismatches(item, actual[index], `${path}[${index}]`, depth + 1));
  }
  return Object.entries(expected).flatMap(([key, value]) =>
    mismatches(value, (actual as Record<string, unknown>)[key], path === '' ? key : `${path}.${key}`, depth + 1),
  );
}

function isAsymmetric(value: object): value is { asymmetricMatch(value: unknown): boolean } {
  return typeof (value as { asymmetricMatch?: unknown }).asymmetricMatch === 'function';
}

/** A value for a message, short. */
export function show(value: unknown): string {
  const text = inspect(value, {
    depth: 4,
    breakLength: Number.POSITIVE_INFINITY,
    maxStringLength: 200,
    maxArrayLength: 10,
  });
  return text.length > 500 ? `${text.slice(0, 499)}…` : text;
}
