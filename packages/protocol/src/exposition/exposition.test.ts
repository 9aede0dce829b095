import { formatFloatG, type Exemplar } from '@sightline/model';
import { describe, expect, test } from 'vitest';
import type { ExpositionFormat, ExpositionSink } from '../exposition.ts';
import { ExpositionError } from './exposition-error.ts';
import { parseExposition, walkExposition } from './parse.ts';
import { normalizeFloatLabels, parseSeries } from './series.ts';

function read(text: string | Buffer, format: ExpositionFormat = 'text'): string[] {
  const body = Buffer.from(text as string);
  const out: string[] = [];
  parseExposition(body, format, {
    sample: (start, end, value, ts) =>
      out.push(`${parseSeries(body, start, end)} ${formatFloatG(value)}${Number.isNaN(ts) ? '' : ` @${ts}`}`),
    exemplar: (e: Exemplar) => out.push(`exemplar ${e.labels} ${e.value} ${e.timestamp}`),
    type: (metric, type) => out.push(`TYPE ${metric} ${type}`),
    help: (metric, help) => out.push(`HELP ${metric} ${JSON.stringify(help)}`),
    unit: (metric, unit) => out.push(`UNIT ${metric} ${unit}`),
  });
  return out;
}

function refusal(text: string | Buffer, format: ExpositionFormat = 'text'): ExpositionError {
  try {
    read(text, format);
  } catch (error) {
    if (error instanceof ExpositionError) return error;
    throw error;
  }
  throw new Error(`accepted: ${JSON.stringify(String(text))}`);
}

