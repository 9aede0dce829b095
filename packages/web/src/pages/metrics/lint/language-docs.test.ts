import { describe, expect, it } from 'vitest';
import { languageDoc } from './language-docs.ts';

describe('the words of the language', () => {
  it('are explained with what they take and give', () => {
    expect(languageDoc('rate')?.signature).toBe('rate(range vector) → instant vector');
    expect(languageDoc('rate')?.doc).not.toBe('');
    expect(languageDoc('round')?.signature).toBe('round(instant vector, number …) → instant vector');
    expect(languageDoc('topk')?.signature).toBe('topk by (labels) (number, instant vector)');
    expect(languageDoc('SUM')?.doc).toBe(languageDoc('sum')?.doc);
    expect(languageDoc('up')).toBeNull();
  });
});
