/** Rules: files of rule groups, their evaluation without a clock, and their unit tests. */
export { type CheckRulesOptions, type CheckRulesReport, checkRuleFile } from './rule-file/check.ts';
export { type UnitTestOptions, type UnitTestReport, UnitTestRunner } from './unit-test/run-file.ts';
export { debugDump } from './unit-test/debug-dump.ts';
export { junitXml } from './unit-test/junit.ts';
