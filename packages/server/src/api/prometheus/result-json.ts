/**
 * Query results as JSON, in pieces: a range result can hold millions of samples, so it is never one text, and the event
 * loop gets its turn between pieces. Number forms: Prometheus util/jsonutil (timestamps in seconds with milliseconds
 * as the fraction, values as text).
 */
import { formatFloatPlain, type Labels } from '@sightline/model';
import type { InstantSample, QueryValue, RangeSeries } from '@sightline/promql';
import type { HttpOutput } from '../../lib/http.ts';
import { type Notes, piecesOutput, tail } from './envelope.ts';
import { JsonBytes, PiecePool, PointHeads } from './json-bytes.ts';
import type { LabelTexts } from './label-texts.ts';

/** More than a range query has steps: times of so many points of one buffer are formatted at once. */
const MAX_SHARED_TIMES = 20_000;
/** Points between two looks for full pieces. */
const POINTS_A_TURN = 1_024;

export interface OutputOptions {
  readonly notes?: Notes;
  readonly stats?: unknown;
  /** Told the length of each piece. */
  readonly sent?: (bytes: number) => void;
  /** Texts of label sets of instant queries, kept between answers. */
  readonly labelTexts?: LabelTexts;
  readonly pool?: PiecePool;
}

/** The whole answer of a query endpoint. */
export function queryOutput(value: QueryValue, options: OutputOptions = {}): HttpOutput {
  const { pool = new PiecePool() } = options;
  const output = piecesOutput(answerPieces(value, options, pool));
  return { ...output, reuse: (piece) => pool.give(piece) };
}

function* answerPieces(value: QueryValue, options: OutputOptions, pool: PiecePool): Generator<Uint8Array, undefined> {
  const { notes = {}, stats, sent = () => undefined, labelTexts } = options;
  const out = new JsonBytes(pool);
  out.ascii(`{"status":"success","data":{"resultType":"${value.type}","result":`);
  for (const _ of writeValue(out, value, labelTexts)) {
    for (let piece = out.take(); piece !== undefined; piece = out.take()) {
      sent(piece.length);
      yield piece;
    }
  }
  out.json(`${stats === undefined ? '' : `,"stats":${JSON.stringify(stats)}`}}${tail(notes)}`);
  for (let piece = out.take(); piece !== undefined; piece = out.take()) {
    sent(piece.length);
    yield piece;
  }
  const rest = out.rest();
  sent(rest.length);
  yield rest;
}

/** Yields where the caller may take what is full. */
function* writeValue(out: JsonBytes, value: QueryValue, texts: LabelTexts | undefined): Generator<void> {
  switch (value.type) {
    case 'scalar':
      // A scalar never has an exponent: Prometheus writes it with other code than samples.
      out.ascii(`[${formatTimestamp(value.timestampMs)},"${formatFloatPlain(value.value)}"]`);
      return;
    case 'string':
      out.json(`[${formatTimestamp(value.timestampMs)},${JSON.stringify(value.value)}]`);
      return;
    case 'vector':
      yield* writeVector(out, value.samples, texts);
      return;
    case 'matrix':
      yield* writeMatrix(out, value.series);
      return;
  }
}

function* writeVector(
  out: JsonBytes,
  samples: readonly InstantSample[],
  texts: LabelTexts | undefined,
): Generator<void> {
  let timeMs = Number.NaN;
  let time = '';
  out.ascii('[');
  for (let i = 0; i < samples.length; i++) {
    const { labels, timestampMs, value } = samples[i] as InstantSample;
    if (timestampMs !== timeMs) {
      timeMs = timestampMs;
      time = `,"value":[${formatTimestamp(timestampMs)},"`;
    }
    out.ascii(i === 0 ? '{"metric":' : ',{"metric":');
    if (texts === undefined) writeLabels(out, labels);
    else writeKnownLabels(out, labels, texts);
    out.ascii(time);
    out.float(value);
    out.ascii('"]}');
    yield;
  }
  out.ascii(']');
}

function* writeMatrix(out: JsonBytes, series: readonly RangeSeries[]): Generator<void> {
  const heads = new HeadCache();
  out.ascii('[');
  for (let i = 0; i < series.length; i++) {
    const { labels, timestamps, values } = series[i] as RangeSeries;
    out.ascii(i === 0 ? '{"metric":' : ',{"metric":');
    writeLabels(out, labels);
    if (timestamps.length === 0) out.ascii(',"values":[]}');
    else {
      // The heads close the point before them; the first has none.
      out.ascii(`,"values":[[${formatTimestamp(timestamps[0] as number)},"`);
      out.float(values[0] as number);
      const { first, points } = heads.of(timestamps);
      const halves = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
      for (let from = 1; from < values.length; from += POINTS_A_TURN) {
        out.points(points, first, values, from, Math.min(from + POINTS_A_TURN, values.length), halves);
        yield;
      }
      out.ascii('"]]}');
    }
    yield;
  }
  out.ascii(']');
}

/** The heads of the points of a series. Series of one result share their times: each is formatted once. */
class HeadCache {
  #buffer: ArrayBufferLike | undefined;
  #points: PointHeads | undefined;

  of(timestamps: Float64Array): { first: number; points: PointHeads } {
    const { buffer, byteOffset } = timestamps;
    const count = buffer.byteLength >>> 3;
    if (count > MAX_SHARED_TIMES || byteOffset % 8 !== 0) return { first: 0, points: headsOf(timestamps) };
    if (buffer !== this.#buffer || this.#points === undefined) {
      this.#buffer = buffer;
      this.#points = headsOf(new Float64Array(buffer, 0, count));
    }
    return { first: byteOffset >>> 3, points: this.#points };
  }
}

function headsOf(timestamps: Float64Array): PointHeads {
  return new PointHeads(timestamps.length, (i) => `"],[${formatTimestamp(timestamps[i] as number)},"`);
}

/** `1435781430.781`; no fraction for a whole second. */
export function formatTimestamp(ms: number): string {
  const sign = ms < 0 ? '-' : '';
  const positive = Math.abs(ms);
  const fraction = positive % 1_000;
  const seconds = String((positive - fraction) / 1_000);
  return fraction === 0 ? sign + seconds : `${sign}${seconds}.${String(fraction).padStart(3, '0')}`;
}

function writeKnownLabels(out: JsonBytes, labels: Labels, texts: LabelTexts): void {
  const known = texts.get(labels);
  if (known !== undefined) {
    out.json(known);
    return;
  }
  const begin = out.position;
  writeLabels(out, labels);
  const text = out.textSince(begin);
  if (text !== undefined) texts.set(labels, text);
}

/** The labels as a JSON object, `__name__` where it sorts. */
function writeLabels(out: JsonBytes, { flat }: Labels): void {
  out.ascii('{');
  for (let i = 0; i < flat.length; i += 2) {
    if (i > 0) out.ascii(',');
    out.string(flat[i] as string);
    out.ascii(':');
    out.string(flat[i + 1] as string);
  }
  out.ascii('}');
}

/** The labels as a JSON object, for lists of series. */
export function labelsJson(labels: Labels): string {
  const { flat } = labels;
  let out = '{';
  for (let i = 0; i < flat.length; i += 2) {
    out += `${i === 0 ? '' : ','}${JSON.stringify(flat[i])}:${JSON.stringify(flat[i + 1])}`;
  }
  return `${out}}`;
}
