/** What a call of a logger says: the message, the fields and the error, wherever they stand in its arguments. */

export interface Told {
  readonly text: string;
  readonly fields: object | undefined;
  readonly error: Error | undefined;
}

/** An error is the message, the data, or the data's `err` or `error`. Never throws, whatever the arguments are. */
export function told(message: unknown, data: unknown): Told {
  const thrown = isError(message) ? message : undefined;
  const text = typeof message === 'string' ? message : thrown === undefined ? printed(message) : messageOf(thrown);
  if (data === undefined || data === null) return { text, fields: undefined, error: thrown };
  if (typeof data !== 'object') return { text, fields: { value: data }, error: thrown };
  if (!isError(data)) return thrown === undefined ? promoted(text, data) : { text, fields: data, error: thrown };
  if (thrown === undefined) return { text, fields: undefined, error: data };
  return { text, fields: { error: data }, error: thrown };
}

/** `instanceof Error` for values that may be revoked proxies. */
export function isError(value: unknown): value is Error {
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
}

function promoted(text: string, data: object): Told {
  try {
    const { err, error } = data as { err?: unknown; error?: unknown };
    if (isError(err)) {
      const { err: _err, ...rest } = data as Record<string, unknown>;
      return { text, fields: rest, error: err };
    }
    if (isError(error)) {
      const { error: _error, ...rest } = data as Record<string, unknown>;
      return { text, fields: rest, error };
    }
  } catch {
    // Fields that throw: the serialiser shows which.
  }
  return { text, fields: data, error: undefined };
}

function messageOf(error: Error): string {
  try {
    return printed(error.message);
  } catch {
    return 'Error';
  }
}

function printed(value: unknown): string {
  try {
    return String(value);
  } catch {
    return typeof value;
  }
}
