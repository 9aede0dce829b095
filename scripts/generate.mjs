/** `npm run gen`: writes every generated file. With --check, fails when one is not up to date. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, fail, root } from './prepare.mjs';

const isCheck = process.argv.includes('--check');
await ensureInstalled('all');
await ensureBuilt();

const server = await import(join(root, 'packages/server/dist/generated-files.js'));
const sdk = await import(join(root, 'packages/sdk/scripts/reference.mjs'));
const stale = [];
for (const [path, render] of Object.entries({ ...server.generatedFiles, ...sdk.generatedFiles })) {
  const file = join(root, path);
  const text = await render();
  let current = '';
  try {
    current = readFileSync(file, 'utf8');
  } catch {
    // A file that does not exist yet is stale.
  }
  if (current === text) continue;
  if (isCheck) stale.push(path);
  else {
    writeFileSync(file, text);
    console.error(`written ${path}`);
  }
}
if (stale.length > 0) fail(`not up to date: ${stale.join(', ')}. Run npm run gen`);
