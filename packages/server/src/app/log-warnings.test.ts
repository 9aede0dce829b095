import { expect, test } from 'vitest';
import { logWarnings } from './log-warnings.ts';
import type { Diagnostic } from '../lib/diagnostic.ts';
import { createLogger } from '../telemetry/create-logger.ts';

const finding = (line: number): Diagnostic => ({
  severity: 'warning',
  code: 'prometheus/not-run',
  file: 'p.yml',
  start: { line, column: 3 },
  message: `not run ${line}`,
  hint: 'leave it out',
});

function logged(count: number): Record<string, unknown>[] {
  const lines: string[] = [];
  const log = createLogger({ level: 'info', format: 'json', write: (line) => void lines.push(line) });
  const findings = Array.from({ length: count }, (_, index) => finding(index + 1));
  logWarnings(findings, log);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('a warning has its place and its fix', () => {
  expect(logged(1)).toMatchObject([{ level: 'WARNING', message: 'not run 1', at: 'p.yml:1:3', hint: 'leave it out' }]);
});

test('a file full of warnings does not flood the log', () => {
  const lines = logged(19_100);
  expect(lines).toHaveLength(21);
  expect(lines.at(-1)).toMatchObject({ level: 'WARNING', more: 19_080 });
});
