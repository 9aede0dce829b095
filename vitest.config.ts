import { defineConfig } from 'vitest/config';
import { LongFirst } from './tests/long-first.ts';
import { SummaryReporter } from './tests/summary-reporter.ts';

// The embedded database runs its sessions on libuv's pool (docs/adr/003): the test processes inherit this size.
process.env['UV_THREADPOOL_SIZE'] ??= '16';

/** These compare with real programs too, but nothing in them depends on when something happens. */
const EXACT = ['config', 'exposition', 'gotemplate', 'promql', 'relabel'].map(
  (name) => `tests/conformance/${name}/**/*.test.ts`,
);

export default defineConfig({
  resolve: { conditions: ['sightline-source'] },
  // Node gets them as --conditions: with `import` among them, `require` would be given the ESM half of a package.
  ssr: { resolve: { conditions: ['sightline-source', 'node'] } },
  test: {
    // chDB lives once in a process and crashes when a worker thread that used it exits.
    pool: 'forks',
    // One more than the cores that CI has: many of the tests against real programs wait most of their time.
    maxWorkers: 3,
    sequence: { sequencer: LongFirst },
    expect: { poll: { timeout: 10_000 } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', new SummaryReporter()],
    projects: [
      {
        extends: true,
        test: {
          name: 'exact',
          include: ['packages/*/src/**/*.test.{ts,tsx}', ...EXACT],
          benchmark: { include: ['packages/*/src/**/*.bench.ts'] },
        },
      },
      {
        // Real processes in real time. What passes only at the second attempt is listed at the end of the run.
        extends: true,
        test: {
          name: 'live',
          include: ['tests/**/*.test.ts'],
          exclude: EXACT,
          benchmark: { include: ['tests/**/*.bench.ts'] },
          retry: 1,
          expect: { poll: { timeout: 25_000 } },
          testTimeout: 90_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
