/**
 * Rules: files of rule groups, their evaluation without a clock, and their unit tests. An entry of its own (`@sightline/server/rules`),
 * so that a command over rule files does not load the server.
 */
export { type CheckRulesReport, checkRuleFile } from './rule-file/check.ts';
export { lintRuleFile, type RuleLints } from './rule-file/lint/lint-rules.ts';
export { loadRuleFile } from './rule-file/load.ts';
export { type UnitTestReport, UnitTestRunner } from './unit-test/run-file.ts';
export { debugDump } from './unit-test/debug-dump.ts';
export { junitXml } from './unit-test/junit.ts';
export type { Diagnostic } from '../lib/diagnostic.ts';
export { renderDiagnostics } from '../lib/diagnostic-render.ts';
