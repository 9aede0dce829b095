/** What a call of a logger says: the message, the fields and the error, wherever they stand in its arguments. */

export interface Told {
  readonly text: string;
  readonly fields: object | undefined;
  readonly error: Error | undefined;
}

/** An error is the message, the data, or the data's `err` or `error`. May throw what the arguments throw. */
export function told(message: unknown, data: unknown): Told {
  const text = typeof message === 'string' ? message : message instanceof Error ? message.message : String(message);
  const thrown = message instanceof Error ? message : undefined;
  if (data === undefined || data === null) return { text, fields: undefined, error: thrown };
  if (typeof data !== 'object') return { text, fields: { value: data }, error: thrown };
  if (data instanceof Error) {
    return thrown === undefined
      ? { text, fields: undefined, error: data }
      : { text, fields: { error: data }, error: thrown };
  }
  if (thrown !== undefined) return { text, fields: data, error: thrown };
  return promoted(text, data);
}

function promoted(text: string, data: object): Told {
  const { err, error } = data as { err?: unknown; error?: unknown };
  if (err instanceof Error) {
    const { err: _err, ...rest } = data as Record<string, unknown>;
    return { text, fields: rest, error: err };
  }
  if (error instanceof Error) {
    const { error: _error, ...rest } = data as Record<string, unknown>;
    return { text, fields: rest, error };
  }
  return { text, fields: data, error: undefined };
}
