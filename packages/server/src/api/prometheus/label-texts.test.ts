import { Labels } from '@sightline/model';
import { expect, test } from 'vitest';
import { LabelTexts } from './label-texts.ts';

test('keeps what is asked for, and no more than two generations', () => {
  const texts = new LabelTexts(100);
  const often = Labels.fromObject({ a: 'often' });
  const once = Labels.fromObject({ a: 'once' });
  texts.set(often, 'o'.repeat(10));
  texts.set(once, '1'.repeat(10));
  for (let i = 0; i < 100; i++) {
    expect(texts.get(often)).toBe('o'.repeat(10));
    texts.set(Labels.fromObject({ a: String(i) }), 'x'.repeat(10));
  }
  expect(texts.get(once)).toBeUndefined();
});
