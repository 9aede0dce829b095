/** JSON of a large range answer: 1,000 series of 1,440 values of rate(), and of an instant answer of 10,000 series. */
import { Labels } from '@sightline/model';
import type { QueryValue } from '@sightline/promql';
import { bench, describe } from 'vitest';
import type { HttpOutput } from '../../lib/http.ts';
import { LabelTexts } from './label-texts.ts';
import { queryOutput } from './result-json.ts';

const SERIES = 1_000;
const POINTS = 1_440;

function labelsOf(i: number): Labels {
  return Labels.fromObject({
    __name__: 'http_requests_total',
    instance: `10.0.${i >> 8}.${i & 255}:9100`,
    job: 'node',
    method: i % 2 === 0 ? 'GET' : 'POST',
    path: `/api/v1/items/${i}`,
  });
}

const timestamps = Float64Array.from({ length: POINTS }, (_, k) => 1_700_000_000_000 + k * 60_000);
const matrix: QueryValue = {
  type: 'matrix',
  series: Array.from({ length: SERIES }, (_, i) => ({
    labels: labelsOf(i),
    timestamps,
    values: Float64Array.from({ length: POINTS }, (_, k) => ((i * 7_919 + k * 104_729) % 1e6) / (285 + (k % 3))),
  })),
};
const vector: QueryValue = {
  type: 'vector',
  samples: Array.from({ length: 10_000 }, (_, i) => ({
    labels: labelsOf(i),
    timestampMs: 1_700_000_000_123,
    value: i,
  })),
};

/** The way before: texts by concatenation, encoded as they are sent. */
function byConcatenation(value: QueryValue): number {
  if (value.type !== 'matrix') return 0;
  const heads = Array.from(timestamps, (ms) => `[${ms / 1_000},"`);
  let bytes = 0;
  let out = '';
  for (const { values } of value.series) {
    for (let k = 0; k < values.length; k++) {
      out += `,${heads[k]}${values[k]}"]`;
      if (out.length > 65_536) {
        bytes += Buffer.from(out).length;
        out = '';
      }
    }
  }
  return bytes;
}

async function drain({ body }: HttpOutput): Promise<number> {
  let bytes = 0;
  for await (const piece of body as AsyncIterable<Uint8Array>) bytes += piece.length;
  return bytes;
}

describe('1,440,000 points', () => {
  bench('bytes', async () => void (await drain(queryOutput(matrix))), { time: 2_000 });
  bench('concatenation', () => void byConcatenation(matrix), { time: 2_000 });
});

describe('10,000 instant samples', () => {
  const labelTexts = new LabelTexts();
  bench('label sets seen before', async () => void (await drain(queryOutput(vector, { labelTexts }))), { time: 1_000 });
  bench('new label sets', async () => void (await drain(queryOutput(vector))), { time: 1_000 });
});
