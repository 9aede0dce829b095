/**
 * Personal data as keyed hashes (HMAC-SHA-256): the same person is recognised in many lines, but not named. Without an own key
 * one is made at first use, so that hashes can't be compared between processes nor looked up in a table.
 */
import { builtin } from '../lib/builtin.ts';

export interface PiiOptions {
  /** Fields of security events that are hashed; false for none. */
  readonly fields?: readonly string[] | false | undefined;
  /** The key, the same in all services whose lines are to be compared; at least 16 characters. */
  readonly key?: string | undefined;
}

const FIELDS = [
  'email',
  'user_email',
  'username',
  'user_name',
  'attempted_username',
  'login',
  'phone',
  'phone_number',
  'full_name',
  'address',
  'ip',
  'ip_address',
  'user_ip',
  'client_ip',
  'remote_ip',
];

export class PiiHasher {
  #key: string | Buffer | undefined;
  readonly #fields: ReadonlySet<string>;

  constructor(options: PiiOptions = {}) {
    this.#key = options.key;
    this.#fields = new Set(options.fields === false ? [] : (options.fields ?? FIELDS));
  }

  /** `sha256:` and 16 hex digits. */
  hash(value: string): string {
    const { createHmac, randomBytes } = builtin('node:crypto');
    this.#key ??= randomBytes(32);
    return `sha256:${createHmac('sha256', this.#key).update(value).digest('hex').slice(0, 16)}`;
  }

  /** The data with its personal fields hashed. */
  hashFields(data: object): Record<string, unknown> {
    const out: Record<string, unknown> = { ...data };
    for (const name of Object.keys(out)) {
      const value = out[name];
      if (this.#fields.has(name) && (typeof value === 'string' || typeof value === 'number'))
        out[name] = this.hash(String(value));
    }
    return out;
  }
}
