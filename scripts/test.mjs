/** `npm test`: installs and builds when needed, then runs every test (or those whose path contains an argument). */
import { bin, ensureBuilt, ensureInstalled, fail, requireNode, run } from './prepare.mjs';

requireNode();
try {
  await ensureInstalled('all');
  await ensureBuilt();
  const [node, vitest] = bin('vitest/vitest.mjs');
  await run(node, [vitest, 'run', ...process.argv.slice(2)]);
} catch (error) {
  fail(error);
}
