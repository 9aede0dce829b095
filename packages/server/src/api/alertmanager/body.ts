/** Bodies of requests: JSON whose shape is checked the way Alertmanager's OpenAPI schema is. */
import { Labels } from '@sightline/model';
import type { HttpInput } from '../../lib/http.ts';
import { parseTimeMs } from '../prometheus/params.ts';
import { SCHEMA_CODES, schemaError } from './answer.ts';

const MAX_BODY_BYTES = 16 * 1024 * 1024;

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
    const ms = text.includes('T') ? parseTimeMs(text) : undefined;
    if (ms === undefined) throw this.bad(`${place}: ${JSON.stringify(text)} is not a time of RFC 3339`);
    return ms;
  }

  /** Labels with an empty value are absent ones. */
  labels(value: unknown, place: string): Labels {
    const pairs: [string, string][] = [];
    for (const [name, text] of Object.entries(this.object(value, place))) {
      const known = this.text(text, `${place}.${name}`) ?? '';
      if (known !== '') pairs.push([name, known]);
    }
    return Labels.fromPairs(pairs);
  }

  bad(reason: string): Error {
    return schemaError(400, `parsing ${this.#subject} body from "" failed, because ${reason}`);
  }

  missing(place: string): Error {
    return schemaError(SCHEMA_CODES.required, `${place} in body is required`);
  }
}