describe('text format', () => {
  test.each<[string, string[]]>([
    ['', []],
    ['\n\n \t \n', []],
    ['a 1', ['a 1']],
    ['a 1\nb 2 5000\n', ['a 1', 'b 2 @5000']],
    ['a{} 1\n', ['a 1']],
    ['a{b="c",} 1\n', ['a{b="c"} 1']],
    ['a { b = "c" d="e" }  1  \n', ['a{b="c", d="e"} 1']],
    ['a{b="c"}1\n', ['a{b="c"} 1']],
    ['a.5\n', ['a 0.5']],
    ['a{z="1",b=""} +1.5e-3\n', ['a{z="1"} 0.0015']],
    ['a{b="x\\ny\\"\\\\\\q"} 1\n', ['a{b="x\\ny\\"\\\\\\\\q"} 1']],
    ['a{b="two\nlines"} 1\n', ['a{b="two\\nlines"} 1']],
    ['{"a.b","c d"="e"} 1\n', ['{"a.b", "c d"="e"} 1']],
    ['# HELP a text \\n \\\\ \\" \n# TYPE a counter\n', ['HELP a "text \\n \\\\ \\\\\\" "', 'TYPE a counter']],
    ['# HELP a\n# HELP b  \n', ['HELP a ""', 'HELP b ""']],
    ['# TYPE a untyped\n#comment\n# HELPING\na 1', ['TYPE a unknown', 'a 1']],
    ['a NaN\na nan\na +Inf\na -inf\na Infinity\n', ['a NaN', 'a NaN', 'a +Inf', 'a -Inf', 'a +Inf']],
    ['a 1\n\0 this is not read', ['a 1']],
    ['a{b="x\\\0"y",c="\\\\\0"} 1\n', ['a{b="x\\\\\\x00\\"y", c="\\\\\\x00"} 1']],
    ['a{b="x\0"} 1\n', ['a{b="x\\x00"} 1']],
  ])('%j', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test.each([
    ['a', 'expected a value after the metric, found the end of the line'],
    ['a 1 2 3', 'end of the line after the timestamp'],
    ['a 1 -2', 'expected a timestamp'],
    ['a true', '"true" is not a number'],
    ['a 0x10', '"0x10" is not a number'],
    ['a 0x1p-2', 'unsupported character'],
    ['a 1_000', 'unsupported character'],
    ['a 1e400', 'out of range'],
    ['a +nan', 'not a number'],
    ['a 1\r\n', 'not a number'],
    ['a 1 9223372036854775808', 'out of range'],
    ["a{b='c'} 1", 'expected a label value in double quotes, found "\'c\'"'],
    ['a{b="c} 1', 'expected a label value in double quotes'],
    ['a{b="c"', 'expected a label name, found the end of the line'],
    ['a{,} 1', 'expected a label name'],
    ['a{b="c",,} 1', 'expected a label name'],
    ['a{b="c",b="d"} 1', '"b" is given twice'],
    ['a{__name__="d"} 1', '"__name__" is given twice'],
    ['{b="c"} 1', 'the metric has no name'],
    ['{"a","b"} 1', 'given twice'],
    ['{""} 1', 'metric name is empty'],
    ['{"a",""="x"} 1', 'label name is empty'],
    ['1a 1', 'expected a metric name'],
    ['# TYPE a bogus', 'expected one of counter, gauge'],
    ['# TYPE a  counter', 'expected one of counter, gauge'],
    ['# HELP 1', 'expected a metric name after HELP'],
  ])('%j is refused', (text, reason) => {
    expect(refusal(text).message).toContain(reason);
  });

  test('text that is not UTF-8 is refused in values and help', () => {
    expect(refusal(Buffer.from('a{b="\xff"} 1\n', 'latin1')).code).toBe('exposition_utf8');
    expect(refusal(Buffer.from('# HELP a \xff\n', 'latin1')).code).toBe('exposition_utf8');
  });

  test('an error names line, column and the line itself', () => {
    const error = refusal('a 1\n# HELP a x\nb{é="x"} 2\nc 3\n');
    expect([error.line, error.column]).toEqual([3, 3]);
    expect(error.message).toBe('line 3, column 3: expected a label name, found "é" in: b{é="x"} 2');
    expect(error.shifted(10).message).toMatch(/^line 13, column 3:/);
  });

  test('a long line is cut around the mistake', () => {
    const error = refusal(`a{b="${'x'.repeat(5_000)}"} 1 oops\n`);
    expect(error.detail.excerpt.length).toBeLessThan(140);
    expect(error.detail.excerpt).toContain('oops');
  });
});

describe('OpenMetrics', () => {
  test.each<[string, string[]]>([
    ['# EOF', []],
    ['# EOF\n', []],
    ['a 1\n# EOF\n', ['a 1']],
    ['a 1 1.5\n# EOF\n', ['a 1 @1500']],
    ['a 1 -1.0005\n# EOF\n', ['a 1 @-1000']],
    ['a{b="c",} 1\n# EOF\n', ['a{b="c"} 1']],
    ['# TYPE a_s gauge\n# UNIT a_s s\n# HELP a_s x\\"y\n# EOF\n', ['TYPE a_s gauge', 'UNIT a_s s', 'HELP a_s "x\\"y"']],
    [
      'a_bucket{le="+Inf"} 1 # {trace_id="x",} 4 123.25\na_count 1 5 # {} 4\n# EOF\n',
      ['a_bucket{le="+Inf"} 1', 'exemplar {trace_id="x"} 4 123250', 'a_count 1 @5000', 'exemplar {} 4 NaN'],
    ],
    ['{"a.b"} 1\n# EOF\n', ['{"a.b"} 1']],
  ])('%j', (text, expected) => {
    expect(read(text, 'openmetrics')).toEqual(expected);
  });

  test.each([
    ['', 'expected "# EOF"'],
    ['a 1\n', 'expected "# EOF"'],
    ['# HELP a b\n', 'expected "# EOF"'],
    ['# TYPE a counter', 'expected a space and text in TYPE'],
    ['a 1', 'expected "# EOF"'],
    ['# EOF\na 1\n', 'unexpected data after'],
    ['# EOF\n\n', 'unexpected data after'],
    ['\n# EOF\n', 'expected a metric name or a "#" line'],
    ['# comment\n# EOF\n', 'no other comments'],
    ['a  1\n# EOF\n', 'expected a value'],
    ['a 1 \n# EOF\n', 'expected a timestamp'],
    ['a{b="c"}1\n# EOF\n', 'expected a value'],
    ['a{b="c", d="e"} 1\n# EOF\n', 'expected a label name'],
    ['a{b="c"d="e"} 1\n# EOF\n', 'expected "," or "}"'],
    ['a{,} 1\n# EOF\n', 'expected a label name'],
    ['a 1 NaN\n# EOF\n', 'not a finite number'],
    ['a 1 # {b="c"}\n# EOF\n', 'expected a value after the exemplar'],
    ['a 1 # {b="c"} 1 2 3\n# EOF\n', 'expected the end of the line after the exemplar'],
    ['a 1 #\n# EOF\n', '"#" is not a number'],
    ['# UNIT a s\n# EOF\n', 'not a suffix'],
    ['# TYPE a untyped\n# EOF\n', 'expected one of counter'],
    ['# HELP a\n# EOF\n', 'expected a space and text'],
  ])('%j is refused', (text, reason) => {
    expect(refusal(text, 'openmetrics').message).toContain(reason);
  });
});

test('many labels are sorted as few are', () => {
  const names = Array.from({ length: 300 }, (_, i) => `l${(i * 7) % 300}`);
  const body = Buffer.from(`a{${names.map((name) => `${name}="x"`).join(',')}}`);
  const labels = parseSeries(body, 0, body.length);
  expect(labels.size).toBe(301);
  expect([...labels].map(([name]) => name)).toEqual(['__name__', ...[...names].sort()]);
});

test('an exemplar of more than 128 characters is read and not told', () => {
  const line = (length: number) => `a_total 1 # {t="${'ä'.repeat(length)}"} 1\n# EOF\n`;
  expect(read(line(127), 'openmetrics')).toHaveLength(2);
  expect(read(line(128), 'openmetrics')).toEqual(['a_total 1']);
});

describe('bucket bounds', () => {
  test.each([
    ['1', '1.0'],
    ['0', '0.0'],
    ['+Inf', '+Inf'],
    ['inf', '+Inf'],
    ['0.50', '0.5'],
    ['1000000', '1e+06'],
    ['100', '100.0'],
    ['x', 'x'],
    ['0x1p-1', '0.5'],
  ])('le %s becomes %s', (text, normal) => {
    const body = Buffer.from(`a_bucket{le="${text}"}`);
    const labels = parseSeries(body, 0, body.length);
    expect(normalizeFloatLabels(labels, 'histogram').get('le')).toBe(normal);
    expect(normalizeFloatLabels(labels, 'summary')).toBe(labels);
    expect(normalizeFloatLabels(labels, 'gauge')).toBe(labels);
  });
});

test.each<[ExpositionFormat, string]>([
  ['text', '# TYPE a counter\na 1\n\nb{c="d\ne"} 2 5\n\0rest {'],
  ['openmetrics', '# TYPE a counter\na_total 1 # {x="y"} 1\nb 2 5\n# EOF\n'],
])('%s in steps is the same', (format, text) => {
  const body = Buffer.from(text);
  const events: string[] = [];
  const sink: ExpositionSink = {
    sample: (start, end, value) => events.push(`${parseSeries(body, start, end)} ${value}`),
    type: (metric) => events.push(metric),
  };
  expect([...walkExposition(body, format, sink, 1)].length).toBeGreaterThan(2);
  const stepped = events.splice(0);
  parseExposition(body, format, sink);
  expect(stepped).toEqual(events);
});

test.each<[ExpositionFormat, string, string]>([
  ['text', 'ab 1\n', 'ab 1'],
  ['text', 'a1 5\n', 'a1 5'],
  ['text', 'a {b="c"} 1\n', 'a{b="c"} 1'],
  ['text', 'a 7\n', 'a 7'],
  ['openmetrics', 'ab 1\n# EOF\n', 'ab 1'],
  ['openmetrics', 'a{b="c"} 1\n# EOF\n', 'a{b="c"} 1'],
  ['openmetrics', 'a 7\n# EOF\n', 'a 7'],
])('%s: a known series that is only the beginning of another is not taken for it: %j', (format, text, expected) => {
  const body = Buffer.from(text);
  const seen: string[] = [];
  parseExposition(body, format, {
    known: (start) => (body[start] === 97 ? start + 1 : -1),
    sample: (start, end, value) => seen.push(`${parseSeries(body, start, end)} ${value}`),
  });
  expect(seen).toEqual([expected]);
});

test('decimal numbers are read to the nearest float', () => {
  let seed = 7;
  const random = (n: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % n;
  };
  for (let round = 0; round < 20_000; round++) {
    const digits = Array.from({ length: 1 + random(19) }, () => random(10)).join('');
    const point = random(digits.length + 1);
    const exponent = random(3) === 0 ? `e${random(2) === 0 ? '-' : ''}${random(30)}` : '';
    const text = `${random(2) === 0 ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}${exponent}`;
    const seen: number[] = [];
    parseExposition(Buffer.from(`a ${text}\n`), 'text', { sample: (_s, _e, value) => seen.push(value) });
    expect(Object.is(seen[0], Number(text)), text).toBe(true);
  }
});
