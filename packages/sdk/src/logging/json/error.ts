/** Errors as JSON fields: type, message, code, stack, their own fields, the chain of causes, the errors of an AggregateError. */
import type { PathNode } from '../redact/path-tree.ts';
import { step } from '../redact/path-tree.ts';
import type { Serializer } from './serializer.ts';

const MAX_ERRORS = 10;
const KNOWN = new Set(['name', 'message', 'stack', 'cause', 'errors', 'code']);

/** Names of the parts of an error in a shape of lines. */
export interface ErrorNames {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
}

const NAMES: ErrorNames = { type: 'type', message: 'message', stack: 'stack' };

/** Fields of an error without the braces. Never throws. */
export function errorFields(
  error: Error,
  node: PathNode | undefined,
  serializer: Serializer,
  names: ErrorNames = NAMES,
): string {
  const message = read(error, 'message');
  let out = `"${names.type}":${serializer.text(typeOf(error))}`;
  out += `,"${names.message}":${serializer.text(typeof message === 'string' ? message : printed(message))}`;
  const code = read(error, 'code');
  if (typeof code === 'string' || typeof code === 'number') out += `,"code":${serializer.value(code)}`;
  const stack = read(error, 'stack');
  if (typeof stack === 'string') out += `,"${names.stack}":${serializer.text(stack)}`;
  const own = ownFields(error, node, serializer);
  if (own !== '') out += `,${own}`;
  const cause = read(error, 'cause');
  if (cause !== undefined) out += `,"cause":${serializer.value(cause, step(node, 'cause'))}`;
  const errors = read(error, 'errors');
  if (isList(errors) && error instanceof AggregateError)
    out += `,"errors":${serializer.items(errors.slice(0, MAX_ERRORS), step(node, 'errors'))}`;
  return out;
}

/** The name an error gives itself, else that of its class. */
function typeOf(error: Error): string {
  const name = read(error, 'name');
  if (typeof name === 'string' && name !== 'Error') return name;
  const { name: className } = (read(error, 'constructor') ?? {}) as { name?: unknown };
  return typeof className === 'string' && className !== '' ? className : 'Error';
}

function ownFields(error: Error, node: PathNode | undefined, serializer: Serializer): string {
  let out = '';
  for (const name of ownNames(error)) {
    const value = KNOWN.has(name) ? undefined : read(error, name);
    if (value === undefined) continue;
    const field = serializer.field(name, value, node);
    out = out === '' ? field : `${out},${field}`;
    if (out.length > serializer.limits.maxText) break;
  }
  return out;
}

function ownNames(error: Error): string[] {
  try {
    return Object.keys(error).slice(0, 50);
  } catch {
    return [];
  }
}

function read(error: Error, name: string): unknown {
  try {
    return (error as unknown as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

function printed(value: unknown): string {
  try {
    return String(value);
  } catch {
    return '';
  }
}

function isList(value: unknown): value is unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}
