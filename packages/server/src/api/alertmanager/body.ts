/** Bodies of requests: JSON whose shape is checked the way Alertmanager's OpenAPI schema is. */
import { compareStrings, Labels } from '@sightline/model';
import type { HttpInput } from '../../lib/http.ts';
import { parseTimeMs } from '../prometheus/params.ts';
import { SCHEMA_CODES, schemaError } from './answer.ts';

const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** RFC 3339 and what go-openapi/strfmt takes beside it: a space for the T, no seconds, no zone, a zone without a colon. */
const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/;

export type JsonObject = Readonly<Record<string, unknown>>;

/** One value of a body, with the words that name its place. */
export class BodyReader {
  /** `alerts` or `silence`. */
  readonly #subject: string;

  constructor(subject: string) {
    this.#subject = subject;
  }

  /** @throws AlertmanagerApiError 415, 422 when there is none, 400 when it is not JSON */
  async read(input: HttpInput): Promise<unknown> {
    const type = input.headers['content-type'] ?? '';
    const [media = ''] = type.split(';');
    if (media.trim().toLowerCase() !== 'application/json') {
      throw schemaError(415, `unsupported media type ${JSON.stringify(type)}, only [application/json] are allowed`);
    }
    const text = (await input.body(MAX_BODY_BYTES)).toString('utf8');
    if (text === '') throw this.missing(this.#subject);
    try {
      return JSON.parse(text);
    } catch (error) {
      throw this.bad((error as Error).message);
    }
  }

  object(value: unknown, place: string): JsonObject {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw this.bad(`${place} is not an object`);
    return value as JsonObject;
  }

  array(value: unknown, place: string): readonly unknown[] {
    if (!Array.isArray(value)) throw this.bad(`${place} is not an array`);
    return value;
  }

  /** Undefined where the member is absent or null. */
  text(value: unknown, place: string): string | undefined {
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') throw this.bad(`${place} is not a string`);
    return value;
  }

  flag(value: unknown, place: string): boolean | undefined {
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'boolean') throw this.bad(`${place} is not a boolean`);
    return value;
  }

  /** Unix ms; Go's zero time and the empty text are no time. */
  time(value: unknown, place: string): number | undefined {
    const text = this.text(value, place);
    if (text === undefined || text === '' || text.startsWith('0001-01-01T00:00:00')) return undefined;
    const match = TIME.exec(text);
    const [, date, minute, second = ':00', zone = 'Z'] = match ?? [];
    const ms = match === null ? undefined : parseTimeMs(`${date}T${minute}${second}${zoneText(zone)}`);
    if (ms === undefined) throw this.bad(`${place}: ${JSON.stringify(text)} is not a time of RFC 3339`);
    return ms;
  }

  /** Labels with an empty value are absent ones. */
  labels(value: unknown, place: string): Labels {
    return Labels.fromPairs(this.#pairs(value, place).filter(([, text]) => text !== ''));
  }

  /** As labels, but what is empty stays. */
  annotations(value: unknown, place: string): Labels {
    const pairs = this.#pairs(value, place).sort(([a], [b]) => compareStrings(a, b));
    return Labels.fromSorted(pairs.flat());
  }

  #pairs(value: unknown, place: string): [name: string, text: string][] {
    const entries = Object.entries(this.object(value, place));
    return entries.map(([name, text]) => [name, this.text(text, `${place}.${name}`) ?? '']);
  }

  bad(reason: string): Error {
    return schemaError(400, `parsing ${this.#subject} body from "" failed, because ${reason}`);
  }

  missing(place: string): Error {
    return schemaError(SCHEMA_CODES.required, `${place} in body is required`);
  }
}

function zoneText(zone: string): string {
  return zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
}
