/**
 * Attributes as protobuf of which most say the same in one span after another, e.g. the method, the scheme and the route of
 * requests: what a key had twice in a row is kept as bytes.
 */
import { type OtlpValue, writeKeyValue } from '../export/otlp-protobuf.ts';
import type { ProtoWriter } from '../export/proto-writer.ts';

/** Keys that are looked at; a service has some dozens. */
const MAX_KEYS = 256;
/** The most that is kept of a key, in bytes. */
const MAX_BYTES = 256;

interface Last {
  value: OtlpValue;
  /** Undefined until the value came a second time. */
  bytes: Uint8Array | undefined;
}

export class RepeatedAttributes {
  readonly #writer: ProtoWriter;
  readonly #field: number;
  readonly #byKey = new Map<string, Last>();

  /** @param field Where a `KeyValue` goes. */
  constructor(writer: ProtoWriter, field: number) {
    this.#writer = writer;
    this.#field = field;
  }

  write(key: string, value: OtlpValue): void {
    const writer = this.#writer;
    const last = this.#byKey.get(key);
    // An array may have other elements than before.
    if (last === undefined || last.value !== value || typeof value === 'object') {
      this.#note(last, key, value);
      writeKeyValue(writer, this.#field, key, value);
      return;
    }
    if (last.bytes !== undefined) {
      writer.again(last.bytes);
      return;
    }
    const from = writer.length;
    writeKeyValue(writer, this.#field, key, value);
    if (writer.length - from <= MAX_BYTES) last.bytes = writer.written(from);
  }

  #note(last: Last | undefined, key: string, value: OtlpValue): void {
    const kept = typeof value === 'string' && value.length > MAX_BYTES ? undefined : value;
    if (last !== undefined) {
      last.value = kept;
      last.bytes = undefined;
    } else if (this.#byKey.size < MAX_KEYS) this.#byKey.set(key, { value: kept, bytes: undefined });
  }
}
