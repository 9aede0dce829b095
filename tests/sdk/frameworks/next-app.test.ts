/**
 * A Next.js application as it is deployed: `next build` and `next start`. Next bundles the SDK into instrumentation and each
 * route, so several copies of it meet in one process, and all of them must speak of the same requests.
 */
import { execFile } from 'node:child_process';
import { readdir, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort, type Program, startProgram } from '../../support/programs.ts';
import { type Installed, installSdk } from '../support/built-sdk.ts';

const next = createRequire(import.meta.url).resolve('next/dist/bin/next');
const modules = join(next, '../../../..');

const FILES: Record<string, string> = {
  'package.json': '{ "private": true, "type": "module" }',
  // Its packages are links to outside of the folder.
  'next.config.mjs': "export default { turbopack: { root: '/' }, typescript: { ignoreBuildErrors: true } };",
  'instrumentation.js': `
    export async function register() {
      if (process.env.NEXT_RUNTIME !== 'nodejs') return;
      const { register } = await import('@sightline/sdk/next');
      register({ service: 'shop' });
    }
    export async function onRequestError(...args) {
      if (process.env.NEXT_RUNTIME === 'nodejs') (await import('@sightline/sdk/next')).onRequestError(...args);
    }`,
  'app/layout.js': 'export default ({ children }) => <html><body>{children}</body></html>;',
  'app/orders/[id]/page.js': `
    export default async function Page({ params }) {
      throw new Error('no order ' + (await params).id);
    }`,
  'app/api/users/[id]/route.js': `
    import { observe } from '@sightline/sdk';
    import { withObservability } from '@sightline/sdk/next';
    export const GET = withObservability(async (request, { params }) => {
      const { id } = await params;
      await new Promise((resolve) => setTimeout(resolve, 5));
      observe().logger('users').info('finding', { id });
      return Response.json({ id });
    }, { route: '/api/users/[id]' });`,
  'app/api/metrics/route.js': `
    import { observe } from '@sightline/sdk';
    export const dynamic = 'force-dynamic';
    export async function GET() {
      const { body, contentType } = await observe().metrics.render();
      return new Response(body, { headers: { 'content-type': contentType } });
    }`,
};

let installed: Installed;
let server: Program;
let base: string;

interface Line {
  readonly logger: string;
  readonly request_id?: string;
  readonly trace_id?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

function lines(): Line[] {
  const written = server.output().split('\n');
  return written.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Line);
}

async function access(path: string): Promise<Line> {
  let found: Line | undefined;
  await expect.poll(() => (found = lines().find(({ data }) => data?.['path'] === path))).toBeDefined();
  if (found === undefined) throw new Error(path);
  return found;
}

beforeAll(async () => {
  installed = await installSdk(false);
  for (const [name, text] of Object.entries(FILES)) await installed.write(name, text);
  // All of them: Next finds its own dependencies beside the link, not beside what it leads to.
  for (const name of await readdir(modules)) {
    if (name !== '@sightline') await symlink(join(modules, name), join(installed.folder, 'node_modules', name));
  }
  const env = { ...process.env, NODE_ENV: 'production' as const, NEXT_TELEMETRY_DISABLED: '1', NODE_OPTIONS: '' };
  await promisify(execFile)(process.execPath, [next, 'build'], { cwd: installed.folder, env });
  const port = await freePort();
  server = startProgram(process.execPath, [next, 'start', '-p', String(port), '-H', '127.0.0.1'], {
    cwd: installed.folder,
    env: { ...env, LOG_FORMAT: 'json' },
  });
  base = `http://127.0.0.1:${port}`;
  await vi.waitFor(() => expect(server.output()).toContain('Ready'), { timeout: 30_000, interval: 100 });
  // Next says so before it has run instrumentation.js; an answer of any kind comes after that.
  await fetch(`${base}/nothing`);
}, 240_000);

afterAll(async () => {
  await server?.stop();
  await installed?.remove();
});

describe('a built Next application', () => {
  it('has route, ids and trace of a request in every copy of the SDK', async () => {
    const traceId = 'a'.repeat(32);
    const headers = { 'x-request-id': 'r-1', traceparent: `00-${traceId}-${'b'.repeat(16)}-01` };
    const response = await fetch(`${base}/api/users/5`, { headers });
    expect(await response.json()).toEqual({ id: '5' });
    expect(response.headers.get('x-request-id')).toBe('r-1');
    expect(await access('/api/users/5')).toMatchObject({
      logger: 'http',
      request_id: 'r-1',
      trace_id: traceId,
      data: { route: '/api/users/[id]', status: 200 },
    });
    expect(lines().find(({ logger }) => logger === 'users')).toMatchObject({ request_id: 'r-1', trace_id: traceId });
  });

  it('names the route and the error of a page that fails', async () => {
    expect((await fetch(`${base}/orders/7`)).status).toBe(500);
    const line = await access('/orders/7');
    expect(line.data).toMatchObject({ route: '/orders/[id]', status: 500 });
    expect(JSON.stringify(line)).toContain('no order 7');
  });

  it('exposes metrics of all of them in one registry', async () => {
    const exposition = await (await fetch(`${base}/api/metrics`)).text();
    expect(exposition).toMatch(/http_requests_total\{method="GET",route="\/api\/users\/\[id\]",status="200"\} +1\n/);
    expect(exposition).toMatch(/http_requests_total\{method="GET",route="\/orders\/\[id\]",status="500"\} +1\n/);
  });
});
