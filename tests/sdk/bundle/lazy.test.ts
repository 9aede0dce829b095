/** What a start loads of the built package, and that the rest comes at first use: in Node, and in bundles. */
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installed, installSdk } from '../support/built-sdk.ts';
import { INSTRUMENTED, SERVICE } from '../support/bundled-service.ts';

let installed: Installed;

beforeAll(async () => {
  installed = await installSdk(false);
  await installed.write('service.mjs', SERVICE);
});
afterAll(() => installed?.remove());

/** Runs a module of CommonJS that leaves what it found in `out`. */
async function found<T>(code: string): Promise<T> {
  await installed.write(
    'look.cjs',
    `(async () => { const out = {}; ${code}; console.log(JSON.stringify(out)); process.exit(); })();`,
  );
  return JSON.parse((await installed.node(['look.cjs'], { LOG_LEVEL: 'CRITICAL' })).trim()) as T;
}

const LAZY =
  "Object.keys(require.cache).filter((path) => path.includes('lazy-')).map((path) => /lazy-([a-z]+)/.exec(path)[1])";

describe('a start', () => {
  it('loads no part that waits for its first use', async () => {
    const { before, after } = await found<{ before: string[]; after: string[] }>(`
      const sdk = require('@sightline/sdk');
      out.before = ${LAZY};
      const { log } = sdk.observe({ service: 'shop' });
      log.info('ready');
      log.error('failed', new Error('on purpose'));
      out.after = ${LAZY};`);
    expect(before).toEqual([]);
    expect(after).toEqual([]);
  });

  it('loads no module of Node that it does not need', async () => {
    const costly = [
      'crypto',
      'fs/promises',
      'http',
      'http2',
      'https',
      'tls',
      'tty',
      'v8',
      'zlib',
      'child_process',
      'cluster',
    ];
    const { loaded } = await found<{ loaded: string[] }>(`
      const of = () => new Set(process.moduleLoadList.filter((name) => name.startsWith('NativeModule ')).map((name) => name.slice(13)));
      const before = of();
      require('@sightline/sdk').observe({ service: 'shop' });
      out.loaded = [...of()].filter((name) => !before.has(name));`);
    // The headers of node:http requests can only be reached in the module itself there.
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    const needsHttp = major < 22 || (major === 22 && minor < 12);
    const wanted = needsHttp ? ['http'] : [];
    expect(loaded.length).toBeGreaterThan(1);
    expect(loaded.filter((name) => costly.includes(name))).toEqual(wanted);
  });

  it('is the same for import and require: one copy', async () => {
    const { equal, count } = await found<{ equal: boolean; count: number }>(`
      const required = require('@sightline/sdk');
      const imported = await import('@sightline/sdk');
      const names = Object.keys(required);
      out.equal = names.every((name) => required[name] === imported[name]);
      out.count = names.length;`);
    expect(equal).toBe(true);
    expect(count).toBeGreaterThan(30);
  });
});

describe('the code that Node loads', () => {
  it('is strict as the sources are: no function makes up a `this`', async () => {
    const { owner } = await found<{ owner: string }>(`
      const sdk = require('@sightline/sdk');
      const bound = sdk.bindContext(function () { 'use strict'; return this; });
      out.owner = String(bound());`);
    expect(owner).toBe('undefined');
    const folder = join(installed.package, 'dist/cjs');
    for (const name of await readdir(folder, { recursive: true })) {
      if (!name.endsWith('.js') || name.startsWith('import')) continue;
      expect(await readFile(join(folder, name), 'utf8'), name).toMatch(/^"use strict";/);
    }
  });
});

it('a wrong option is told from other errors by its class and code, imported or required', async () => {
  const told = await found(`
    const required = require('@sightline/sdk');
    const imported = await import('@sightline/sdk');
    try { required.observe({ version: 4 }); } catch (error) {
      out.classes = [error instanceof required.ObserveError, error instanceof imported.ObserveError];
      out.code = error.code;
    }`);
  expect(told).toEqual({ classes: [true, true], code: 'invalid_options' });
});

