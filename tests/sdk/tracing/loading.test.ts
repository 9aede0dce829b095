/** The optional peer: absent, loaded before, loaded later, bundled; as ESM and CommonJS. Each in a process of its own. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build, type Format } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdk-peer-'));
});
afterAll(() => rm(folder, { recursive: true }));

const START = `
import { createCore } from './packages/sdk/src/core/core.ts';
import { Registry } from './packages/sdk/src/metrics/registry.ts';
import { createTracing } from './packages/sdk/src/tracing/tracing.ts';
const start = (otelApi) => {
  const tracing = createTracing(createCore({}, {}), new Registry(), otelApi === undefined ? {} : { otelApi });
  tracing.addSink(() => undefined);
  return tracing;
};
`;

/** Bundles the program and gives what it printed. @param cwd Where it runs. */
async function output(name: string, program: string, format: Format, cwd: string, isBundled = false): Promise<string> {
  const outfile = join(folder, `${name}.${format === 'esm' ? 'mjs' : 'cjs'}`);
  const stdin = { contents: START + program, resolveDir: root, loader: 'ts' as const };
  const external = isBundled ? [] : ['@opentelemetry/api'];
  await build({ stdin, outfile, bundle: true, platform: 'node', format, external, logLevel: 'error' });
  // Packages resolve from where the file is: the test's folder has none, so it says where its service lives.
  const path = isBundled ? {} : { NODE_PATH: join(root, 'node_modules') };
  const { stdout } = await run(process.execPath, [outfile], { cwd, env: { ...process.env, ...path } });
  return stdout.trim();
}

test.each(['esm', 'cjs'] as const)('%s: not installed', async (format) => {
  const program = `
    const tracing = start();
    let problem = '';
    try { start(true); } catch (error) { problem = error.code; }
    setTimeout(() => console.log(tracing.otel.state, problem, tracing.tracer.span('s', () => 'ran')), 20);`;
  expect(await output(`absent-${format}`, program, format, folder, true)).toBe('absent unsupported ran');
});

const USE = `
const use = (api) => api.trace.getTracer('t').startActiveSpan('s', (span) => span.isRecording() && tracing.tracer.active() === span);
`;

test('CommonJS: loaded before', async () => {
  const program = `const api = require('@opentelemetry/api'); const tracing = start(); ${USE}
    console.log(tracing.otel.state, use(api));`;
  expect(await output('before', program, 'cjs', root)).toBe('installed true');
});

test('CommonJS: loaded by the SDK when it is told to', async () => {
  const program = `const tracing = start(true); const api = require('@opentelemetry/api'); ${USE}
    console.log(tracing.otel.state, use(api));`;
  expect(await output('told', program, 'cjs', root)).toBe('installed true');
});

test('CommonJS: loaded in the same turn, a tracer taken before', async () => {
  const program = `const tracing = start(); const api = require('@opentelemetry/api');
    const early = api.trace.getTracer('early');
    setTimeout(() => console.log(tracing.otel.state, early.startSpan('s').isRecording()), 50);`;
  expect(await output('later', program, 'cjs', root)).toBe('installed true');
});

test.each(['esm', 'cjs'] as const)('%s: bundled, the module given', async (format) => {
  const program = `import * as api from '@opentelemetry/api'; const tracing = start(api); ${USE}
    console.log(tracing.otel.state, use(api));`;
  expect(await output(`bundled-${format}`, program, format, folder, true)).toBe('installed true');
});

test('false leaves it alone', async () => {
  const program = `const api = require('@opentelemetry/api'); const tracing = start(false);
    setTimeout(() => console.log(tracing.otel.state, api.trace.getTracer('t').startSpan('s').isRecording()), 20);`;
  expect(await output('false', program, 'cjs', root)).toBe('absent false');
});
