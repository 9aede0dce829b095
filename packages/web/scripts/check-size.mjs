// Fails when the first load grows past its budget. Sizes are gzip level 9, as the server sends them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const KB = 1000;
const BUDGET = { shell: 190, page: 250, css: 25, editor: 155, html: 4 };
const root = fileURLToPath(new URL('../dist/app/', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, '.vite/manifest.json'), 'utf8'));

const size = (file) => gzipSync(readFileSync(join(root, file)), { level: 9 }).length / KB;

function closure(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) closure(next, seen);
  return seen;
}

const total = (keys) => [...keys].reduce((sum, key) => sum + size(manifest[key].file), 0);
const entryKey = Object.keys(manifest).find((key) => manifest[key].isEntry);
const entry = closure(entryKey);
const css = new Set(Object.values(manifest).flatMap((chunk) => chunk.css ?? []));
const rows = [
  ['first load JS', total(entry), BUDGET.shell],
  ['all CSS', [...css].reduce((sum, file) => sum + size(file), 0), BUDGET.css],
  ['HTML', size('index.html'), BUDGET.html],
];
for (const key of Object.keys(manifest)) {
  if (!manifest[key].isDynamicEntry) continue;
  const isEditor = /editor/i.test(key);
  const extra = [...closure(key)].filter((one) => !entry.has(one));
  rows.push(
    isEditor
      ? [`lazy ${key}`, total(extra), BUDGET.editor]
      : [`with ${key}`, total(new Set([...entry, ...extra])), BUDGET.page],
  );
}
let isOver = false;
for (const [what, kb, limit] of rows) {
  const bad = kb > limit;
  isOver ||= bad;
  process.stdout.write(`${bad ? 'OVER' : 'ok  '} ${what}: ${kb.toFixed(1)} kB of ${limit} kB gzip\n`);
}
if (isOver) {
  process.stderr.write(
    'A size budget of packages/web is exceeded: move code into a lazy chunk or drop a dependency.\n',
  );
  process.exitCode = 1;
}
