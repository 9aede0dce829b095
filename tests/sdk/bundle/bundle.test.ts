/** Services as they are deployed: plain ESM and CommonJS, one file by a bundler, and with nothing but a flag of Node. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
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

async function seen(args: readonly string[], env?: Record<string, string>): Promise<unknown> {
  return JSON.parse(await installed.node(args, env));
}

/** CommonJS has no top-level await. */
const COMMONJS = SERVICE.replace("import { createServer, request } from 'node:http';", '')
  .replace("import { observe, setCorrelation } from '@sightline/sdk';", '')
  .replace(
    /^/,
    "const { createServer, request } = require('node:http');\nconst { observe, setCorrelation } = require('@sightline/sdk');\n(async () => {",
  )
  .concat('})();');

describe('a service', () => {
  it('of plain ESM is instrumented', async () => {
    expect(await seen(['service.mjs'])).toMatchObject(INSTRUMENTED);
  });

  it('of plain CommonJS is instrumented', async () => {
    await installed.write('service.cjs', COMMONJS);
    expect(await seen(['service.cjs'])).toMatchObject(INSTRUMENTED);
  });

  it.each(['esm', 'cjs'] as const)('in one file of %s is instrumented, without node_modules', async (format) => {
    const away = await installed.write(`bundled/only.${format === 'esm' ? 'mjs' : 'cjs'}`, '');
    const { warnings } = await build({
      stdin: { contents: format === 'esm' ? SERVICE : COMMONJS, resolveDir: installed.folder },
      bundle: true,
      platform: 'node',
      target: 'node20',
      format,
      minify: true,
      external: ['@opentelemetry/api'],
      outfile: away,
      logLevel: 'silent',
    });
    expect(warnings).toEqual([]);
    // Where no package can be found.
    const folder = await mkdtemp(join(tmpdir(), 'sightline-bundle-'));
    const file = join(folder, format === 'esm' ? 'only.mjs' : 'only.cjs');
    await copyFile(away, file);
    try {
      expect(await seen([file])).toMatchObject(INSTRUMENTED);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('register', () => {
  const app = (load: string) => `
    ${load}
    const server = createServer((_, response) => response.end('ok'));
    server.listen(0, '127.0.0.1', async () => {
      const answer = await fetch('http://127.0.0.1:' + server.address().port + '/', { headers: { 'x-request-id': 'r-1' } });
      await answer.text();
      console.error(answer.headers.get('x-request-id'));
      server.close();
      server.closeAllConnections();
    });`;
  const environment = { OTEL_SERVICE_NAME: 'from-environment', LOG_LEVEL: 'INFO', LOG_FORMAT: 'flat' };

  it.each([
    ['--import', 'app.mjs', "import { createServer } from 'node:http';"],
    ['--import', 'app.cjs', "const { createServer } = require('node:http');"],
    ['-r', 'app.cjs', "const { createServer } = require('node:http');"],
  ])('node %s @sightline/sdk/register %s is instrumented from the environment', async (flag, file, load) => {
    await installed.write(file, app(load));
    const output = await installed.node([flag, '@sightline/sdk/register', file], environment);
    const lines = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const access = lines.find(({ logger }) => logger === 'http');
    expect(access).toMatchObject({ request_id: 'r-1' });
    expect(JSON.stringify(access)).toContain('/');
  });

  it('does nothing with MONITORING_ENABLED=false', async () => {
    await installed.write('app.mjs', app("import { createServer } from 'node:http';"));
    const output = await installed.node(['--import', '@sightline/sdk/register', 'app.mjs'], {
      MONITORING_ENABLED: 'false',
    });
    expect(output).toBe('');
  });

  it('gives the service the instance that runs', async () => {
    const file = await installed.write(
      'again.mjs',
      `import { observe } from '@sightline/sdk';
       import { register } from '@sightline/sdk/next';
       console.log(JSON.stringify([observe().core.resource.service, register() === observe()]));
       process.exit();`,
    );
    const output = await installed.node(['--import', '@sightline/sdk/register', file], environment);
    expect(JSON.parse(output)).toEqual(['from-environment', true]);
  });
});

describe('a bundler leaves out what a service does not use', () => {
  const sizeOf = async (contents: string) => {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: installed.folder },
      bundle: true,
      platform: 'node',
      format: 'esm',
      minify: true,
      external: ['@opentelemetry/api'],
      write: false,
      logLevel: 'silent',
    });
    const text = outputFiles[0]?.text ?? '';
    return { bytes: text.length, text };
  };

  it('context, metrics and logging alone are a part of the whole', async () => {
    const whole = await sizeOf("import { observe } from '@sightline/sdk'; observe();");
    const context = await sizeOf("import { withCorrelation } from '@sightline/sdk'; withCorrelation('a', () => 1);");
    const metrics = await sizeOf("import { Registry } from '@sightline/sdk'; new Registry();");
    const logging = await sizeOf(
      `import { createCore, createLogging, Registry } from '@sightline/sdk';
       createLogging(createCore({}), new Registry());`,
    );
    const served = 'http.server.request.start';
    expect([whole, context, metrics, logging].map(({ text }) => text.includes(served))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(context.bytes / whole.bytes).toBeLessThan(0.15);
    expect(metrics.bytes / whole.bytes).toBeLessThan(0.35);
    expect(logging.bytes / whole.bytes).toBeLessThan(0.65);
  });
});
