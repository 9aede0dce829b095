/**
 * Ends every run with one plain line of counts. Lists what was skipped, because a skip must say why in its name; in CI
 * everything that the tests need is installed, so a skip there fails the run.
 */
import type { Reporter, TestCase, TestModule } from 'vitest/node';

export class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped: TestCase[] = [];
    let passed = 0;
    let failed = 0;
    for (const module of modules) {
      const before = passed + failed + skipped.length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed++;
        else if (state === 'failed') failed++;
        else skipped.push(test);
      }
      if (module.state() === 'failed' && before === passed + failed + skipped.length) failed++;
    }
    for (const test of skipped) process.stdout.write(`skipped: ${test.module.moduleId}: ${test.fullName}\n`);
    if (skipped.length > 0 && process.env['CI'] === 'true') {
      process.stdout.write('In CI nothing may be skipped.\n');
      process.exitCode = 1;
    }
    process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped.length} skipped\n`);
  }
}
