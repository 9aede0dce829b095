/**
 * CPU of one scraped sample from body bytes to batch columns, every series known: `npx vitest bench tests/integration/scrape`.
 * The time of an iteration divided by 10,000 is the time of a sample.
 */
import { bench, describe } from 'vitest';
import { appendOnce, prepareAppend } from './support/append-setup.ts';

describe('append of a scrape with 10,000 series', () => {
  for (const format of ['text', 'openmetrics'] as const) {
    const setup = prepareAppend({ series: 10_000, format });
    let iteration = 0;
    bench(`${format}, all series known`, () => void appendOnce(setup, ++iteration), { time: 2000 });
  }
});
