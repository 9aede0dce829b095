import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWebHandler } from './web-app.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-web-'));
let server: Server;
let url = '';

beforeAll(async () => {
  const handler = createWebHandler(folder);
  server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

function build(): void {
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><script>theme()</script><script src="/assets/a.js"></script>',
  );
  writeFileSync(join(folder, 'assets/a.js'), 'run()');
  writeFileSync(join(folder, 'assets/a.js.br'), brotliCompressSync('run()'));
}

describe('the web app', () => {
  test('that is not built is told in a page', async () => {
    const response = await fetch(url);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('npm run build');
  });

  test('is served from the moment it is built, with its inline script allowed by hash', async () => {
    build();
    const response = await fetch(`${url}/some/page?x=1`);
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-cache']);
    const policy = response.headers.get('content-security-policy') ?? '';
    const hash = createHash('sha256').update('theme()').digest('base64');
    expect(policy).toContain(`script-src 'self' 'sha256-${hash}';`);
    expect(policy).toContain("frame-ancestors 'self'");
    expect(await response.text()).toContain('theme()');
  });

  test('has assets that are cached for ever and come compressed', async () => {
    build();
    const response = await fetch(`${url}/assets/a.js`, { headers: { 'accept-encoding': 'br' } });
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('content-encoding')).toBe('br');
    expect(await response.text()).toBe('run()');
  });

  test('answers 304 to who has the page', async () => {
    build();
    const etag = (await fetch(url)).headers.get('etag') ?? '';
    expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  test.each(['/assets/gone.js', '/../../etc/passwd.txt', '/%2e%2e/%2e%2e/package.json'])(
    'has nothing at %s',
    async (path) => {
      build();
      expect((await fetch(url + path)).status).toBe(404);
    },
  );
});
