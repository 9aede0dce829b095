/** Reports as JUnit XML, in the shape that promtool writes. */
import type { UnitTestReport } from './run-file.ts';

/** @param timestamp of the run, `2026-01-01T00:00:00` */
export function junitXml(reports: readonly UnitTestReport[], timestamp: string): string {
  const suites = reports.map((report) => {
    const failures = report.tests.reduce((sum, test) => sum + test.failures.length, 0);
    const isBroken = report.diagnostics.length > 0;
    const cases = report.tests.map(({ name, failures }) => {
      const inner = failures.map((failure) => `<failure>${escapeXml(failure)}</failure>`).join('');
      return `<testcase name="${escapeXml(name)}">${inner}</testcase>`;
    });
    if (isBroken) {
      const error = report.diagnostics.map(({ message }) => message).join('\n');
      cases.push(`<testcase name="unknown"><error>${escapeXml(error)}</error></testcase>`);
    }
    const head = `name="${escapeXml(report.file)}" tests="${cases.length}" failures="${failures}" errors="${isBroken ? 1 : 0}"`;
    return `<testsuite ${head} skipped="0" timestamp="${timestamp}">${cases.join('')}</testsuite>`;
  });
  return `<testsuites>${suites.join('')}</testsuites>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
  '\n': '&#xA;',
  '\r': '&#xD;',
  '\t': '&#x9;',
};

function escapeXml(text: string): string {
  return text
    .replace(/[&<>"'\n\r\t]/g, (char) => ENTITIES[char] ?? char)
    .replace(/[^\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}
