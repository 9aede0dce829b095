import { describe, expect, test } from 'vitest';
import type { ExpositionFormat } from '../exposition.ts';
import { ExpositionError } from './exposition-error.ts';
import { parseExposition } from './parse.ts';
import { parseSeries } from './series.ts';

const PIECES = [
  'a',
  'b_c',
  ' ',
  '  ',
  '\t',
  '\n',
  '{',
  '}',
  '"',
  '"x"',
  '=',
  ',',
  '\\',
  '\\"',
  '\0',
  '1',
  '.5',
  'e',
  '#',
  '# HELP ',
  '# TYPE ',
  '# EOF\n',
  ' # {',
  'NaN',
  '\u00e4',
]
  .map((piece) => Buffer.from(piece))
  .concat([Buffer.from([0xff]), Buffer.from([0xe2, 0x82])]);

function attempt(body: Buffer, format: ExpositionFormat): void {
  try {
    parseExposition(body, format, {
      sample(start, end) {
        if (start >= end || end > body.length) throw new RangeError(`sample at ${start} to ${end}`);
        parseSeries(body, start, end);
      },
      exemplar() {},
      type() {},
      help() {},
      unit() {},
    });
  } catch (error) {
    if (!(error instanceof ExpositionError)) throw error;
    if (error.line < 1 || error.message.length > 1200) throw new RangeError(error.message);
  }
}

describe.each(['text', 'openmetrics'] as const)('%s, whatever it is given', (format) => {
  test('accepts or throws an ExpositionError', () => {
    let state = 4711;
    const random = (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let round = 0; round < 20_000; round++) {
      const body =
        round % 3 === 0
          ? Buffer.from(Array.from({ length: random(40) }, () => random(256)))
          : Buffer.concat(Array.from({ length: random(16) }, () => PIECES[random(PIECES.length)] as Buffer));
      attempt(body, format);
    }
  });

  test.each(['{', '"', '\\', 'a{', '#', '# ', 'a{b="c",', '\0', '\n', ' ', '1', 'a 1\n'])(
    'a megabyte of %j takes time in proportion',
    (piece) => {
      const before = process.cpuUsage().user;
      attempt(Buffer.alloc(1024 * 1024, piece), format);
      attempt(Buffer.concat([Buffer.from('a{b="'), Buffer.alloc(1024 * 1024, piece)]), format);
      // Quadratic work on a megabyte would take minutes; the processor may be busy with other things.
      expect((process.cpuUsage().user - before) / 1e6).toBeLessThan(10);
    },
  );
});
