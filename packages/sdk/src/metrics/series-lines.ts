/**
 * The lines of a series that has several (histograms, summaries), put together for each exposition: the labels are kept once
 * for each series, what tells its lines apart (`le`, `quantile`, suffixes) once for the metric. Keeping every line whole, as
 * metrics with one line do, would cost a histogram three times the memory that its numbers and labels take.
 */
import { type Chunk, lineValues } from './chunk.ts';
import { exemplarText } from './exemplar.ts';
import { LONGEST_NUMBER, putNumber } from './number-text.ts';
import type { Output } from './output.ts';
import type { Line, Shape } from './shape.ts';

const NEWLINE = 10;
const BRACE = 123;
/** Suffix, bound and number, without the name and the labels of the series. */
const EXPECTED_BYTES_OF_LINE = 30;

interface LineText {
  /** Name of the sample. */
  readonly head: Uint8Array;
  /** True when the line before has the same bytes up to the value of its own label. */
  readonly isRepeated: boolean;
  /** From the labels of the series to the value of the line's own label, and from there to the number. */
  readonly key: Uint8Array;
  readonly tail: Uint8Array;
  /** The same for a series without labels. */
  readonly bareKey: Uint8Array;
  readonly bareTail: Uint8Array;
}

function lineText(name: string, { suffix }: Line, extra: string, isRepeated: boolean): LineText {
  const valueAt = extra.indexOf('"') + 1;
  const key = extra.slice(0, valueAt);
  const value = extra.slice(valueAt);
  return {
    head: Buffer.from(name + suffix),
    isRepeated,
    key: Buffer.from(key === '' ? '' : `,${key}`),
    tail: Buffer.from(`${value}} `),
    bareKey: Buffer.from(key === '' ? '' : `{${key}`),
    bareTail: Buffer.from(key === '' ? ' ' : `${value}} `),
  };
}

/** Writes the lines of one metric's series in one format. */
export class SeriesLines {
  readonly #shape: Shape;
  readonly #isOpen: boolean;
  readonly #lines: readonly LineText[];
  /** The most bytes that the lines of a series take, without its labels. */
  readonly #most: number;

  constructor(name: string, shape: Shape, isOpen: boolean) {
    this.#shape = shape;
    this.#isOpen = isOpen;
    this.#lines = shape.lines.map((line, at) => {
      const isRepeated = at > 0 && line.extra !== '' && shape.lines[at - 1]?.extra !== '';
      return lineText(name, line, isOpen ? line.openExtra : line.extra, isRepeated);
    });
    this.#most = this.#lines.reduce(
      (sum, { head, key, tail }) => sum + head.length + key.length + tail.length + LONGEST_NUMBER + 2,
      0,
    );
  }

  /** Writes a series that is there and whose labels are in the chunk's text. */
  write(chunk: Chunk, index: number, out: Output): void {
    const { values, text, exemplars } = chunk;
    const { stride, read, exemplarSlots } = this.#shape;
    read(values, index * stride, lineValues);
    const labelsStart = chunk.startOf(index);
    const labelsEnd = chunk.ends[index] as number;
    const hasLabels = labelsEnd > labelsStart;
    const many = this.#lines.length;
    const most = this.#most + many * (labelsEnd - labelsStart);
    let bytes = out.reserve(most);
    let at = out.length;
    let start = at;
    let prefix = 0;
    let labels = -1;
    for (let line = 0; line < many; line++) {
      const { head, isRepeated, key, tail, bareKey, bareTail } = this.#lines[line] as LineText;
      if (isRepeated) {
        bytes.copyWithin(at, start, start + prefix);
        start = at;
        at += prefix;
      } else {
        start = at;
        at = put(bytes, at, head);
        if (hasLabels) {
          // Copying inside one buffer is several times cheaper than from one into another.
          if (labels >= 0) bytes.copyWithin(at, labels, labels + labelsEnd - labelsStart + 1);
          else {
            bytes[at] = BRACE;
            text.copy(bytes, at + 1, labelsStart, labelsEnd);
          }
          labels = at;
          at += labelsEnd - labelsStart + 1;
        }
        at = put(bytes, at, hasLabels ? key : bareKey);
        prefix = at - start;
      }
      at = put(bytes, at, hasLabels ? tail : bareTail);
      at = putNumber(bytes, at, lineValues[line] as number);
      if (this.#isOpen && exemplars !== undefined && line < exemplarSlots) {
        const exemplar = exemplars[index * exemplarSlots + line];
        if (exemplar !== undefined) {
          out.length = at;
          out.text(exemplarText(exemplar));
          bytes = out.reserve(most);
          at = out.length;
        }
      }
      bytes[at++] = NEWLINE;
    }
    out.length = at;
  }
}

/** About as many bytes as the lines of all series of a chunk take. */
export function expectedBytes(chunk: Chunk, name: string): number {
  const { lines } = chunk.shape;
  return lines.length * (chunk.count * (name.length + EXPECTED_BYTES_OF_LINE) + chunk.text.length);
}

/** A loop is faster than a call for a few bytes. */
function put(bytes: Uint8Array, at: number, from: Uint8Array): number {
  for (let index = 0; index < from.length; index++) bytes[at + index] = from[index] as number;
  return at + from.length;
}
