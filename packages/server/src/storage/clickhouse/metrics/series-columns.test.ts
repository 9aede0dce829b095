import { Labels } from '@sightline/model';
import { describe, expect, test } from 'vitest';
import { readNative } from '../native.ts';
import { nativeBlock } from '../native-writer.ts';
import { seriesBlocks } from './series-columns.ts';
import { SeriesEntry } from './series-entry.ts';

const entryOf = (labels: Record<string, string>) => new SeriesEntry(Labels.fromObject(labels), 5, 7);

describe('seriesBlocks', () => {
  test('names and labels of any text, the metric name apart', () => {
    const long = 'x'.repeat(200);
    const first = entryOf({ __name__: 'm', a: 'Straße', z: long });
    const second = entryOf({ A: '\t\n\0\'"\\', __name__: 'größe' });
    const [block] = [...seriesBlocks([first, second].map((entry) => ({ entry, day: 20_000 })))];
    const columns = (block?.columns ?? []).flatMap(({ name, type, parts }) =>
      // The reader knows arrays only, which is what a map is made of.
      type.startsWith('Map')
        ? [0, 1].map((k) => ({ name, type: 'Array(String)', parts: [parts[0], parts[k + 1]] as Uint8Array[] }))
        : [{ name, type, parts }],
    );
    const [read] = [...readNative(Buffer.concat(nativeBlock(2, columns)))];
    const [days, metrics, , names, keys, values] = read?.columns ?? [];
    expect(days).toMatchObject({ values: Uint16Array.of(20_000, 20_000) });
    expect(metrics).toMatchObject({ values: Uint32Array.of(7, 7) });
    expect(names).toMatchObject({ values: ['m', 'größe'] });
    expect(keys).toMatchObject({ item: { values: ['a', 'z', 'A'] } });
    expect(values).toMatchObject({ ends: Float64Array.of(2, 3), item: { values: ['Straße', long, '\t\n\0\'"\\'] } });
  });

  test('cuts at rows and a hundred days', () => {
    const entry = entryOf({ __name__: 'm' });
    const days = (count: number) => Array.from({ length: count }, (_, day) => ({ entry, day }));
    expect([...seriesBlocks(days(5), 2)].map(({ rows }) => rows)).toEqual([2, 2, 1]);
    expect([...seriesBlocks([...days(150), ...days(1)])].map(({ rows }) => rows)).toEqual([100, 51]);
  });
});
