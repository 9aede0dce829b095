import { describe, expect, test } from 'vitest';
import { type Diagnostic, sortDiagnostics } from './diagnostic.ts';
import { diagnosticsToJson, renderDiagnostics } from './diagnostic-render.ts';

function at(line: number, from: number, to: number, more: Partial<Diagnostic> = {}): Diagnostic {
  return {
    severity: 'error',
    code: 'test/x',
    file: 'f.yml',
    start: { line, column: from },
    end: { line, column: to },
    message: 'wrong',
    ...more,
  };
}

const render = (diagnostic: Diagnostic, text: string, options = {}) =>
  renderDiagnostics([diagnostic], new Map([['f.yml', text]]), options);

describe('the line and its caret run', () => {
  test('stand under each other behind a gutter as wide as the number', () => {
    expect(render(at(10, 3, 5), `${'\n'.repeat(9)}a bcd`)).toBe(
      'error[test/x]: wrong\n  --> f.yml:10:3\n   |\n10 | a bcd\n   |   ^^\n',
    );
  });

  test('tabs become spaces in both', () => {
    expect(render(at(1, 2, 3), '\tx')).toContain('1 |   x\n  |   ^\n');
  });

  test('wide characters take two columns', () => {
    expect(render(at(1, 3, 4), '測試x')).toContain('1 | 測試x\n  |     ^\n');
  });

  test('a long line is cut around the caret', () => {
    const out = render(at(1, 501, 504), `${'a'.repeat(500)}xyz${'b'.repeat(500)}`, { width: 60 });
    const [, , , line = '', caret = ''] = out.split('\n');
    expect(line.length).toBeLessThanOrEqual(60);
    expect(line.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1)).toBe('xyz');
  });

  test('control characters cannot steer the terminal', () => {
    expect(render(at(1, 1, 2, { message: 'a\u001b[31mb' }), '\u001b[2Jx')).not.toContain('\u001b');
  });
});

test('a finding without a place names only the file', () => {
  const diagnostic: Diagnostic = {
    severity: 'warning',
    code: 'test/x',
    file: '--listen',
    message: 'odd',
    hint: 'do this',
  };
  expect(renderDiagnostics([diagnostic], new Map())).toBe('warning[test/x]: odd\n --> --listen\n  = help: do this\n');
});

test('colours are used only when asked for', () => {
  expect(render(at(1, 1, 2), 'x', { color: true })).toContain('\u001b[31;1merror[test/x]\u001b[0m');
});

test('JSON has the counts and the findings', () => {
  const findings = [at(1, 1, 2), at(2, 1, 2, { severity: 'warning' })];
  expect(diagnosticsToJson(findings)).toEqual({ ok: false, errors: 1, warnings: 1, diagnostics: findings });
});

test('findings are sorted by place within their file, and repeated ones stand once', () => {
  const findings = [at(2, 1, 2), at(1, 5, 6), at(1, 1, 2, { file: 'g.yml' }), at(1, 2, 3), at(2, 1, 2)];
  expect(sortDiagnostics(findings).map(({ file, start }) => `${file}:${start?.line}:${start?.column}`)).toEqual([
    'f.yml:1:2',
    'f.yml:1:5',
    'f.yml:2:1',
    'g.yml:1:1',
  ]);
});
