/** Builds the app to dist/app with relative asset addresses and pre-compressed files. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const COMPRESSIBLE = /\.(js|css|html|svg|json)$/;

function precompress(directory: string): Plugin {
  const visit = (folder: string): void => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) visit(path);
      else if (COMPRESSIBLE.test(name)) {
        const body = readFileSync(path);
        writeFileSync(`${path}.gz`, gzipSync(body, { level: 9 }));
        writeFileSync(`${path}.br`, brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }));
      }
    }
  };
  return { name: 'sightline-precompress', apply: 'build', closeBundle: () => visit(directory) };
}

const target = process.env['SIGHTLINE_API'] ?? 'http://127.0.0.1:7070';

export default defineConfig({
  base: './',
  resolve: { conditions: ['sightline-source', 'module', 'browser', 'development|production'] },
  plugins: [react(), precompress(join(import.meta.dirname, 'dist/app'))],
  build: {
    outDir: 'dist/app',
    emptyOutDir: true,
    target: 'es2022',
    manifest: true,
    chunkSizeWarningLimit: 700,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': target, '/-/': target } },
});
