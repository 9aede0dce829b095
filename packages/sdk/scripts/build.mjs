/**
 * Builds the SDK: type declarations by the compiler, then one ESM and one CommonJS bundle per entry point with what they
 * share in common chunks, because loading a hundred small files is most of what a library costs a service's start.
 *
 * `node scripts/build.mjs [--code] [folder]`: `folder` takes the place of `dist`, for tests that must not disturb it; `--code`
 * leaves the declarations out.
 */

import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { parseAst } from 'rolldown/parseAst';
import { minify } from 'rolldown/utils';
import { exportValues, lazyGroups, requireAtFirstUse } from './lazy-chunks.mjs';

const folder = dirname(dirname(fileURLToPath(import.meta.url)));
const args = process.argv.slice(2).filter((arg) => arg !== '--code');
const codeOnly = process.argv.includes('--code');
const dist = resolve(args[0] ?? join(folder, 'dist'));

/** Entry points by their name in `dist`, read from the exports of package.json. */
async function entries() {
  const { exports } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const found = {};
  for (const target of Object.values(exports)) {
    const source = target['sightline-source'];
    if (source === undefined) continue;
    const name = target.import.default.replace('./dist/node/', '').replace(/\.js$/, '');
    found[name] = join(folder, source);
    // What a runtime without Node's modules gets in its place.
    if (target['edge-light'] !== undefined) found[`${name}-edge`] = join(folder, source.replace(/\.ts$/, '-edge.ts'));
  }
  return found;
}

function compileTypes() {
  const compiler = fileURLToPath(import.meta.resolve('typescript/package.json')).replace(/package\.json$/, 'bin/tsc');
  const own = ['-p', folder, '--outDir', join(dist, 'types'), '--tsBuildInfoFile', join(dist, '.tsbuildinfo')];
  const chosen = args[0] === undefined ? ['-b', folder] : own;
  return new Promise((done, reject) => {
    const child = spawn(process.execPath, [compiler, ...chosen], { stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? done() : reject(new Error(`the compiler ended with code ${code}`))));
  });
}

/** Functions and classes keep their names, for stacks and injection containers; comments are in the declarations. */
const MINIFY = { compress: true, mangle: { keepNames: { class: true, function: true } } };

async function bundle(input, format) {
  const isCommonJs = format === 'cjs';
  const build = await rolldown({
    input,
    cwd: folder,
    platform: 'node',
    external: [/^node:/, '@opentelemetry/api'],
    treeshake: { moduleSideEffects: [{ test: /register\.ts$/, sideEffects: true }] },
    preserveEntrySignatures: 'allow-extension',
  });
  const { output } = await build.generate({
    format,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    exports: 'named',
    minify: isCommonJs ? false : MINIFY,
    minifyInternalExports: true,
    comments: false,
    ...(isCommonJs ? { codeSplitting: { groups: lazyGroups(join(folder, 'src')) } } : {}),
  });
  await build.close();
  if (isCommonJs) await giveToImports(output);
  await mkdir(join(dist, format, 'chunks'), { recursive: true });
  for (const { fileName, code } of output) {
    const done = isCommonJs ? await minified(forNode(code), fileName) : requireBuiltins(code);
    await writeFile(join(dist, format, fileName), inLines(ascii(done)));
  }
}

/**
 * An import in Node gets what `require` gets: one copy of the SDK in a process, and its lazy chunks. Node reads a CommonJS file
 * that is imported for the names it exports, character by character: the one between spares it the long one.
 */
async function giveToImports(output) {
  await mkdir(join(dist, 'node'), { recursive: true });
  await mkdir(join(dist, 'cjs/import'), { recursive: true });
  for (const { fileName, isEntry, exports } of output) {
    if (!isEntry) continue;
    const names = exports.length === 0 ? '' : `export const { ${exports.join(', ')} } = required.sdk;\n`;
    await writeFile(join(dist, 'cjs/import', fileName), `exports.sdk = require('../${fileName}');\n`);
    await writeFile(join(dist, 'node', fileName), `import required from '../cjs/import/${fileName}';\n${names}`);
  }
}

/** Strict as the sources are, which the bundler says for ESM only: `this` of a function that is called without one. */
function forNode(code) {
  return `'use strict';\n${requireAtFirstUse(exportValues(code))}`;
}

/** What the bundler does by itself where nothing comes between. */
async function minified(code, fileName) {
  const result = await minify(fileName, code, {
    ...MINIFY,
    mangle: { ...MINIFY.mangle, toplevel: true },
    module: false,
  });
  if (result.errors.length > 0) throw new Error(`${fileName}: ${result.errors[0].message}`);
  return result.code;
}

