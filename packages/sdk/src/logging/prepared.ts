/**
 * Data of a line that is JSON already. For lines that are written for every request: what does not change from one to the next
 * is made once, by the same serializer and with the same redaction as any other data.
 */
export class PreparedFields {
  /** Fields as `Serializer.field` makes them, with commas between, without braces. */
  readonly text: string;
  readonly durationMs: number;

  constructor(text: string, durationMs: number) {
    this.text = text;
    this.durationMs = durationMs;
  }
}

/** `data` when it is prepared; undefined for any other. */
export function preparedOf(data: object | undefined): PreparedFields | undefined {
  try {
    return data instanceof PreparedFields ? data : undefined;
  } catch {
    // A revoked proxy.
    return undefined;
  }
}
