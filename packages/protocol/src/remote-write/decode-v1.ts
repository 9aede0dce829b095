/**
 * Remote write 1.0: prometheus.WriteRequest. Source: prometheus.io/docs/specs/prw/remote_write_spec, prompb/types.proto.
 * Fields may come in any order, so each time series is walked twice: for its labels, then for the rest.
 */
import { Labels } from '@sightline/model';
import { ProtobufError } from '../protobuf/protobuf-error.ts';
import { ProtobufReader } from '../protobuf/reader.ts';
import { MAX_LABELS, METRIC_TYPES, type RemoteWriteSink } from './sink.ts';

const FIELD_1 = 10;
const FIELD_2 = 18;
const FIELD_3 = 26;
const FIELD_4 = 34;
const FIELD_5 = 42;
const DOUBLE_1 = 9;
const DOUBLE_2 = 17;
const VARINT_1 = 8;
const VARINT_2 = 16;
const VARINT_3 = 24;

/** Mistakes that make one series unusable and leave the rest of the request readable. */
const SERIES_ONLY: ReadonlySet<string> = new Set(['protobuf_utf8', 'protobuf_too_many']);

/** Walks the message and pauses after every `stepBytes` of it. */
export function* walkWriteRequestV1(body: Buffer, sink: RemoteWriteSink, stepBytes: number): Generator<void> {
  const reader = new ProtobufReader(body);
  const end = reader.end;
  let pauseAt = stepBytes;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (reader.at > pauseAt) {
      pauseAt = reader.at + stepBytes;
      yield;
    }
    if (tag !== FIELD_1 && tag !== FIELD_3) {
      reader.skip(tag);
      continue;
    }
    reader.end = reader.length();
    if (tag === FIELD_1) readSeries(reader, sink);
    else readMetadata(reader, sink);
    reader.at = reader.end;
    reader.end = end;
  }
}

function readSeries(reader: ProtobufReader, sink: RemoteWriteSink): void {
  const start = reader.at;
  const end = reader.end;
  let labelsStart = -1;
  let labelsEnd = start;
  let isContiguous = true;
  for (let before = start, tag = reader.tag(); tag !== 0; before = reader.at, tag = reader.tag()) {
    reader.skip(tag);
    if (tag !== FIELD_1) continue;
    if (labelsStart === -1) labelsStart = before;
    else if (labelsEnd !== before) isContiguous = false;
    labelsEnd = reader.at;
  }
  if (labelsStart === -1) labelsStart = start;
  const key = isContiguous ? reader.body.toString('latin1', labelsStart, labelsEnd) : '';
  if (key === '' || sink.known?.(key) !== true) announce(reader, start, end, key, sink);
  reader.at = start;
  reader.end = end;
  readPoints(reader, sink);
}

function announce(reader: ProtobufReader, start: number, end: number, key: string, sink: RemoteWriteSink): void {
  reader.at = start;
  const flat: string[] = [];
  try {
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
      if (tag === FIELD_1) readLabel(reader, flat);
      else reader.skip(tag);
    }
  } catch (error) {
    if (!(error instanceof ProtobufError) || !SERIES_ONLY.has(error.code)) throw error;
    sink.series([], key, error.message);
    return;
  } finally {
    reader.end = end;
  }
  sink.series(flat, key, undefined);
}

/** Pushes name and value of the Label message that follows. */
function readLabel(reader: ProtobufReader, flat: string[]): void {
  if (flat.length >= 2 * MAX_LABELS) {
    throw new ProtobufError('protobuf_too_many', `a label set of more than ${MAX_LABELS} labels`);
  }
  const outer = reader.end;
  reader.end = reader.length();
  let name = '';
  let value = '';
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === FIELD_1) name = reader.string();
    else if (tag === FIELD_2) value = reader.string();
    else reader.skip(tag);
  }
  flat.push(name, value);
  reader.end = outer;
}

function readPoints(reader: ProtobufReader, sink: RemoteWriteSink): void {
  const end = reader.end;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === FIELD_2 || tag === FIELD_3) {
      reader.end = reader.length();
      if (tag === FIELD_2) readSample(reader, sink);
      else readExemplar(reader, sink);
      reader.at = reader.end;
      reader.end = end;
    } else {
      reader.skip(tag);
      if (tag === FIELD_4) sink.histogram();
    }
  }
}

/** The Sample messages of both versions: value 1, timestamp 2. */
export function readSample(reader: ProtobufReader, sink: RemoteWriteSink): void {
  let valueAt = -1;
  let timestamp = 0;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === DOUBLE_1) valueAt = reader.fixed64();
    else if (tag === VARINT_2) timestamp = reader.int64();
    else reader.skip(tag);
  }
  if (valueAt === -1) sink.sample(timestamp, 0);
  else if (reader.isStaleAt(valueAt)) sink.stale(timestamp);
  else sink.sample(timestamp, reader.doubleAt(valueAt));
}

function readExemplar(reader: ProtobufReader, sink: RemoteWriteSink): void {
  const flat: string[] = [];
  let value = 0;
  let timestamp = 0;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === FIELD_1) readLabel(reader, flat);
    else if (tag === DOUBLE_2) value = reader.doubleAt(reader.fixed64());
    else if (tag === VARINT_3) timestamp = reader.int64();
    else reader.skip(tag);
  }
  sink.exemplar({ labels: labelsOfFlat(flat), value, timestamp });
}

/** Labels of names and values in any order, a later name winning. */
export function labelsOfFlat(flat: readonly string[]): Labels {
  const pairs: [string, string][] = [];
  for (let i = 0; i < flat.length; i += 2) pairs.push([flat[i] as string, flat[i + 1] as string]);
  return Labels.fromPairs(pairs);
}

function readMetadata(reader: ProtobufReader, sink: RemoteWriteSink): void {
  let type = 0;
  let name = '';
  let help = '';
  let unit = '';
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === VARINT_1) type = reader.uint32();
    else if (tag === FIELD_2) name = reader.string();
    else if (tag === FIELD_4) help = reader.string();
    else if (tag === FIELD_5) unit = reader.string();
    else reader.skip(tag);
  }
  sink.metadata({ name, type: METRIC_TYPES[type] ?? 'unknown', help, unit });
}
