/** Speed of the parsers: one iteration reads 100,000 samples. `npx vitest bench packages/protocol`. */
import { bench, describe } from 'vitest';
import { parseExposition } from './parse.ts';
import { parseSeries } from './series.ts';

const SAMPLES = 100_000;

function bodyOf(line: (index: number) => string): Buffer {
  return Buffer.from(
    Array.from({ length: SAMPLES }, (_, index) => line(index))
      .join('\n')
      .concat('\n'),
  );
}

const counters = bodyOf(
  (i) => `http_requests_total{method="GET",path="/api/v1/items/${i % 50}",instance="host-${i}"} ${i * 17}`,
);
const floats = bodyOf(
  (i) => `process_cpu_seconds_total{cpu="${i % 16}",mode="user",core="${i}"} ${(i * 1.2345678).toFixed(6)}`,
);
const openMetrics = Buffer.concat([counters, Buffer.from('# EOF\n')]);

/** Holds what was read, so that the engine cannot leave the work out. */
const seen = { sum: 0 };
const sink = {
  sample(start: number, end: number, value: number): void {
    seen.sum += value + end - start;
  },
};

describe('100,000 samples', () => {
  bench('text, integer counters', () => parseExposition(counters, 'text', sink));
  bench('text, decimals', () => parseExposition(floats, 'text', sink));
  bench('OpenMetrics, integer counters', () => parseExposition(openMetrics, 'openmetrics', sink));
  bench('text with the labels of each series', () =>
    parseExposition(counters, 'text', {
      sample(start, end) {
        seen.sum += parseSeries(counters, start, end).size;
      },
    }),
  );
});
