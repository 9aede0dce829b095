/** Both versions of remote write, from the model to the bytes before compression. */
import { type Exemplar, type Labels, type MetricMetadata, staleMarkerBytes } from '@sightline/model';
import { ProtobufWriter } from '../protobuf/writer.ts';
import { METRIC_TYPES } from './sink.ts';

export interface SeriesToWrite {
  readonly labels: Labels;
  readonly timestampsMs: readonly number[];
  /** As long as the timestamps; 'stale' is the staleness marker. */
  readonly values: readonly (number | 'stale')[];
  readonly exemplars?: readonly Exemplar[];
  /** Version 2.0 carries it with each series, 1.0 beside them. */
  readonly metadata?: MetricMetadata;
}

/** prometheus.WriteRequest */
export function encodeWriteRequestV1(series: readonly SeriesToWrite[]): Buffer {
  const out = new ProtobufWriter(64 * 1024);
  for (const one of series) {
    const message = new ProtobufWriter();
    writeLabels(message, one.labels);
    writeSamples(message, one);
    for (const exemplar of one.exemplars ?? []) {
      const inner = new ProtobufWriter();
      writeLabels(inner, exemplar.labels);
      inner.double(2, exemplar.value);
      inner.varint(3, exemplar.timestamp);
      message.bytes(3, inner.finish());
    }
    out.bytes(1, message.finish());
  }
  for (const { metadata } of series) {
    if (metadata === undefined) continue;
    const message = new ProtobufWriter();
    message.varint(1, METRIC_TYPES.indexOf(metadata.type));
    message.string(2, metadata.name);
    message.string(4, metadata.help);
    message.string(5, metadata.unit);
    out.bytes(3, message.finish());
  }
  return out.finish();
}

/** io.prometheus.write.v2.Request */
export function encodeWriteRequestV2(series: readonly SeriesToWrite[]): Buffer {
  const symbols = new Map<string, number>([['', 0]]);
  const refOf = (text: string): number => {
    const known = symbols.get(text);
    if (known !== undefined) return known;
    symbols.set(text, symbols.size);
    return symbols.size - 1;
  };
  const messages = series.map((one) => encodeSeriesV2(one, refOf));
  const out = new ProtobufWriter(64 * 1024);
  for (const symbol of symbols.keys()) out.string(4, symbol);
  for (const message of messages) out.bytes(5, message);
  return out.finish();
}

function encodeSeriesV2(one: SeriesToWrite, refOf: (text: string) => number): Buffer {
  const message = new ProtobufWriter();
  message.bytes(1, packRefs(one.labels, refOf));
  writeSamples(message, one);
  for (const exemplar of one.exemplars ?? []) {
    const inner = new ProtobufWriter();
    inner.bytes(1, packRefs(exemplar.labels, refOf));
    inner.double(2, exemplar.value);
    inner.varint(3, exemplar.timestamp);
    message.bytes(4, inner.finish());
  }
  if (one.metadata !== undefined) {
    const inner = new ProtobufWriter();
    inner.varint(1, METRIC_TYPES.indexOf(one.metadata.type));
    inner.varint(3, refOf(one.metadata.help));
    inner.varint(4, refOf(one.metadata.unit));
    message.bytes(5, inner.finish());
  }
  return message.finish();
}

function packRefs(labels: Labels, refOf: (text: string) => number): Buffer {
  const packed = new ProtobufWriter(64);
  for (const text of labels.flat) packed.rawVarint(refOf(text));
  return packed.finish();
}

function writeLabels(message: ProtobufWriter, labels: Labels): void {
  for (const [name, value] of labels) {
    const inner = new ProtobufWriter(64);
    inner.string(1, name);
    inner.string(2, value);
    message.bytes(1, inner.finish());
  }
}

function writeSamples(message: ProtobufWriter, one: SeriesToWrite): void {
  one.timestampsMs.forEach((timestamp, index) => {
    const inner = new ProtobufWriter(32);
    const value = one.values[index];
    if (value === undefined)
      throw new RangeError(`${one.labels} has ${one.timestampsMs.length} times but fewer values`);
    if (value === 'stale') inner.fixed64(1, staleMarkerBytes());
    else inner.double(1, value);
    inner.varint(2, timestamp);
    message.bytes(2, inner.finish());
  });
}
