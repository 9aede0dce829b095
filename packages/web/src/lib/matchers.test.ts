import { describe, expect, it } from 'vitest';
import { fromApi, matchersOf, matcherText, parseMatchers, toApi } from './matchers.ts';

describe('matchers', () => {
  it('are read with and without braces and quotes', () => {
    const expected = [
      { name: 'alertname', op: '=', value: 'Disk full' },
      { name: 'severity', op: '!~', value: 'info|none' },
    ];
    expect(parseMatchers('{alertname="Disk full", severity!~"info|none"}')).toEqual(expected);
    expect(parseMatchers('alertname=Disk full,severity !~ info|none')).toEqual(expected);
    expect(parseMatchers('"my label"=~"a\\"b\\n"')).toEqual([{ name: 'my label', op: '=~', value: 'a"b\n' }]);
    expect(parseMatchers('empty=""')).toEqual([{ name: 'empty', op: '=', value: '' }]);
    expect(parseMatchers('')).toEqual([]);
  });

  it('are refused when they are something else', () => {
    for (const text of ['severity', '="x"', 'a="b" c="d"', 'a==b{', '{a="b"']) {
      expect(parseMatchers(text), text).toBeNull();
    }
  });

  it('survive being written, read and sent', () => {
    for (const op of ['=', '!=', '=~', '!~'] as const) {
      const matcher = { name: op === '=' ? 'dots.in.it' : 'plain', op, value: 'say "hi"\\\n' };
      expect(parseMatchers(matcherText(matcher))).toEqual([matcher]);
      expect(fromApi(toApi(matcher))).toEqual(matcher);
    }
  });

  it('of an alert leave out what changes with every restart', () => {
    expect(matchersOf({ job: 'api', alertname: 'Crash', pod: 'api-7f9' }).map(matcherText)).toEqual([
      'alertname="Crash"',
      'job="api"',
    ]);
    expect(matchersOf({ pod: 'api-7f9' }).map(matcherText)).toEqual(['pod="api-7f9"']);
  });
});
