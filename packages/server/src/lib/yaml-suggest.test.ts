import { expect, test } from 'vitest';
import { closest } from './yaml-suggest.ts';

const KNOWN = ['scrape_interval', 'scrape_timeout', 'metrics_path', 'scheme', 'url'];

test.each([
  ['scrape_intervall', 'scrape_interval'],
  ['scrapeInterval', 'scrape_interval'],
  ['scrape-timeout', 'scrape_timeout'],
  ['shceme', 'scheme'],
  ['ulr', 'url'],
  ['metrics', undefined],
  ['x', undefined],
  ['completely_different', undefined],
])('%s -> %s', (word, expected) => {
  expect(closest(word, KNOWN)).toBe(expected);
});

test('a very long word is cheap and matches nothing', () => {
  expect(closest('x'.repeat(1_000_000), KNOWN)).toBeUndefined();
});
