/** Compiles main.ts (decorators are not JavaScript yet) and runs it. A service of your own has its own build. */
import { rm } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const source = fileURLToPath(new URL('main.ts', import.meta.url));
const compiled = fileURLToPath(new URL(`main.${process.pid}.mjs`, import.meta.url));
await build({
  entryPoints: [source],
  outfile: compiled,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  sourcemap: 'inline',
  tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
});
try {
  await import(pathToFileURL(compiled));
} finally {
  await rm(compiled);
}
