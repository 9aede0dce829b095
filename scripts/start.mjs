/** `npm start`: installs and builds when needed, then runs `sightline up` with the arguments given after `--`. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, fail, requireNode, root } from './prepare.mjs';

requireNode();
try {
  await ensureInstalled('packages');
  await ensureBuilt();
} catch (error) {
  fail(error);
}

const child = spawn(process.execPath, [join(root, 'packages/cli/bin/sightline.js'), 'up', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
// A terminal sends Ctrl-C to the whole group, a service manager only to this process: pass on what may not have arrived.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  });
}
child.on('exit', (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 1;
});
