/**
 * Remote write 2.0: io.prometheus.write.v2.Request, in which all text is in one symbol table and series refer to it by number.
 * Source: prometheus.io/docs/specs/prw/remote_write_spec_2_0. Created timestamps are read over: nothing stores them yet.
 */
import { ProtobufError } from '../protobuf/protobuf-error.ts';
import { BYTES, decodeUtf8, ProtobufReader } from '../protobuf/reader.ts';
import { labelsOfFlat, readSample } from './decode-v1.ts';
import { MAX_LABELS, MAX_SYMBOLS, METRIC_TYPES, type RemoteWriteSink } from './sink.ts';

const SYMBOLS = 34;
const TIMESERIES = 42;
const LABELS_REFS = 1;
const SAMPLES = 18;
const HISTOGRAMS = 26;
const EXEMPLARS = 34;
const METADATA = 42;
const DOUBLE_2 = 17;
const VARINT_1 = 8;
const VARINT_3 = 24;
const VARINT_4 = 32;

/** Walks the message and pauses after every `stepBytes` of it. */
export function* walkWriteRequestV2(body: Buffer, sink: RemoteWriteSink, stepBytes: number): Generator<void> {
  const reader = new ProtobufReader(body);
  const end = reader.end;
  const symbols = readSymbols(reader);
  if (symbols.size > 0 && symbols.get(0) !== '') {
    throw new ProtobufError('protobuf_malformed', 'the first symbol is not the empty string');
  }
  reader.at = 0;
  let pauseAt = stepBytes;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (reader.at > pauseAt) {
      pauseAt = reader.at + stepBytes;
      yield;
    }
    if (tag !== TIMESERIES) {
      reader.skip(tag);
      continue;
    }
    reader.end = reader.length();
    readSeries(reader, symbols, sink);
    reader.at = reader.end;
    reader.end = end;
  }
}

/** The symbol table; a symbol becomes a string when it is first used. */
class Symbols {
  readonly #body: Buffer;
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #texts: (string | undefined)[] = [];

  constructor(body: Buffer) {
    this.#body = body;
  }

  get size(): number {
    return this.#starts.length;
  }

  add(start: number, end: number): void {
    if (this.#starts.length >= MAX_SYMBOLS) {
      throw new ProtobufError('protobuf_too_many', `a symbol table of more than ${MAX_SYMBOLS} symbols`);
    }
    this.#starts.push(start);
    this.#ends.push(end);
    this.#texts.push(undefined);
  }

  get(index: number): string {
    const known = this.#texts[index];
    if (known !== undefined) return known;
    if (index >= this.#starts.length) {
      throw new ProtobufError(
        'protobuf_reference',
        `symbol ${index} is referred to, but the request has ${this.#starts.length}`,
      );
    }
    const text = decodeUtf8(this.#body, this.#starts[index] as number, this.#ends[index] as number);
    this.#texts[index] = text;
    return text;
  }
}

function readSymbols(reader: ProtobufReader): Symbols {
  const symbols = new Symbols(reader.body);
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === SYMBOLS) {
      const stop = reader.length();
      symbols.add(reader.at, stop);
      reader.at = stop;
    } else reader.skip(tag);
  }
  return symbols;
}

function readSeries(reader: ProtobufReader, symbols: Symbols, sink: RemoteWriteSink): void {
  const start = reader.at;
  const refs: number[] = [];
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag >>> 3 === LABELS_REFS) readRefs(reader, tag, refs);
    else reader.skip(tag);
  }
  const name = announce(refs, symbols, sink);
  reader.at = start;
  const end = reader.end;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag !== SAMPLES && tag !== EXEMPLARS && tag !== METADATA) {
      reader.skip(tag);
      if (tag === HISTOGRAMS) sink.histogram();
      continue;
    }
    reader.end = reader.length();
    if (tag === SAMPLES) readSample(reader, sink);
    else if (tag === EXEMPLARS) readExemplar(reader, symbols, sink);
    else readMetadata(reader, symbols, name, sink);
    reader.at = reader.end;
    reader.end = end;
  }
}

/** Tells the series; returns its metric name, which the metadata goes by. */
function announce(refs: readonly number[], symbols: Symbols, sink: RemoteWriteSink): string {
  let flat: string[];
  try {
    flat = textOf(refs, symbols);
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    sink.series([], '', error.message);
    return '';
  }
  sink.series(flat, '', undefined);
  const at = flat.indexOf('__name__');
  return at % 2 === 0 ? (flat[at + 1] as string) : '';
}

function textOf(refs: readonly number[], symbols: Symbols): string[] {
  if (refs.length > 2 * MAX_LABELS) {
    throw new ProtobufError('protobuf_too_many', `a label set of more than ${MAX_LABELS} labels`);
  }
  if (refs.length % 2 !== 0) {
    throw new ProtobufError('protobuf_reference', `a label name has no value: ${refs.length} references`);
  }
  return refs.map((ref) => symbols.get(ref));
}

/** Packed, or one at a time: a reader must take both. */
function readRefs(reader: ProtobufReader, tag: number, refs: number[]): void {
  if ((tag & 7) !== BYTES) {
    if ((tag & 7) === 0) refs.push(reader.uint32());
    else reader.skip(tag);
    return;
  }
  const outer = reader.end;
  reader.end = reader.length();
  while (reader.at < reader.end) refs.push(reader.uint32());
  reader.end = outer;
}

function readExemplar(reader: ProtobufReader, symbols: Symbols, sink: RemoteWriteSink): void {
  const refs: number[] = [];
  let value = 0;
  let timestamp = 0;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag >>> 3 === LABELS_REFS) readRefs(reader, tag, refs);
    else if (tag === DOUBLE_2) value = reader.doubleAt(reader.fixed64());
    else if (tag === VARINT_3) timestamp = reader.int64();
    else reader.skip(tag);
  }
  sink.exemplar({ labels: labelsOfFlat(textOf(refs, symbols)), value, timestamp });
}

function readMetadata(reader: ProtobufReader, symbols: Symbols, name: string, sink: RemoteWriteSink): void {
  let type = 0;
  let help = 0;
  let unit = 0;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === VARINT_1) type = reader.uint32();
    else if (tag === VARINT_3) help = reader.uint32();
    else if (tag === VARINT_4) unit = reader.uint32();
    else reader.skip(tag);
  }
  if (name === '') return;
  sink.metadata({ name, type: METRIC_TYPES[type] ?? 'unknown', help: symbols.get(help), unit: symbols.get(unit) });
}
