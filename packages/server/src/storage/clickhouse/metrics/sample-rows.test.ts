import { Labels } from '@sightline/model';
import { describe, expect, test } from 'vitest';
import { readNative, toNumbers } from '../native.ts';
import { nativeBlock } from '../native-writer.ts';
import { ChunkBlockBuilder } from './chunk-block.ts';
import { Pace } from './pace.ts';
import { RowDecoder } from './row-decoder.ts';
import { SampleChunks, SampleRows } from './sample-rows.ts';
import { SeriesEntry } from './series-entry.ts';

const HOUR = 3_600_000;
const NO_SIGNAL: AbortSignal = new AbortController().signal;

function addAt(
  rows: SampleRows | SampleChunks,
  entry: SeriesEntry,
  timeMs: number,
  value: number,
  isStale = false,
): void {
  rows.add(entry, Math.floor(timeMs / HOUR), timeMs % HOUR, value, isStale);
}

function entryOf(id: number): SeriesEntry {
  return new SeriesEntry(Labels.fromObject({ __name__: 'm', id: String(id) }), id, 7);
}

/** As the database would give them back: without the metric, with an order of insertion. */
async function readBack(rows: SampleRows, entries: readonly SeriesEntry[]) {
  const columns = rows.columns;
  const [, hour, id, t, v] = columns;
  if (hour === undefined || id === undefined || t === undefined || v === undefined) throw new Error('columns missing');
  const order = { name: 'order', type: 'UInt32', parts: [new Uint32Array(rows.rows)] };
  const bytes = Buffer.concat(nativeBlock(rows.rows, [id, hour, order, t, v]));
  const decoder = new RowDecoder(entries);
  await decoder.add(bytes, new Pace(NO_SIGNAL));
  const builder = new ChunkBlockBuilder(-1, 1e14);
  for (const [slot, entry] of entries.entries()) builder.add(entry.labels, decoder.take(slot));
  return builder.build();
}

describe('SampleRows', () => {
  test('every kind of value reads back bit for bit', async () => {
    const entry = entryOf(2 ** 53 - 1);
    const values = [
      0,
      1,
      -1,
      2 ** 53 - 1,
      -(2 ** 53 - 1),
      2 ** 32,
      -(2 ** 32),
      12.345,
      -0.5,
      1 / 3,
      -0,
      2 ** 60,
      5e-324,
    ];
    values.push(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
    const rows = new SampleRows();
    for (const [i, value] of values.entries()) addAt(rows, entry, 5 * HOUR + i, value);
    addAt(rows, entry, 5 * HOUR + values.length, 1, true);
    const block = await readBack(rows, [entry]);
    const samples = block.cursor();
    samples.seek(0);
    expect(rows.rows).toBe(1);
    expect(Array.from(samples.values.subarray(0, values.length))).toEqual(values);
    const words = new Uint32Array(samples.values.buffer, samples.values.byteOffset, samples.values.length * 2);
    expect([words[2 * values.length], words[2 * values.length + 1]]).toEqual([2, 0x7ff00000]);
  });

  test('a row for each run of a series within an hour, and memory that is used again', async () => {
    const entries = Array.from({ length: 3_000 }, (_, i) => entryOf(i + 1));
    const rows = new SampleRows();
    for (let round = 0; round < 2; round++) {
      rows.clear();
      for (const entry of entries) for (let i = 0; i < 3; i++) addAt(rows, entry, (i + 1) * HOUR - 1 + round, entry.id);
      expect(rows.rows).toBe(9_000);
      const block = await readBack(rows, entries);
      expect(block.series.length).toBe(3_000);
      const samples = block.cursor();
      samples.seek(2);
      expect(Array.from(samples.timestamps.subarray(samples.from, samples.to))).toEqual(
        [HOUR - 1, 2 * HOUR - 1, 3 * HOUR - 1].map((t) => t + round),
      );
      expect(Array.from(samples.values.subarray(samples.from, samples.to))).toEqual([3, 3, 3]);
    }
  });

  test('names and types in the block', () => {
    const rows = new SampleRows();
    addAt(rows, entryOf(2 ** 40 + 5), 7 * HOUR + 250, 3);
    const [block] = [...readNative(Buffer.concat(nativeBlock(rows.rows, rows.columns)))];
    const [metric, hour, id, t, v] = block?.columns ?? [];
    expect(metric).toMatchObject({ values: Uint32Array.of(7) });
    expect(hour).toMatchObject({ values: Uint32Array.of(7 * 3_600) });
    expect(id?.kind === 'u64' && Array.from(toNumbers(id.words))).toEqual([2 ** 40 + 5]);
    expect(t).toMatchObject({ item: { values: Uint32Array.of(250 * 16) } });
    expect(v).toMatchObject({ item: { words: Int32Array.of(3, 0) } });
  });
});

describe('SampleChunks', () => {
  test('cuts at rows, samples and a hundred days', () => {
    const rowsOf = (chunks: SampleChunks) => chunks.chunks.map(({ rows }) => rows);
    const byRows = new SampleChunks([], 2);
    for (let i = 0; i < 5; i++) addAt(byRows, entryOf(i), 0, 1);
    expect(rowsOf(byRows)).toEqual([2, 2, 1]);
    const bySamples = new SampleChunks([], 10, 2);
    const entry = entryOf(1);
    for (let i = 0; i < 5; i++) addAt(bySamples, entry, i, 1);
    expect(rowsOf(bySamples)).toEqual([1, 1, 1]);
    const byDays = new SampleChunks();
    for (let day = 0; day < 150; day++) addAt(byDays, entry, day * 86_400_000, 1);
    addAt(byDays, entry, 120 * 86_400_000, 1);
    expect(rowsOf(byDays)).toEqual([100, 51]);
  });

  test('gives its memory to the next', () => {
    const spare: SampleRows[] = [];
    const first = new SampleChunks(spare);
    addAt(first, entryOf(1), 0, 1);
    const used = first.chunks[0];
    first.release();
    expect(spare).toEqual([used]);
    const next = new SampleChunks(spare);
    addAt(next, entryOf(2), 0, 1);
    expect(next.chunks[0]).toBe(used);
    expect(next.chunks[0]?.rows).toBe(1);
  });
});
