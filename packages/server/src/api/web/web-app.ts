/**
 * Serves the built web app: hashed assets for ever, index.html always asked again, precompressed files when they are there,
 * security headers on every page. Paths of the app without a file get index.html; without a build they get a plain page.
 */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';

/** Where the build puts the app, seen from source and from dist alike. */
export const DEFAULT_WEB_ROOT = fileURLToPath(new URL('../../../../web/dist/app', import.meta.url));

export type WebHandler = (request: IncomingMessage, response: ServerResponse) => void;

export function createWebHandler(root: string): WebHandler {
  const policy = createPolicyReader(join(root, 'index.html'));
  // Looking files up at each request, instead of listing them once, survives a build under a running server.
  const serve = sirv(root, {
    dev: true,
    etag: true,
    brotli: true,
    gzip: true,
    single: true,
    setHeaders: (response, path) => {
      const isHashed = path.startsWith('/assets/');
      response.setHeader('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      setSecurityHeaders(response, policy() ?? BARE_POLICY);
    },
  });
  return (request, response) => {
    if (policy() === undefined) sendPage(response, 503, NOT_BUILT);
    else serve(request, response, () => sendPage(response, 404, NOT_FOUND));
  };
}

/** Gives the policy of the index.html that is there now, undefined when there is none. */
function createPolicyReader(index: string): () => string | undefined {
  let known: { readonly mtimeMs: number; readonly policy: string } | undefined;
  return () => {
    const stats = statSync(index, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    if (known?.mtimeMs !== stats.mtimeMs) {
      known = { mtimeMs: stats.mtimeMs, policy: contentSecurityPolicy(readFileSync(index, 'utf8')) };
    }
    return known.policy;
  };
}

function setSecurityHeaders(response: ServerResponse, policy: string): void {
  response.setHeader('content-security-policy', policy);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'same-origin');
  response.setHeader('cross-origin-opener-policy', 'same-origin');
}

/** Inline scripts of the page (the theme is set before the first paint) are allowed by their hash, none else. */
function contentSecurityPolicy(html: string): string {
  const hashes = [...html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, script = '']) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  );
  return [
    "default-src 'self'",
    ["script-src 'self'", ...hashes].join(' '),
    // Charts, editors and menus place themselves with style attributes.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    // The page's own <base> is what lets the app run under a path prefix.
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'self'",
  ].join('; ');
}

const BARE_POLICY = contentSecurityPolicy('');

interface Page {
  readonly title: string;
  readonly html: string;
}

const NOT_BUILT: Page = {
  title: 'The web app is not built',
  html: 'Run <code>npm run build</code> in the repository and reload this page. The HTTP API and <a href="/metrics">/metrics</a> work without it.',
};
const NOT_FOUND: Page = {
  title: 'Not found',
  html: 'There is nothing at this address. <a href="/">Back to Sightline</a>',
};

function sendPage(response: ServerResponse, status: number, page: Page): void {
  setSecurityHeaders(response, BARE_POLICY);
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${page.title} · Sightline</title>` +
      `<body style="font:16px system-ui;margin:15vh auto;max-width:40rem;padding:0 1rem"><h1>${page.title}</h1><p>${page.html}</p>`,
  );
}
