/**
 * `npm run check`: everything CI runs, in the order in which failures are cheapest to find. `npm run check -- lint types`
 * runs only the named steps. Each failure names the command that fixes it.
 */
import { bin, ensureBuilt, ensureInstalled, fail, requireNode, run } from './prepare.mjs';

const biome = 'node_modules/@biomejs/biome/bin/biome';

const STEPS = {
  format: { fix: 'npm run fmt', run: () => tool('@biomejs/biome/bin/biome', ['format', '.']) },
  lint: {
    fix: `${biome} lint --write .`,
    run: () => tool('@biomejs/biome/bin/biome', ['lint', '--error-on-warnings', '.']),
  },
  layout: { fix: 'move or split the files named above', run: () => run(process.execPath, ['scripts/layout.mjs']) },
  types: {
    fix: 'correct the types named above',
    run: async () => {
      await tool('typescript/bin/tsc', ['-b']);
      await tool('typescript/bin/tsc', ['-p', 'tsconfig.test.json']);
    },
  },
  'dead-code': { fix: 'remove what is unused', run: () => tool('knip/bin/knip.js', ['--no-progress']) },
  lockfile: {
    fix: 'node scripts/complete-lock.mjs',
    run: () => run(process.execPath, ['scripts/complete-lock.mjs', '--check']),
  },
  generated: { fix: 'npm run gen', run: () => run(process.execPath, ['scripts/generate.mjs', '--check']) },
  size: {
    fix: 'load the code that grew lazily',
    run: () => run(process.execPath, ['packages/web/scripts/check-size.mjs']),
  },
  tests: { fix: 'npm test', run: () => run(process.execPath, ['scripts/test.mjs']) },
};

function tool(path, args) {
  const [node, script] = bin(path);
  return run(node, [script, ...args]);
}

requireNode();
const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(STEPS);
const unknown = names.filter((name) => !(name in STEPS));
if (unknown.length > 0) fail(`no such step: ${unknown.join(', ')}. Steps: ${Object.keys(STEPS).join(', ')}`);

try {
  await ensureInstalled('all');
  await ensureBuilt();
} catch (error) {
  fail(error);
}
const failed = [];
for (const name of names) {
  console.error(`\ncheck: ${name}`);
  try {
    await STEPS[name].run();
  } catch (error) {
    console.error(`check: ${name} failed: ${error.message}\n       to fix: ${STEPS[name].fix}`);
    failed.push(name);
  }
}
if (failed.length > 0) fail(`check failed: ${failed.join(', ')}`);
console.error(`\ncheck: ${names.length} steps passed`);
