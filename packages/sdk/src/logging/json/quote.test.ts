import { describe, expect, it } from 'vitest';
import { escapedSafely, quote } from './quote.ts';

/** Around the lengths at which a text is looked at in another way. */
const LENGTHS = [1, 47, 48, 49, 80, 81, 2047, 2048, 2049];

describe('a text as JSON', () => {
  it.each(['a', '"', '\\', '\n', '\u0000', '\u001f', '\u007f', 'é', 'ї', '€', '\u2028', '😀'])(
    'with %j anywhere is what JSON.stringify gives',
    (character) => {
      for (const length of LENGTHS) {
        for (const at of [0, length >> 1, length - 1]) {
          const text = `${'x'.repeat(at)}${character}${'x'.repeat(length - at - 1)}`;
          expect(quote(text)).toBe(JSON.stringify(text));
          expect(`"${escapedSafely(text)}"`).toBe(JSON.stringify(text));
        }
      }
    },
  );

  it('hides a secret at every length, also among characters of several bytes', () => {
    for (const filler of ['x ', 'é ', '€ ', '" ']) {
      for (const length of LENGTHS) {
        const text = `${filler.repeat(length >> 1)}password=hunter2 ${filler.repeat(3)}`;
        expect(escapedSafely(text)).toContain('password=[REDACTED]');
        expect(escapedSafely(text)).not.toContain('hunter2');
      }
    }
  });
});
