import { Labels } from '@sightline/model';
import { describe, expect, test } from 'vitest';
import type { HttpOutput } from '../../lib/http.ts';
import { LabelTexts } from './label-texts.ts';
import { formatTimestamp, labelsJson, queryOutput } from './result-json.ts';

async function bodyOf({ body }: HttpOutput): Promise<string> {
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  const pieces: Uint8Array[] = [];
  for await (const piece of body as AsyncIterable<Uint8Array>) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

const labels = Labels.fromObject({ __name__: 'up', q: 'a"\\\u2028\n' });

describe('queryOutput', () => {
  test('writes a vector as Prometheus does', async () => {
    const samples = [
      { labels, timestampMs: 1_435_781_451_781, value: 1e-7 },
      { labels: Labels.EMPTY, timestampMs: 1_000, value: Number.NaN },
    ];
    const output = queryOutput({ type: 'vector', samples }, { notes: { warnings: ['w'], infos: [] } });
    expect(await bodyOf(output)).toBe(
      '{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"up","q":"a\\"\\\\\u2028\\n"},' +
        '"value":[1435781451.781,"1e-07"]},{"metric":{},"value":[1,"NaN"]}]},"warnings":["w"]}',
    );
  });

  test('writes scalars, strings and stats', async () => {
    expect(
      await bodyOf(
        queryOutput({ type: 'scalar', timestampMs: 5, value: Number.POSITIVE_INFINITY }, { stats: { a: 1 } }),
      ),
    ).toBe('{"status":"success","data":{"resultType":"scalar","result":[0.005,"+Inf"],"stats":{"a":1}}}');
    expect(await bodyOf(queryOutput({ type: 'string', timestampMs: 0, value: '"' }))).toBe(
      '{"status":"success","data":{"resultType":"string","result":[0,"\\""]}}',
    );
  });

  test('streams a large matrix in pieces that make up valid JSON', async () => {
    const timestamps = Float64Array.from({ length: 1_000 }, (_, i) => i * 15_000 + 1);
    const values = Float64Array.from({ length: 1_000 }, (_, i) => i / 3);
    const series = Array.from({ length: 50 }, (_, i) => ({ labels: labels.with('i', String(i)), timestamps, values }));
    const output = queryOutput({ type: 'matrix', series });
    expect(typeof output.body).toBe('object');
    const answer = JSON.parse(await bodyOf(output)) as { data: { result: { values: [number, string][] }[] } };
    expect(answer.data.result).toHaveLength(50);
    expect(answer.data.result[49]?.values[999]).toEqual([14_985.001, String(999 / 3)]);
  });

  test('series of different times, gaps and odd values', async () => {
    const all = Float64Array.from({ length: 6 }, (_, i) => i * 500 - 1_000);
    const values = Float64Array.from([1e-9, Number.NaN, Number.NEGATIVE_INFINITY, 1e21, -0, 0.1]);
    const series = [
      { labels, timestamps: all, values },
      { labels: Labels.EMPTY, timestamps: all.subarray(2, 4), values: values.subarray(2, 4) },
      { labels: Labels.EMPTY, timestamps: Float64Array.of(-8.64e15, 8.64e15 - 1), values: values.subarray(0, 2) },
    ];
    const answer = JSON.parse(await bodyOf(queryOutput({ type: 'matrix', series }))) as {
      data: { result: { values: [number, string][] }[] };
    };
    expect(answer.data.result.map((item) => item.values)).toEqual([
      [
        [-1, '1e-09'],
        [-0.5, 'NaN'],
        [0, '-Inf'],
        [0.5, '1e+21'],
        [1, '-0'],
        [1.5, '0.1'],
      ],
      [
        [0, '-Inf'],
        [0.5, '1e+21'],
      ],
      [
        [-8.64e12, '1e-09'],
        [8_639_999_999_999.999, 'NaN'],
      ],
    ]);
  });

  test('labels longer than a piece, and many of them', async () => {
    const long = labels.with('long', '€'.repeat(100_000)).with('ascii', 'x'.repeat(200_000));
    const samples = Array.from({ length: 3_000 }, (_, i) => ({
      labels: i === 1_500 ? long : labels.with('i', `"${i}é`),
      timestampMs: 1_500,
      value: i / 7,
    }));
    const answer = JSON.parse(await bodyOf(queryOutput({ type: 'vector', samples }))) as {
      data: { result: { metric: Record<string, string>; value: [number, string] }[] };
    };
    expect(answer.data.result).toEqual(
      samples.map((sample) => ({ metric: sample.labels.toObject(), value: [1.5, String(sample.value)] })),
    );
  });

  test('label sets that were written before are written again from their text', async () => {
    const labelTexts = new LabelTexts();
    const long = labels.with('ascii', 'x'.repeat(200_000));
    const samples = Array.from({ length: 2_000 }, (_, i) => ({
      labels: i % 500 === 0 ? long : labels.with('i', `"${i}é`),
      timestampMs: 1_500,
      value: i,
    }));
    const first = await bodyOf(queryOutput({ type: 'vector', samples }, { labelTexts }));
    expect(await bodyOf(queryOutput({ type: 'vector', samples }, { labelTexts }))).toBe(first);
    expect(await bodyOf(queryOutput({ type: 'vector', samples }))).toBe(first);
    expect(labelTexts.get((samples[1] as { labels: Labels }).labels)).toBe(labelsJson(labels.with('i', '"1é')));
  });

  test('writes an empty matrix', async () => {
    const output = queryOutput({ type: 'matrix', series: [] });
    expect(await bodyOf(output)).toBe('{"status":"success","data":{"resultType":"matrix","result":[]}}');
  });
});

test.each([
  [0, '0'],
  [1, '0.001'],
  [-1_500, '-1.500'],
  [1_435_781_430_050, '1435781430.050'],
])('formatTimestamp(%i) is %s', (ms, text) => {
  expect(formatTimestamp(ms)).toBe(text);
});
