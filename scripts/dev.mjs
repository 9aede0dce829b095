/** `npm run dev`: rebuilds the server on change and serves the web app with hot reload against it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { bin, ensureBuilt, ensureInstalled, fail, requireNode, root } from './prepare.mjs';

requireNode();
try {
  await ensureInstalled('packages');
  await ensureBuilt();
} catch (error) {
  fail(error);
}

const [node, tsc] = bin('typescript/bin/tsc');
const [, vite] = bin('vite/bin/vite.js');
const parts = [
  spawn(node, [tsc, '-b', 'packages/cli', '--watch', '--preserveWatchOutput'], { cwd: root, stdio: 'inherit' }),
  spawn(node, ['--watch', 'packages/cli/bin/sightline.js', 'up', ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
  }),
  spawn(node, [vite], { cwd: join(root, 'packages/web'), stdio: 'inherit' }),
];
const stopAll = () => {
  for (const part of parts) part.kill('SIGTERM');
};
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stopAll);