it('every entry point exports the same kinds of things for Node as for bundlers', async () => {
  const { differing, count } = await found<{ differing: string[]; count: number }>(`
    const kind = (value) => /^class\\b/.test(String(value)) ? 'class' : typeof value;
    const { readdirSync } = require('node:fs');
    const { dirname, join } = require('node:path');
    const dist = dirname(dirname(require.resolve('@sightline/sdk')));
    out.differing = [];
    out.count = 0;
    for (const name of readdirSync(join(dist, 'node')).filter((name) => name !== 'register.js')) {
      const forBundlers = await import(join(dist, 'esm', name));
      const forNode = await import(join(dist, 'node', name));
      for (const key of new Set([...Object.keys(forBundlers), ...Object.keys(forNode)])) {
        out.count++;
        if (kind(forBundlers[key]) !== kind(forNode[key])) out.differing.push(name + ' ' + key);
      }
    }`);
  expect(differing).toEqual([]);
  expect(count).toBeGreaterThan(50);
});

describe('first use', () => {
  it.each([
    ['business', "sdk.businessMetrics(sdk.observe().metrics, { sold: { kind: 'count', help: 'Sold' } }).sold.inc()"],
    ['business', 'sdk.observe().activity.registration("u1", "mail")'],
    ['checks', 'sdk.checks.tcp({ port: 1 })'],
    ['lines', 'sdk.prettySink()'],
    ['lines', "sdk.Tracked({ name: 'x' })"],
    ['export', "sdk.lokiSink({ url: 'http://127.0.0.1:9' })"],
    ['aggregate', 'await (await sdk.startMetricsServer(sdk.observe().metrics, { port: 0 })).close()'],
    ['summary', "sdk.observe().metrics.summary('size', 'Size').observe(3)"],
    ['exposition', 'sdk.observe().metrics.toJSON()'],
    ['pages', 'await sdk.observe().handler.answer({ path: "/health", method: "GET", header() {}, address: "" })'],
    ['databases', 'sdk.observe().clients.observeClient({ prepare() {}, exec() {} })'],
    ['otel', 'sdk.observe({ tracing: { otelApi: false } }).tracer.startSpan("x").spanContext()'],
  ])('loads %s for %s', async (part, use) => {
    const { parts } = await found<{ parts: string[] }>(`
      const sdk = require('@sightline/sdk');
      ${use};
      out.parts = ${LAZY};`);
    expect(parts).toContain(part);
  });

  it('of every part finds its file', async () => {
    const chunks = (await readdir(join(installed.package, 'dist/cjs/chunks'))).filter((name) =>
      name.startsWith('lazy-'),
    );
    const { missing, loaded } = await found<{ missing: string[]; loaded: number }>(`
      const { readFileSync } = require('node:fs');
      const { dirname, join } = require('node:path');
      out.missing = [];
      out.loaded = 0;
      const folder = join(dirname(require.resolve('@sightline/sdk')), 'chunks');
      for (const name of ${JSON.stringify(chunks)}) {
        out.loaded += Object.keys(require(join(folder, name))).length > 0 ? 1 : 0;
        for (const [, path] of readFileSync(join(folder, name), 'utf8').matchAll(/require\\(.(\\.\\/[^)'"\`]+).\\)/g))
          try { require(join(folder, path)); } catch { out.missing.push(path); }
      }`);
    expect(missing).toEqual([]);
    expect(loaded).toBe(chunks.length);
    expect(chunks.length).toBeGreaterThan(5);
  });
});

describe('a bundler that takes what Node takes', () => {
  it('makes one file that is instrumented', async () => {
    const bundled = join(installed.folder, 'bundled/plain.mjs');
    const { warnings } = await build({
      stdin: { contents: SERVICE, resolveDir: installed.folder },
      bundle: true,
      platform: 'node',
      // Conditions of its own take the place of the one for bundlers.
      conditions: ['production'],
      target: 'node20',
      format: 'esm',
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
      external: ['@opentelemetry/api'],
      outfile: bundled,
      logLevel: 'silent',
    });
    expect(warnings).toEqual([]);
    const folder = await mkdtemp(join(tmpdir(), 'sightline-bundle-'));
    const file = join(folder, 'only.mjs');
    await copyFile(bundled, file);
    try {
      expect(JSON.parse(await installed.node([file]))).toMatchObject(INSTRUMENTED);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
