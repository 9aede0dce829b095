/** What a collector accepted of a batch (OTLP/HTTP "Partial Success"): the count it refused and why, protobuf or JSON. */

/** A partial success; `rejected` 0 with a message is a warning. */
export interface PartialSuccess {
  readonly rejected: number;
  readonly message: string;
}

const MAX_MESSAGE = 500;

/** Undefined when everything was accepted, or when the answer is none of OTLP's. */
export function parsePartialSuccess(body: Buffer, contentType: string): PartialSuccess | undefined {
  if (body.length === 0) return undefined;
  return contentType.startsWith('application/json') ? fromJson(body) : fromProtobuf(body);
}

function fromJson(body: Buffer): PartialSuccess | undefined {
  let partial: unknown;
  try {
    partial = (JSON.parse(body.toString('utf8')) as { partialSuccess?: unknown } | null)?.partialSuccess;
  } catch {
    return undefined;
  }
  if (typeof partial !== 'object' || partial === null) return undefined;
  const { rejectedSpans, rejectedLogRecords, errorMessage } = partial as Record<string, unknown>;
  return partialSuccess(Number(rejectedSpans ?? rejectedLogRecords ?? 0), errorMessage);
}

/** `ExportTraceServiceResponse` and `ExportLogsServiceResponse` have the same field numbers. */
function fromProtobuf(body: Buffer): PartialSuccess | undefined {
  const partial = fields(body).get(1);
  if (!(partial instanceof Uint8Array)) return undefined;
  const inner = fields(partial);
  const rejected = inner.get(1);
  const message = inner.get(2);
  return partialSuccess(
    typeof rejected === 'number' ? rejected : 0,
    message instanceof Uint8Array ? Buffer.from(message).toString('utf8') : '',
  );
}

function partialSuccess(rejected: number, message: unknown): PartialSuccess | undefined {
  const count = Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0;
  const text = typeof message === 'string' ? message.slice(0, MAX_MESSAGE) : '';
  return count === 0 && text === '' ? undefined : { rejected: count, message: text };
}

/** The last varint or length-delimited value of each field; empty when the bytes are not protobuf. */
function fields(bytes: Uint8Array): Map<number, number | Uint8Array> {
  const found = new Map<number, number | Uint8Array>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; at < bytes.length; scale *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) break;
    }
    return value;
  };
  while (at < bytes.length) {
    const tag = varint();
    const wire = tag % 8;
    if (wire === 0) found.set((tag - wire) / 8, varint());
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else if (wire === 2) {
      const length = varint();
      if (at + length > bytes.length) return new Map();
      found.set((tag - wire) / 8, bytes.subarray(at, at + length));
      at += length;
    } else return new Map();
  }
  return found;
}
