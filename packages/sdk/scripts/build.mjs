/**
 * Builds the SDK: type declarations by the compiler, then one ESM and one CommonJS bundle per entry point with what they
 * share in common chunks, because loading a hundred small files is most of what a library costs a service's start.
 */

import { spawn } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const folder = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(folder, 'dist');

/** Entry points by their name in `dist`, read from the exports of package.json. */
async function entries() {
  const { exports } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const found = {};
  for (const target of Object.values(exports)) {
    const source = target['sightline-source'];
    if (source === undefined) continue;
    const name = target.import.default.replace('./dist/esm/', '').replace(/\.js$/, '');
    found[name] = join(folder, source);
  }
  return found;
}

function compileTypes() {
  const compiler = fileURLToPath(import.meta.resolve('typescript/package.json')).replace(/package\.json$/, 'bin/tsc');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [compiler, '-b', folder], { stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`the compiler ended with code ${code}`))));
  });
}

async function bundle(input, format) {
  const build = await rolldown({
    input,
    cwd: folder,
    platform: 'node',
    external: [/^node:/, '@opentelemetry/api'],
    treeshake: { moduleSideEffects: [{ test: /register\.ts$/, sideEffects: true }] },
  });
  await build.write({
    dir: join(dist, format),
    format,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    sourcemap: true,
    exports: 'named',
  });
  await build.close();
}

await rm(join(dist, 'esm'), { recursive: true, force: true });
await rm(join(dist, 'cjs'), { recursive: true, force: true });
await compileTypes();
const input = await entries();
await bundle(input, 'esm');
await bundle(input, 'cjs');
// Declarations and code under dist/cjs are CommonJS, whatever the package says.
await mkdir(join(dist, 'cjs'), { recursive: true });
await writeFile(join(dist, 'cjs/package.json'), '{ "type": "commonjs" }\n');
await cp(join(dist, 'types'), join(dist, 'cjs/types'), { recursive: true });
