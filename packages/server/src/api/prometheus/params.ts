/**
 * Parameters of the Prometheus HTTP API: from the URL or a form body, with Prometheus's grammar and words
 * (Prometheus 3.x web/api/v1/api.go: parseTime, parseDuration, parseLimitParam, parseMatchersParam).
 */
import { type Matcher, parseDurationMs, quote } from '@sightline/model';
import { parseSelector } from '@sightline/promql';
import type { HttpInput } from '../../lib/http.ts';
import { ApiError } from '../http/errors.ts';

const MAX_FORM_BYTES = 4 * 1024 * 1024;
/** Bounds that no sample lies beyond; they stand for Prometheus's minimum and maximum time. */
const MIN_TIME_MS = -8.64e15;
const MAX_TIME_MS = 8.64e15;
/** How Prometheus prints its own minimum and maximum time; clients send them back. */
const MIN_TIME_TEXT = '-292273086-05-16T16:47:06Z';
const MAX_TIME_TEXT = '292277025-08-18T07:12:54.999999999Z';

/** The parameters of a request, the form's before the URL's. */
export async function readParams(input: HttpInput): Promise<URLSearchParams> {
  if (input.method !== 'POST') return input.query;
  const type = input.headers['content-type'] ?? '';
  if (!/^application\/x-www-form-urlencoded\b/i.test(type)) return input.query;
  const form = new URLSearchParams((await input.body(MAX_FORM_BYTES)).toString('utf8'));
  for (const [name, value] of input.query) form.append(name, value);
  return form;
}

export function invalidParam(name: string, message: string): ApiError {
  return new ApiError('bad_data', `invalid parameter ${quote(name)}: ${message}`);
}

/** Unix ms. @throws ApiError */
export function requiredTime(params: URLSearchParams, name: string): number {
  const text = params.get(name) ?? '';
  const ms = parseTimeMs(text);
  if (ms === undefined) throw invalidParam(name, badTime(text));
  return ms;
}

/** Unix ms, `absent` when it is not given. @throws ApiError */
export function optionalTime<TAbsent>(params: URLSearchParams, name: string, absent: TAbsent): number | TAbsent {
  const text = params.get(name) ?? '';
  if (text === '') return absent;
  const ms = parseTimeMs(text);
  if (ms === undefined) throw invalidParam(name, `Invalid time value for '${name}': ${badTime(text)}`);
  return ms;
}

export function timeBounds(params: URLSearchParams): { startMs: number; endMs: number } {
  return { startMs: optionalTime(params, 'start', MIN_TIME_MS), endMs: optionalTime(params, 'end', MAX_TIME_MS) };
}

function badTime(text: string): string {
  return `cannot parse ${quote(text)} to a valid timestamp`;
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d+)?(?:Z|[+-](\d{2}):(\d{2}))$/;

/** Seconds with a fraction, or RFC 3339; undefined when it is neither. */
export function parseTimeMs(text: string): number | undefined {
  if (DECIMAL.test(text)) {
    const seconds = Number(text);
    const whole = Math.trunc(seconds);
    return clampTime(whole * 1e3 + Math.round((seconds - whole) * 1e3));
  }
  if (text === MIN_TIME_TEXT) return MIN_TIME_MS;
  if (text === MAX_TIME_TEXT) return MAX_TIME_MS;
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', zoneHour = '0', zoneMinute = '0'] = match;
  const isInRange = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
  if (!isInRange || Number(zoneHour) > 24 || Number(zoneMinute) >= 60 || !isDate(year, month, day)) return undefined;
  return Date.parse(fraction.length <= 4 ? text : text.replace(fraction, fraction.slice(0, 4)));
}

function isDate(year: string | undefined, month: string | undefined, day: string | undefined): boolean {
  const date = new Date(Date.UTC(2000, Number(month) - 1, Number(day)));
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

function clampTime(ms: number): number {
  return Math.min(MAX_TIME_MS, Math.max(MIN_TIME_MS, ms));
}

/** Go's largest time.Duration, in seconds. */
const MAX_DURATION_SECONDS = 9_223_372_036.854_776;

/** Seconds as a number, or a duration with units; in ms, fractions cut off. @throws Error in Prometheus's words */
export function parseStepMs(text: string): number {
  if (DECIMAL.test(text)) {
    const seconds = Number(text);
    if (Math.abs(seconds) > MAX_DURATION_SECONDS) {
      throw new Error(`cannot parse ${quote(text)} to a valid duration. It overflows int64`);
    }
    return Math.trunc(Number((seconds * 1e3).toPrecision(15)));
  }
  const ms = parseDurationMs(text);
  if (ms === undefined) throw new Error(`cannot parse ${quote(text)} to a valid duration`);
  return ms;
}

export function requiredDuration(params: URLSearchParams, name: string): number {
  try {
    return parseStepMs(params.get(name) ?? '');
  } catch (error) {
    throw invalidParam(name, (error as Error).message);
  }
}

export function optionalDuration(params: URLSearchParams, name: string): number | undefined {
  return (params.get(name) ?? '') === '' ? undefined : requiredDuration(params, name);
}

/** `lookback_delta`, whose error has words of its own. */
export function lookbackDelta(params: URLSearchParams): number | undefined {
  const text = params.get('lookback_delta') ?? '';
  if (text === '') return undefined;
  try {
    return parseStepMs(text);
  } catch (error) {
    throw new ApiError('bad_data', `error parsing lookback delta duration: ${(error as Error).message}`);
  }
}

/** 0 for no limit. @throws ApiError */
export function limitParam(params: URLSearchParams): number {
  const text = params.get('limit') ?? '';
  if (text === '') return 0;
  if (!/^[+-]?\d+$/.test(text)) throw invalidParam('limit', `strconv.Atoi: parsing ${quote(text)}: invalid syntax`);
  const limit = Number(text);
  if (!Number.isSafeInteger(limit)) {
    throw invalidParam('limit', `strconv.Atoi: parsing ${quote(text)}: value out of range`);
  }
  if (limit < 0) throw invalidParam('limit', 'limit must be non-negative');
  return limit;
}

/** A count that may be absent (undefined) and has an error text of its own. @throws ApiError */
export function countParam(params: URLSearchParams, name: string): number | undefined {
  const text = params.get(name) ?? '';
  if (text === '') return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw new ApiError('bad_data', `${name} must be a number`);
  return Number(text);
}

const EMPTY_MATCHERS = 'match[] must contain at least one non-empty matcher';

/** Every `match[]` as matchers. @throws ApiError */
export function matcherSets(params: URLSearchParams): Matcher[][] {
  return params.getAll('match[]').map((text) => {
    try {
      return parseSelector(text);
    } catch (error) {
      const { message } = error as Error;
      throw new ApiError('bad_data', /at least one non-empty matcher/.test(message) ? EMPTY_MATCHERS : message);
    }
  });
}

/** A selector in a parameter of its own. @throws ApiError */
export function parseMatchParam(name: string, text: string): Matcher[] {
  try {
    return parseSelector(text);
  } catch (error) {
    throw invalidParam(name, (error as Error).message);
  }
}

export const TRUNCATED = 'results truncated due to limit';
