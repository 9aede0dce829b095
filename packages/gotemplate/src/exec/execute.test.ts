import { describe, expect, it } from 'vitest';
import { TemplateError } from '../errors.ts';
import { ANY_MAP, STRING } from '../value/types.ts';
import { GoMap, type GoValue, stringMap, stringSlice } from '../value/values.ts';
import type { TemplateFunction } from './operands.ts';
import { TemplateSet, type TemplateSetOptions } from './set.ts';

function render(text: string, data: GoValue = null, options: TemplateSetOptions = {}): string | Promise<string> {
  const set = new TemplateSet(options);
  set.parse('t', text);
  return set.execute('t', data);
}

describe('what Go added after 1.19', () => {
  it.each([
    ['{{ range 3 }}{{ . }}{{ end }}', '012'],
    ['{{ range $i := 2 }}{{ $i }}{{ end }}', '01'],
    ['{{ range 0 }}a{{ else }}none{{ end }}', 'none'],
    ['{{ range -1 }}a{{ else }}none{{ end }}', 'none'],
    ['{{ with "" }}a{{ else with "b" }}{{ . }}{{ else }}c{{ end }}', 'b'],
    ['{{ range $i, $e := 2 }}{{ end }}', "can't use 2 to iterate over more than one variable"],
    ['{{ "a" }', `unexpected "}" in operand`],
    ['{{ .X}', `bad character U+007D '}'`],
  ])('%s', (text, expected) => {
    let result: string;
    try {
      result = String(render(text, null));
    } catch (error) {
      result = error instanceof TemplateError ? error.message : String(error);
    }
    expect(result.endsWith(expected)).toBe(true);
  });
});

describe('missing keys', () => {
  const any = new GoMap(ANY_MAP, new Map<string, GoValue>([['a', 1n]]));
  const strings = stringMap([['a', 'x']]);

  it('gives <no value>, the zero value or an error', () => {
    expect(render('{{ .b }}', strings)).toBe('<no value>');
    expect(render('{{ .b }}|', strings, { missingKey: 'zero' })).toBe('|');
    expect(render('{{ .b }}', any, { missingKey: 'zero' })).toBe('<no value>');
    expect(() => render('{{ .b }}', strings, { missingKey: 'error' })).toThrow(
      'template: t:1:3: executing "t" at <.b>: map has no entry for key "b"',
    );
    expect(() => render('{{ .b.c }}', any, { missingKey: 'error' })).toThrow('map has no entry for key "b"');
  });

  it('reads on through a missing value', () => {
    expect(render('{{ .b.c.d }}', any)).toBe('<no value>');
  });
});

describe('sets of templates', () => {
  it('keeps a definition when a later one is empty and replaces it otherwise', () => {
    const set = new TemplateSet();
    set.parse('a', '{{ define "x" }}one{{ end }}{{ template "x" }}');
    set.parse('b', '{{ define "x" }} {{ end }}');
    expect(set.execute('a', null)).toBe('one');
    const copy = set.clone();
    copy.parse('c', '{{ define "x" }}two{{ end }}');
    expect(copy.execute('a', null)).toBe('two');
    expect(set.execute('a', null)).toBe('one');
    expect(set.names).toEqual(['x', 'a', 'b']);
  });

  it('says when a template does not exist', () => {
    expect(() => new TemplateSet().execute('nope', null)).toThrow('template: nope: no template "nope"');
  });

  it('gives every call its own variables', () => {
    const text =
      '{{ define "f" }}{{ $x := . }}{{ if $x }}{{ template "f" (slice $x 1) }}{{ end }}{{ len $x }}{{ end }}';
    expect(render(`${text}{{ $x := "ab" }}{{ template "f" $x }}{{ $x }}`, null)).toBe('012ab');
  });
});

describe('functions that wait', () => {
  function asking(answers: Record<string, string>, log: string[]): TemplateFunction {
    return {
      params: [STRING],
      call: ([key], run) =>
        run.answers.get(
          String(key),
          async () => {
            log.push(String(key));
            const answer = answers[String(key)];
            if (answer === undefined) throw new Error(`no answer to ${key}`);
            return answer;
          },
          (answer) => answer,
        ),
    };
  }

  it('gives a string at once when nothing waits', () => {
    expect(render('{{ 1 }}')).toBe('1');
  });

  it('asks each question once, in order, also when one depends on another', async () => {
    const log: string[] = [];
    const functions = new Map([['ask', asking({ a: 'b', b: 'c' }, log)]]);
    const result = render('{{ ask "a" }}{{ ask (ask "a") }}{{ range 3 }}{{ ask "b" }}{{ end }}', null, { functions });
    expect(result).toBeInstanceOf(Promise);
    expect(await result).toBe('bcccc');
    expect(log).toEqual(['a', 'b']);
  });

  it('reports a failed question where the function was called', async () => {
    const functions = new Map([['ask', asking({}, [])]]);
    await expect(render('x {{ ask "a" }}', null, { functions })).rejects.toThrow(
      'template: t:1:5: executing "t" at <ask "a">: error calling ask: no answer to a',
    );
  });

  it('stops asking after the limit', async () => {
    const functions = new Map([['ask', asking({ a: 'b', b: 'c', c: 'd' }, [])]]);
    const text = '{{ ask (ask (ask "a")) }}';
    await expect(render(text, null, { functions, limits: { queries: 2 } })).rejects.toThrow('limit of 2 queries');
    expect(await render(text, null, { functions, limits: { queries: 3 } })).toBe('d');
  });
});

it('reads data only through its own keys', () => {
  const data = stringMap([['a', 'x']]);
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'entries', 'size', 'type']) {
    expect(render(`{{ .${name} }}`, data, { missingKey: 'zero' })).toBe('');
    expect(() => render(`{{ $x := "text" }}{{ $x.${name} }}`, data)).toThrow(
      `can't evaluate field ${name} in type string`,
    );
    expect(() => render(`{{ (1).${name} }}`, data)).toThrow(`can't evaluate field ${name} in type int`);
    expect(() => render(`{{ ${name} }}`, data)).toThrow(`function "${name}" not defined`);
    expect(() => render(`{{ .${name} }}`, stringSlice(['a']))).toThrow(`can't evaluate field ${name} in type []string`);
  }
});
