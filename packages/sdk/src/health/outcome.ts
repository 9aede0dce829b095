/**
 * Makes what a check answered, threw or failed to do fit for a page that strangers may read: secrets hidden, texts and
 * numbers of fields bounded, nothing but plain JSON.
 */
import { hideSecretsInLong } from '../logging/redact/secret-patterns.ts';
import type { CheckOutcome, HealthStatus } from './check.ts';

const MAX_TEXT = 500;
const MAX_FIELDS = 32;
const MAX_DEPTH = 3;
const MAX_CAUSES = 4;
const SECRET_FIELD = /pass(word|wd|phrase)?$|secret|token|api_?key|authorization|cookie|credential|private_?key/i;
/** Fields of the report itself, which a check cannot take over. */
const OWN_FIELDS = new Set(['name', 'status', 'category', 'critical', 'response_time_ms', 'timestamp', 'blocked_by']);

export interface Outcome {
  readonly status: HealthStatus;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Reads the answer of a check; an answer it does not know is a failed check, told as such. */
export function readAnswer(answer: unknown): Outcome {
  if (answer === undefined || answer === true) return { status: 'healthy', message: 'ok', details: {} };
  if (answer === false) return { status: 'critical', message: 'the check answered false', details: {} };
  if (!isOutcome(answer)) {
    const message = 'the check answered neither true, false nor { status: "healthy" | "warning" | "critical" }';
    return { status: 'critical', message, details: {} };
  }
  const { status, message, ...rest } = answer;
  const said = message === undefined ? (status === 'healthy' ? 'ok' : status) : clean(String(message));
  return { status, message: said, details: plainFields(rest) };
}

function isOutcome(answer: unknown): answer is CheckOutcome {
  if (typeof answer !== 'object' || answer === null) return false;
  const { status } = answer as { status?: unknown };
  return status === 'healthy' || status === 'warning' || status === 'critical';
}

/** The message of an error and its causes, without stack. */
export function describeFailure(error: unknown): string {
  const parts: string[] = [];
  let cause = error;
  while (cause !== undefined && cause !== null && parts.length < MAX_CAUSES) {
    const text = describeOne(cause);
    if (text !== '' && !parts.includes(text)) parts.push(text);
    cause = cause instanceof Error ? (cause.cause ?? firstOf(cause)) : undefined;
  }
  return clean(parts.length === 0 ? 'failed without a message' : parts.join(': '));
}

/** Node reports a host that refuses on all of its addresses as an AggregateError without message. */
function firstOf(error: Error): unknown {
  return error instanceof AggregateError ? error.errors[0] : undefined;
}

function describeOne(error: unknown): string {
  try {
    if (!(error instanceof Error)) return String(error);
    const { code } = error as { code?: unknown };
    return error.message !== '' ? error.message : typeof code === 'string' ? code : error.name;
  } catch {
    return 'an error that has no text';
  }
}

function clean(text: string): string {
  const masked = hideSecretsInLong(text.slice(0, MAX_TEXT * 4));
  return masked.length > MAX_TEXT ? `${masked.slice(0, MAX_TEXT)}…` : masked;
}

function plainFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  let count = 0;
  for (const [key, value] of Object.entries(fields)) {
    if (OWN_FIELDS.has(key) || key === '__proto__') continue;
    if (++count > MAX_FIELDS) break;
    const plain = SECRET_FIELD.test(key) ? '[REDACTED]' : plainValue(value, 1);
    if (plain !== undefined) out[key.slice(0, 100)] = plain;
  }
  return out;
}

function plainValue(value: unknown, depth: number): unknown {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string') return clean(value);
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Error) return describeFailure(value);
  if (typeof value !== 'object' || depth > MAX_DEPTH) return undefined;
  if (Array.isArray(value)) return value.slice(0, MAX_FIELDS).map((item) => plainValue(item, depth + 1) ?? null);
  const out: Record<string, unknown> = {};
  for (const key of Object.keys(value).slice(0, MAX_FIELDS)) {
    if (key === '__proto__') continue;
    const inner = (value as Record<string, unknown>)[key];
    const plain = SECRET_FIELD.test(key) ? '[REDACTED]' : plainValue(inner, depth + 1);
    if (plain !== undefined) out[key.slice(0, 100)] = plain;
  }
  return out;
}
