import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['sightline-source'] },
  ssr: { resolve: { conditions: ['sightline-source', 'node', 'import', 'default'] } },
  test: {
    include: ['packages/*/src/**/*.test.{ts,tsx}', 'tests/**/*.test.ts'],
    // chDB lives once in a process and crashes when a worker thread that used it exits.
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
