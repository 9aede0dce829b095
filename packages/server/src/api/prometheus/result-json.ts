/**
 * Query results as JSON, in pieces: a range result can hold millions of samples, so it is never one string, and the event
 * loop gets its turn between pieces. Number forms: Prometheus util/jsonutil (timestamps in seconds with milliseconds
 * as the fraction, values as text).
 */
import { formatFloat, formatFloatPlain, type Labels } from '@sightline/model';
import type { InstantSample, QueryValue, RangeSeries } from '@sightline/promql';
import type { HttpOutput } from '../../lib/http.ts';
import { type Notes, PIECE_LENGTH, piecesOutput, tail } from './envelope.ts';

/** More than a range query has steps. */
const MAX_KEPT_TEXTS = 20_000;

/** The whole answer of a query endpoint. `sent` is told the length of each piece. */
export function queryOutput(
  value: QueryValue,
  stats: unknown,
  notes: Notes,
  sent: (length: number) => void = () => undefined,
): HttpOutput {
  return piecesOutput(counted(answerPieces(value, stats, notes), sent));
}

function* counted(pieces: Iterable<string>, sent: (length: number) => void): Generator<string, undefined> {
  for (const piece of pieces) {
    sent(piece.length);
    yield piece;
  }
}

/** Strings of about PIECE_LENGTH whose concatenation is the answer. */
function* answerPieces(value: QueryValue, stats: unknown, notes: Notes): Generator<string, undefined> {
  const end = `${stats === undefined ? '' : `,"stats":${JSON.stringify(stats)}`}}${tail(notes)}`;
  const start = `{"status":"success","data":{"resultType":"${value.type}","result":`;
  switch (value.type) {
    case 'scalar':
      // A scalar never has an exponent: Prometheus writes it with other code than samples.
      yield `${start}[${formatTimestamp(value.timestampMs)},"${formatFloatPlain(value.value)}"]${end}`;
      return;
    case 'string':
      yield `${start}[${formatTimestamp(value.timestampMs)},${JSON.stringify(value.value)}]${end}`;
      return;
    case 'vector':
      yield* vectorPieces(start, value.samples, end);
      return;
    case 'matrix':
      yield* matrixPieces(start, value.series, end);
      return;
  }
}

function* vectorPieces(start: string, samples: readonly InstantSample[], end: string): Generator<string, undefined> {
  let out = `${start}[`;
  for (let i = 0; i < samples.length; i++) {
    const { labels, timestampMs, value } = samples[i] as InstantSample;
    out += `${i === 0 ? '' : ','}{"metric":${labelsJson(labels)},"value":${sample(timestampMs, value)}}`;
    if (out.length >= PIECE_LENGTH) {
      yield out;
      out = '';
    }
  }
  yield `${out}]${end}`;
}

function* matrixPieces(start: string, series: readonly RangeSeries[], end: string): Generator<string, undefined> {
  const heads = new SampleHeads();
  let out = `${start}[`;
  for (let i = 0; i < series.length; i++) {
    const { labels, timestamps, values } = series[i] as RangeSeries;
    out += `${i === 0 ? '' : ','}{"metric":${labelsJson(labels)},"values":[`;
    const texts = heads.of(timestamps);
    for (let j = 0; j < timestamps.length; j++) {
      out += `${j === 0 ? '' : ','}${texts[j] as string}${formatFloat(values[j] as number)}"]`;
      if (out.length >= PIECE_LENGTH) {
        yield out;
        out = '';
      }
    }
    out += ']}';
  }
  yield `${out}]${end}`;
}

/** `[1435781430.781,"` for each timestamp. Series of one result share their timestamps: each is formatted once. */
class SampleHeads {
  readonly #texts = new Map<number, string>();
  #lastTimestamps: Float64Array | undefined;
  #last: readonly string[] = [];

  of(timestamps: Float64Array): readonly string[] {
    if (timestamps !== this.#lastTimestamps) {
      this.#lastTimestamps = timestamps;
      this.#last = Array.from(timestamps, (ms) => this.#text(ms));
    }
    return this.#last;
  }

  #text(ms: number): string {
    let text = this.#texts.get(ms);
    if (text === undefined) {
      text = `[${formatTimestamp(ms)},"`;
      if (this.#texts.size < MAX_KEPT_TEXTS) this.#texts.set(ms, text);
    }
    return text;
  }
}

function sample(timestampMs: number, value: number): string {
  return `[${formatTimestamp(timestampMs)},"${formatFloat(value)}"]`;
}

/** `1435781430.781`; no fraction for a whole second. */
export function formatTimestamp(ms: number): string {
  const sign = ms < 0 ? '-' : '';
  const positive = Math.abs(ms);
  const fraction = positive % 1_000;
  const seconds = String((positive - fraction) / 1_000);
  return fraction === 0 ? sign + seconds : `${sign}${seconds}.${String(fraction).padStart(3, '0')}`;
}

/** The labels as a JSON object, `__name__` where it sorts. */
export function labelsJson(labels: Labels): string {
  const { flat } = labels;
  let out = '{';
  for (let i = 0; i < flat.length; i += 2) {
    out += `${i === 0 ? '' : ','}${JSON.stringify(flat[i])}:${JSON.stringify(flat[i + 1])}`;
  }
  return `${out}}`;
}
