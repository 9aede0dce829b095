/** Bodies of requests to `/api/sightline/v1`: one JSON object, its members read one by one with errors that name them. */
import type { HttpInput } from '../../lib/http.ts';
import { ApiError } from '../http/errors.ts';

const MAX_BODY_BYTES = 4 * 1024 * 1024;

export class JsonBody {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #place: string;

  /** @param place of the object in the body, with a dot at its end; '' for the body itself */
  constructor(value: unknown, place = '') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw bad(place === '' ? 'the body is not a JSON object' : `"${place.slice(0, -1)}" is not an object`);
    }
    this.#fields = value as Record<string, unknown>;
    this.#place = place;
  }

  /** @throws ApiError bad_data; HttpError when it is too large */
  static async read(input: HttpInput): Promise<JsonBody> {
    const text = (await input.body(MAX_BODY_BYTES)).toString('utf8');
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw new ApiError('bad_data', `the body is not JSON: ${(error as Error).message}`, { cause: error });
    }
    return new JsonBody(value);
  }

  has(name: string): boolean {
    return this.#fields[name] !== undefined && this.#fields[name] !== null;
  }

  text(name: string): string {
    const value = this.#fields[name];
    if (typeof value !== 'string') throw bad(`"${this.#place}${name}" is not a text`);
    return value;
  }

  /** A finite one. */
  number(name: string): number {
    const value = this.#fields[name];
    if (typeof value !== 'number' || !Number.isFinite(value)) throw bad(`"${this.#place}${name}" is not a number`);
    return value;
  }

  flag(name: string): boolean {
    const value = this.#fields[name];
    if (typeof value !== 'boolean') throw bad(`"${this.#place}${name}" is neither true nor false`);
    return value;
  }

  object(name: string): JsonBody {
    return new JsonBody(this.#fields[name] ?? undefined, `${this.#place}${name}.`);
  }

  /** A list of objects. */
  list(name: string, maxItems: number): JsonBody[] {
    const value = this.#fields[name];
    if (!Array.isArray(value)) throw bad(`"${this.#place}${name}" is not a list`);
    if (value.length > maxItems) throw bad(`"${this.#place}${name}" has more than ${maxItems} items`);
    return value.map((item, index) => new JsonBody(item, `${this.#place}${name}[${index}].`));
  }

  /** Texts by name. */
  texts(name: string): Record<string, string> {
    const inner = this.object(name);
    return Object.fromEntries(Object.keys(inner.#fields).map((key) => [key, inner.text(key)]));
  }
}

function bad(message: string): ApiError {
  return new ApiError('bad_data', message);
}
