/**
 * Ends every run with one plain line of counts. Lists what was skipped, because a skip must say why in its name; in CI
 * everything that the tests need is installed, so a skip there fails the run. Lists with its first error what passed only
 * at another attempt, so that no test is unsteady without anybody seeing it.
 */
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

export class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped: TestCase[] = [];
    const unsteady: TestCase[] = [];
    let passed = 0;
    let failed = 0;
    for (const module of modules) {
      const before = passed + failed + skipped.length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed++;
        else if (state === 'failed') failed++;
        else skipped.push(test);
        if (state === 'passed' && (test.diagnostic()?.retryCount ?? 0) > 0) unsteady.push(test);
      }
      if (module.state() === 'failed' && before === passed + failed + skipped.length) failed++;
    }
    for (const test of unsteady) process.stdout.write(`${attempts(test)}\n`);
    for (const test of skipped) process.stdout.write(`skipped: ${nameOf(test)}\n`);
    if (skipped.length > 0 && process.env['CI'] === 'true') {
      process.stdout.write('In CI nothing may be skipped.\n');
      process.exitCode = 1;
    }
    process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped.length} skipped\n`);
  }
}

function nameOf(test: TestCase): string {
  return `${test.module.moduleId}: ${test.fullName}`;
}

/** How often a test that passed was tried, and why it did not pass at once. */
function attempts(test: TestCase): string {
  const tried = (test.diagnostic()?.retryCount ?? 0) + 1;
  const which = tried === 2 ? 'second' : `${tried}th`;
  const [error] = test.result().errors ?? [];
  const reason = stripVTControlCharacters(error?.message ?? 'no error was kept').replaceAll('\n', '\n    ');
  return `passed only at the ${which} attempt: ${nameOf(test)}\n    ${reason}`;
}
