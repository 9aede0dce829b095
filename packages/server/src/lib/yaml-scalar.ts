/**
 * What a plain YAML scalar means. Follows the YAML 1.1 reading of Go's yaml.v2, which decides what Prometheus accepts:
 * `yes`, `on` and `y` are booleans, `0x10`, `010` and `1_000` are integers.
 */
import type { YamlScalar } from './yaml-node.ts';

export type ScalarValue =
  | { readonly type: 'null' }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'string' };

const NULLS = new Set(['', '~', 'null', 'Null', 'NULL']);
const TRUE = new Set(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']);
const FALSE = new Set(['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']);
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const STRING: ScalarValue = { type: 'string' };

const MIN_INT64 = -(2n ** 63n);
const MAX_UINT64 = 2n ** 64n - 1n;

/** The type and value of a scalar; quoted and block text, or an explicit `!!str`, is a string. */
export function resolveScalar(node: YamlScalar): ScalarValue {
  const isOwnTag = node.tag !== undefined && !node.tag.startsWith('tag:yaml.org,2002:');
  if (isOwnTag || node.tag === 'tag:yaml.org,2002:str' || (!node.isPlain && node.tag === undefined)) return STRING;
  const text = node.text;
  if (NULLS.has(text)) return { type: 'null' };
  if (TRUE.has(text)) return { type: 'bool', value: true };
  if (FALSE.has(text)) return { type: 'bool', value: false };
  return resolveNumber(text);
}

function resolveNumber(text: string): ScalarValue {
  const special = /^([-+]?)\.(?:inf|Inf|INF)$/.exec(text);
  if (special !== null)
    return { type: 'float', value: special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY };
  if (/^\.(?:nan|NaN|NAN)$/.test(text)) return { type: 'float', value: Number.NaN };
  const plain = text.replaceAll('_', '');
  const integer = parseInteger(plain);
  if (integer !== undefined) return { type: 'int', value: integer };
  return FLOAT.test(plain) ? { type: 'float', value: Number(plain) } : STRING;
}

/** Go's strconv.ParseInt with base 0: sign, then 0x, 0o, 0b or a leading 0 (octal), else decimal. */
function parseInteger(text: string): bigint | undefined {
  const match = /^([-+]?)(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9][0-9]*)$/.exec(text);
  if (match === null) return undefined;
  const digits = match[2] as string;
  const isOldOctal = /^0[0-7]+$/.test(digits);
  const size = BigInt(isOldOctal ? `0o${digits.slice(1)}` : digits.toLowerCase());
  const value = match[1] === '-' ? -size : size;
  return value >= MIN_INT64 && value <= MAX_UINT64 ? value : undefined;
}

/** True for what decodes to "nothing given". */
export function isNull(node: YamlScalar): boolean {
  return resolveScalar(node).type === 'null';
}
