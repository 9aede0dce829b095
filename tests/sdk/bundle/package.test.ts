/** The package as npm publishes it: what is in it, what it needs, and that every entry point loads both ways. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installed, installSdk } from '../support/built-sdk.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));
const MEGABYTE = 1_000_000;

interface Manifest {
  readonly dependencies?: object;
  readonly scripts?: object;
  readonly sideEffects: readonly string[];
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;
}

let built: Installed;
/** A folder with what `npm install` of the packed package gives. */
let consumer: string;
let manifest: Manifest;
let entries: string[];

async function filesBelow(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  return names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

beforeAll(async () => {
  built = await installSdk(true);
  consumer = await mkdtemp(join(tmpdir(), 'sightline-consumer-'));
  await run('npm', ['pack', '--silent', '--pack-destination', consumer], { cwd: built.package });
  const [archive = ''] = (await readdir(consumer)).filter((name) => name.endsWith('.tgz'));
  const target = join(consumer, 'node_modules/@sightline/sdk');
  await mkdir(target, { recursive: true });
  await run('tar', ['-xzf', join(consumer, archive), '--strip-components=1', '-C', target]);
  manifest = JSON.parse(await readFile(join(target, 'package.json'), 'utf8')) as Manifest;
  entries = Object.keys(manifest.exports)
    .filter((name) => name !== './package.json')
    .map((name) => name.replace('.', '@sightline/sdk'));
}, 120_000);

afterAll(async () => {
  await built?.remove();
  if (consumer !== undefined) await rm(consumer, { recursive: true, force: true });
});

const packageFiles = () => filesBelow(join(consumer, 'node_modules/@sightline/sdk'));

describe('the packed package', () => {
  it('has no dependencies and no scripts', () => {
    expect(manifest.dependencies ?? {}).toEqual({});
    expect(Object.keys(manifest.scripts ?? {})).toEqual([]);
  });

  it('is at most one megabyte when installed', async () => {
    const sizes = await Promise.all((await packageFiles()).map(async (file) => (await stat(file)).size));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(total).toBeGreaterThan(100_000);
    expect(total).toBeLessThanOrEqual(MEGABYTE);
  });

  it('holds code and declarations only', async () => {
    const kinds = new Set((await packageFiles()).map((file) => /(\.d\.ts|\.[a-z]+|LICENSE)$/.exec(file)?.[1] ?? file));
    expect([...kinds].sort()).toEqual(['.d.ts', '.js', '.json', ...(kinds.has('.md') ? ['.md'] : [])].sort());
  });

  it('asks for nothing but Node and the optional peer', async () => {
    const asked = new Set<string>();
    for (const file of await packageFiles()) {
      if (!file.endsWith('.js')) continue;
      const text = (await readFile(file, 'utf8')).replace(/^\s*(?:\*|\/\/|\/\*).*$/gm, '');
      const specifiers = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(["'`])([^"'`\s]+)\1/g;
      for (const [, , name = ''] of text.matchAll(specifiers)) if (!name.startsWith('.')) asked.add(name);
    }
    const others = [...asked].filter((name) => !name.startsWith('node:') && name !== '@opentelemetry/api');
    expect(others).toEqual([]);
    expect(asked.size).toBeGreaterThan(5);
    for (const name of asked) {
      if (name.startsWith('node:')) expect(builtinModules).toContain(name.slice(5));
    }
  });

  it('names every entry point for import, require and types of both', async () => {
    const target = join(consumer, 'node_modules/@sightline/sdk');
    for (const [name, conditions] of Object.entries(manifest.exports)) {
      if (typeof conditions === 'string') continue;
      const { import: esm, require: cjs } = conditions as Record<string, { types: string; default: string }>;
      for (const path of [esm?.types, esm?.default, cjs?.types, cjs?.default]) {
        expect(path, name).toBeDefined();
        expect((await stat(join(target, path ?? ''))).isFile(), `${name}: ${path}`).toBe(true);
      }
    }
  });
});

describe('entry points on this Node', () => {
  const list = (how: 'import' | 'require') => `
    const out = {};
    for (const name of ${JSON.stringify(entries)}) {
      if (name.endsWith('/register')) continue;
      out[name] = Object.keys(${how === 'import' ? 'await import(name)' : 'require(name)'}).filter((key) => key !== 'default').sort();
    }
    console.log(JSON.stringify(out));`;
  const namesOf = async (file: string) => {
    const { stdout, stderr } = await run(process.execPath, [file], { cwd: consumer });
    expect(stderr).toBe('');
    return JSON.parse(stdout) as Record<string, string[]>;
  };

  it('give the same to import and to require, and say nothing', async () => {
    await writeFile(join(consumer, 'all.mjs'), list('import'));
    await writeFile(join(consumer, 'all.cjs'), list('require'));
    const [esm, cjs] = [await namesOf('all.mjs'), await namesOf('all.cjs')];
    expect(esm).toEqual(cjs);
    expect(Object.keys(esm).length).toBe(entries.length - 1);
    for (const [name, names] of Object.entries(esm)) expect(names, name).not.toEqual([]);
  });

  it('end with the process: nothing keeps it open', async () => {
    await writeFile(join(consumer, 'ends.mjs'), "import '@sightline/sdk'; console.log('loaded');");
    const { stdout } = await run(process.execPath, ['ends.mjs'], { cwd: consumer, timeout: 20_000 });
    expect(stdout).toBe('loaded\n');
  });
});

describe('the edge runtime', () => {
  it('gets a build that only refuses, under the same names', async () => {
    const source = `
      import * as next from '@sightline/sdk/next';
      const said = Object.entries(next).map(([name, call]) => {
        try { call(); } catch (error) { return [name, error.message]; }
      });
      console.log(JSON.stringify(said));`;
    await writeFile(join(consumer, 'edge.mjs'), source);
    const { stdout } = await run(process.execPath, ['--conditions=edge-light', 'edge.mjs'], { cwd: consumer });
    const said = JSON.parse(stdout) as [string, string][];
    const names = "console.log(JSON.stringify(Object.keys(await import('@sightline/sdk/next'))))";
    const inNode = await run(process.execPath, ['--input-type=module', '-e', names], { cwd: consumer });
    expect(said.map(([name]) => name)).toEqual(JSON.parse(inNode.stdout));
    expect(said.length).toBeGreaterThan(3);
    for (const [, message] of said) expect(message).toMatch(/does not work in the edge runtime.*nodejs/);
    const text = await readFile(join(consumer, 'node_modules/@sightline/sdk/dist/esm/next-edge.js'), 'utf8');
    expect(text).not.toMatch(/\bimport\b/);
  });
});

describe('types', () => {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const source = (isCommonJs: boolean) => {
    const imports = entries
      .filter((name) => !name.endsWith('/register'))
      .map((name, index) =>
        isCommonJs && index % 2 === 1
          ? `import m${index} = require('${name}');`
          : `import * as m${index} from '${name}';`,
      );
    const used = imports.map((_, index) => `m${index}`);
    return `${imports.join('\n')}
import { observe, type Logger, type Carrier, carry, resume } from '@sightline/sdk';
const { logger } = observe({ service: 'consumer' });
const log: Logger = logger('consumer');
const carrier: Carrier = carry();
const five: number = resume(carrier, () => 5);
log.info('five', { five });
// @ts-expect-error: a service is named by a text
observe({ service: 5 });
export const all = [${used.join(', ')}];
`;
  };

  it.each([
    ['node16', 'node16', ['a.mts', 'b.cts']],
    ['nodenext', 'nodenext', ['a.mts', 'b.cts']],
    ['esnext', 'bundler', ['a.mts']],
  ])('resolve for module %s with resolution %s', async (module, moduleResolution, files) => {
    const folder = join(consumer, moduleResolution);
    const write = async (name: string, text: string) => {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    };
    await write('a.mts', source(false));
    await write('b.cts', source(true));
    const compilerOptions = {
      module,
      moduleResolution,
      target: 'es2022',
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipLibCheck: false,
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
    };
    await write('tsconfig.json', JSON.stringify({ compilerOptions, files }));
    const { stdout } = await run(process.execPath, [compiler, '-p', folder]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  });
});
