/** What a process that ends at once still gets out: a child process sends it. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { startCollector } from './collector.ts';

const PROGRAM = `
import { createCore } from './packages/sdk/src/core/core.ts';
import { BatchExporter } from './packages/sdk/src/export/batch-exporter.ts';
const exporter = new BatchExporter({ core: createCore({}, {}), signal: 'traces', name: 'traces', url: process.argv[2],
  headers: { 'x-key': 'k' }, contentType: 'text/plain', exitTimeoutMs: 30_000, encode: (items) => Buffer.from(items.join(',')) });
process.on('exit', () => exporter.flushSync());
exporter.push('a');
exporter.push('b');
process.exit(3);
`;

test('process.exit() with items in the queue', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sdk-exit-'));
  const collector = await startCollector();
  try {
    const outfile = join(folder, 'program.mjs');
    const stdin = { contents: PROGRAM, resolveDir: join(import.meta.dirname, '../../..'), loader: 'ts' as const };
    await build({ stdin, outfile, bundle: true, platform: 'node', format: 'esm' });
    const child = spawn(process.execPath, [outfile, collector.url], { stdio: 'inherit' });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(3);
    expect(collector.received.map(({ body }) => body.toString())).toEqual(['a,b']);
    expect(collector.received[0]?.headers).toMatchObject({ 'x-key': 'k', 'content-type': 'text/plain' });
  } finally {
    await collector.close();
    await rm(folder, { recursive: true });
  }
});
