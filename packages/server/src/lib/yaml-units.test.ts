import { expect, test } from 'vitest';
import { parseBase2Bytes } from './yaml-units.ts';

test.each([
  ['0', 0],
  ['1B', 1],
  ['10MB', 10 * 1024 ** 2],
  ['1.5GiB', 1.5 * 1024 ** 3],
  ['1GB512MB', 1.5 * 1024 ** 3],
  ['-1KB', -1024],
  ['10', undefined],
  ['10mb', undefined],
  ['10 MB', undefined],
  ['MB', undefined],
  ['', undefined],
  ['99EB', undefined],
])('%s', (text, bytes) => {
  expect(parseBase2Bytes(text)).toBe(bytes);
});
