/**
 * CPU of one scraped sample from body bytes to batch columns, with every series known: run with
 * `npx vitest bench tests/integration/scrape` or, for one number, `node --conditions=sightline-source` on this file's
 * `measureAppend`.
 */
import { bench, describe } from 'vitest';
import { appendOnce, prepareAppend } from './support/append-setup.ts';

describe('append of a scrape with 10,000 series', () => {
  for (const format of ['text', 'openmetrics'] as const) {
    const setup = prepareAppend({ series: 10_000, format });
    let iteration = 0;
    bench(`${format}, all series known`, () => appendOnce(setup, ++iteration), { time: 2000 });
  }
});
