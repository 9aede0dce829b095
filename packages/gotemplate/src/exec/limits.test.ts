import { describe, expect, it } from 'vitest';
import { TemplateError } from '../errors.ts';
import { escapeTemplateSet } from '../html/escape-set.ts';
import { TemplateSet, type TemplateSetOptions } from './set.ts';

function limited(text: string, options: TemplateSetOptions = {}): TemplateError {
  try {
    const set = new TemplateSet(options);
    set.parse('t', text);
    void set.execute('t', null);
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error('the template was not stopped');
}

describe('templates that would not end', () => {
  it.each([
    [
      'calls itself',
      '{{ define "r" }}{{ template "r" }}{{ end }}{{ template "r" }}',
      'exceeded maximum template depth (200)',
    ],
    ['loops for long', '{{ range 1000000000000 }}{{ end }}', 'exceeded the limit of 1000000 steps'],
    ['loops in loops', '{{ range 100000 }}{{ range 100000 }}{{ end }}{{ end }}', 'exceeded the limit of 1000000 steps'],
    [
      'writes a lot',
      '{{ range 100000 }}0123456789012345678901234567890{{ end }}',
      'exceeded the limit of output of 1048576',
    ],
    [
      'doubles a text',
      `{{ $x := "0123456789" }}${'{{ $x = print $x $x }}'.repeat(40)}`,
      'exceeded the limit of text of 1048576 characters',
    ],
    ['pads', '{{ printf "%9000000d" 1 }}', 'formatted text is longer than 4194304 characters'],
    [
      'pads by argument',
      '{{ printf "%*d" 999999 1 | len }}{{ printf "%[1]*d%[1]*d%[1]*d%[1]*d%[1]*d" 999999 1 }}',
      'longer than 4194304',
    ],
    [
      'writes many digits',
      '{{ printf "%.900000f%.900000f%.900000f%.900000f%.900000f" 1.0 1.0 1.0 1.0 1.0 }}',
      'longer than 4194304',
    ],
  ])('are stopped: %s', (_what, text, message) => {
    expect(limited(text).message).toContain(message);
  });

  it('are stopped by the clock', () => {
    const error = limited('{{ range 1000000000 }}{{ end }}', { limits: { steps: 1e12, milliseconds: 20 } });
    expect(error.code).toBe('template_limit');
    expect(error.message).toBe('template: t:1:9: executing "t" at <1000000000>: exceeded the limit of 20 ms');
  });
});

describe('texts that are too much', () => {
  it.each([
    ['long', 'x'.repeat(1_048_577)],
    ['nested blocks', '{{ if 1 }}'.repeat(2_000)],
    ['nested parentheses', `{{ ${'('.repeat(2_000)} }}`],
    ['a chain of else if', `{{ if 0 }}${'{{ else if 0 }}'.repeat(2_000)}{{ end }}`],
  ])('are refused: %s', (_what, text) => {
    expect(limited(text).code).toBe('template_limit');
  });

  it('does not follow templates without end when it escapes them', () => {
    const set = new TemplateSet();
    const calls = (name: string): string => `<p title="{{ template "${name}" }}">{{ template "${name}" }}`;
    const definitions = Array.from({ length: 40 }, (_, i) => `{{ define "d${i}" }}${calls(`d${i + 1}`)}{{ end }}`);
    set.parse('t', `${definitions.join('')}{{ define "d40" }}x{{ end }}{{ template "d0" }}`);
    expect(() => escapeTemplateSet(set, 't')).not.toThrow(RangeError);
  });
});