/** One character above ASCII would make Node keep two bytes for each of the file. There are some in texts, none in names. */
function ascii(code) {
  return code.replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * Modules of Node by `require` in ESM too: an import reads each of a module's exports, and among those of http and crypto are
 * getters that load what nobody asked for (WebSocket with all of undici, WebCrypto): 17 MB on Node 24.
 */
function requireBuiltins(code) {
  let text = '';
  let from = 0;
  for (const { type, start, end, source, specifiers } of parseAst(code).body) {
    if (type !== 'ImportDeclaration' || !source.value.startsWith('node:')) continue;
    text += code.slice(from, start) + requirement(source.value, specifiers);
    from = end;
  }
  if (from === 0) return code;
  return `import{createRequire as $create}from"node:module";const $node=$create(process.execPath);${text}${code.slice(from)}`;
}

/** `import a, { b as c } from 'node:x'` as declarations. A default import of a module of Node is the module. */
function requirement(module, specifiers) {
  const call = `/* @__PURE__ */ $node(${JSON.stringify(module)})`;
  const named = specifiers.filter(({ type }) => type === 'ImportSpecifier');
  const whole = specifiers.filter(({ type }) => type !== 'ImportSpecifier');
  const names = named.map(({ imported, local }) => `${imported.name}:${local.name}`).join(',');
  return [
    ...whole.map(({ local }) => `const ${local.name}=${call};`),
    ...(names === '' ? [] : [`const{${names}}=${call};`]),
  ].join('');
}

/**
 * Statements and class members on lines of their own: Node prints the line an uncaught error was thrown from, which must not be
 * the whole library.
 */
function inLines(code) {
  const starts = [];
  for (const statement of parseAst(code).body) {
    starts.push(statement.start);
    const declared = statement.declaration ?? statement;
    const values = declared.declarations?.map(({ init }) => init) ?? [declared];
    for (const value of values) {
      if (/^Class/.test(value?.type ?? '')) starts.push(...value.body.body.map(({ start }) => start));
    }
  }
  let text = '';
  let from = 0;
  for (const start of starts.filter((at) => at > 0)) {
    text += `${code.slice(from, start)}\n`;
    from = start;
  }
  return text + code.slice(from);
}

/** Relative imports and exports of declarations: `from './x.ts'`, `import("./x.ts")`. */
const RELATIVE = /(\bfrom\s+|\bimport\s*\(\s*)(['"])(\.{1,2}\/[^'"]+)\.ts\2/g;

/** The comment that opens a module: it is of the sources, not of what is declared first. */
const HEADER = /^\/\*\*[\s\S]*?\*\/\s*\n(?=import\b|\/\*\*)/;

/**
 * The compiler leaves `.ts` in the imports of declarations, which older compilers and other tools take for sources. Headers are
 * for those who read the sources, but of an entry point it says what it is for.
 */
async function correctTypes(input) {
  const types = join(dist, 'types');
  const shown = new Set(declarationsOf(input));
  for (const entry of await readdir(types, { recursive: true })) {
    if (!entry.endsWith('.d.ts')) continue;
    const text = await readFile(join(types, entry), 'utf8');
    const header = shown.has(entry.replaceAll('\\', '/')) ? '' : HEADER;
    const corrected = text.replace(header, '').replace(RELATIVE, '$1$2$3.js$2');
    if (corrected !== text) await writeFile(join(types, entry), corrected);
  }
}

/** The declarations of the entry points, below `types`. */
function declarationsOf(input) {
  return Object.values(input).map((source) => relative(join(folder, 'src'), source).replace(/\.ts$/, '.d.ts'));
}

/** A comment that begins a line. */
const COMMENT = /^[ \t]*\/\*\*[\s\S]*?\*\/[ \t]*\n/gm;

/**
 * Declarations under dist/cjs are CommonJS, whatever the package says: for `require` of TypeScript's node16 and nodenext. What no
 * entry point leads to is left out of the package, but not deleted: the compiler would build it again.
 */
async function copyTypes(input) {
  const waiting = declarationsOf(input);
  const entryCount = waiting.length;
  const seen = new Set(waiting);
  const shown = new Set(waiting);
  for (const file of waiting) {
    const target = join(dist, 'cjs/types', file);
    await mkdir(dirname(target), { recursive: true });
    const text = await readFile(join(dist, 'types', file), 'utf8');
    // What entry points export keeps its words; of the rest they are in the other copy.
    await writeFile(target, shown.has(file) ? text : text.replace(COMMENT, ''));
    const isEntry = waiting.indexOf(file) < entryCount;
    for (const [, path] of text.matchAll(/['"](\.{1,2}\/[^'"]+)\.js['"]/g)) {
      const next = join(dirname(file), `${path}.d.ts`);
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push(next);
      if (isEntry) shown.add(next);
    }
  }
  const all = (await readdir(join(dist, 'types'), { recursive: true })).filter((file) => file.endsWith('.d.ts'));
  const unused = all.map((file) => file.replaceAll('\\', '/')).filter((file) => !seen.has(file));
  await writeFile(join(dist, 'types/.npmignore'), `${unused.map((file) => `/${file}`).join('\n')}\n`);
}

await rm(join(dist, 'esm'), { recursive: true, force: true });
await rm(join(dist, 'cjs'), { recursive: true, force: true });
await rm(join(dist, 'node'), { recursive: true, force: true });
const input = await entries();
if (!codeOnly) {
  await compileTypes();
  await correctTypes(input);
  await copyTypes(input);
}
await bundle(input, 'esm');
await bundle(input, 'cjs');
await writeFile(join(dist, 'cjs/package.json'), '{ "type": "commonjs" }\n');
