/** How targets are asked: headers, compression, authorization, TLS, proxies, redirects, time-outs, what failures say. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps, type ServerOptions } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { HttpClientConfig, ScrapeConfig } from '../../../packages/server/src/config/prometheus/types.ts';
import { createHttpClient } from '../../../packages/server/src/metrics/scrape/http/http-client.ts';
import { HTTP_DEFAULTS, prometheusConfig, scrapeConfig, secret, staticGroup } from './support/configs.ts';
import { listen, startManager, startTarget, TEXT, until } from './support/harness.ts';

async function get(
  url: string,
  config: Partial<HttpClientConfig> = {},
  limitBytes = 0,
  timeoutMs = 5000,
): Promise<string> {
  const client = await createHttpClient({ ...HTTP_DEFAULTS, ...config });
  onTestFinished(() => client.close());
  const signal = AbortSignal.timeout(timeoutMs);
  const { body } = await client.get({ url, headers: { 'accept-encoding': 'gzip' }, signal, limitBytes, sizeHint: 0 });
  return body.toString();
}

/** Not shorter: a time-out is no longer than the interval, and a busy machine must not fail a scrape. */
const FAST = { scrapeIntervalMs: 800, scrapeTimeoutMs: 800 };

async function scrapeError(address: string, overrides: Partial<ScrapeConfig> = {}): Promise<string> {
  const { manager, apply } = startManager();
  const config = { ...FAST, staticConfigs: [staticGroup([address])], ...overrides };
  await apply(prometheusConfig(scrapeConfig(config)));
  return until(() => manager.targets().activeTargets.find(({ health }) => health === 'down')?.lastError);
}

async function startProxy() {
  const seen: string[] = [];
  const server = createHttp((request, response) => {
    seen.push(`GET ${request.url}`);
    response.writeHead(200, TEXT).end('proxied 1\n');
  });
  server.on('connect', (request, socket) => {
    seen.push(`CONNECT ${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trimEnd());
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  const address = await listen(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { address, seen };
}

test('a request says what it wants, who asks and how long it waits', async () => {
  const target = await startTarget('a 1\n');
  const { apply } = startManager();
  const config = scrapeConfig({
    staticConfigs: [staticGroup([target.address], { __param_module: 'other' })],
    params: { module: ['http', 'second'], x: ['a b'] },
    metricsPath: '/probe',
    http: { ...HTTP_DEFAULTS, httpHeaders: { 'X-Scope': ['tenant', secret('hidden')] } },
  });
  await apply(prometheusConfig(config));
  const { url, headers } = await until(() => target.requests[0]);
  expect(url).toBe('/probe?module=other&module=second&x=a+b');
  expect(headers).toMatchObject({
    accept:
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,' +
      'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
    'accept-encoding': 'gzip',
    'user-agent': 'Sightline/test',
    'x-prometheus-scrape-timeout-seconds': '1',
    'x-scope': 'tenant, hidden',
  });
});

test('one connection serves scrape after scrape', async () => {
  const ports = new Set<number | undefined>();
  const target = await startTarget();
  target.respond((response) => {
    ports.add(response.socket?.remotePort);
    response.writeHead(200, TEXT).end('a 1\n');
  });
  const { apply } = startManager();
  await apply(prometheusConfig(scrapeConfig({ ...FAST, staticConfigs: [staticGroup([target.address])] })));
  await until(() => target.requests.length >= 4);
  expect(ports.size).toBe(1);
});

describe('bodies', () => {
  test('gzip is decompressed', async () => {
    const target = await startTarget();
    target.respond((response) =>
      response.writeHead(200, { ...TEXT, 'content-encoding': 'gzip' }).end(gzipSync('a 1\n')),
    );
    expect(await get(`http://${target.address}/`)).toBe('a 1\n');
  });

  test('a gzip bomb stops at the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const target = await startTarget();
    target.respond((response) => response.writeHead(200, { ...TEXT, 'content-encoding': 'gzip' }).end(bomb));
    const before = process.memoryUsage().arrayBuffers;
    await expect(get(`http://${target.address}/`, {}, 1_000_000)).rejects.toThrow('body size limit exceeded');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
  });

  test.each([
    ['br', 'cannot decode Content-Encoding "br"'],
    ['gzip', 'the gzip body is broken: incorrect header check'],
  ])('encoding %s that is not what it should be', async (encoding, message) => {
    const target = await startTarget();
    target.respond((response) => response.writeHead(200, { ...TEXT, 'content-encoding': encoding }).end('plain'));
    await expect(get(`http://${target.address}/`)).rejects.toThrow(message);
  });
});

describe('content types', () => {
  const noFallback = 'and no fallback_scrape_protocol specified for target';

  test.each([
    [undefined, `non-compliant scrape target sending blank Content-Type ${noFallback}`],
    ['text/html; charset=utf-8', `received unsupported Content-Type "text/html; charset=utf-8" ${noFallback}`],
    ['!', `received unsupported Content-Type "!" ${noFallback}`],
    ['text/plain; broken', `cannot parse Content-Type "text/plain; broken" ${noFallback}`],
  ])('%s is refused as Prometheus 3 does', async (contentType, message) => {
    const target = await startTarget();
    target.answer('a 1\n', contentType === undefined ? {} : { 'content-type': contentType });
    expect(await scrapeError(target.address)).toBe(message);
  });

  test('a fallback makes them readable', async () => {
    const target = await startTarget();
    target.answer('a 1\n', { 'content-type': 'text/html' });
    const { apply, manager } = startManager();
    const overrides = {
      ...FAST,
      fallbackScrapeProtocol: 'PrometheusText0.0.4' as const,
    };
    await apply(prometheusConfig(scrapeConfig({ ...overrides, staticConfigs: [staticGroup([target.address])] })));
    await until(() => manager.targets().activeTargets[0]?.health === 'up');
  });

  test('an empty body is a scrape without samples, whatever its type', async () => {
    const target = await startTarget();
    target.answer('', {});
    const { apply, manager } = startManager();
    await apply(prometheusConfig(scrapeConfig({ ...FAST, staticConfigs: [staticGroup([target.address])] })));
    await until(() => manager.targets().activeTargets[0]?.health === 'up');
  });
});

describe('failures say what happened', () => {
  test('nobody listens', async () => {
    expect(await scrapeError('127.0.0.1:1')).toBe(
      'Get "http://127.0.0.1:1/metrics": connection refused (127.0.0.1 port 1)',
    );
  });

  test('an HTTP error', async () => {
    const target = await startTarget();
    target.respond((response) => response.writeHead(503).end('busy'));
    expect(await scrapeError(target.address)).toBe('server returned HTTP status 503 Service Unavailable');
  });

  test('no answer in time', async () => {
    const target = await startTarget();
    target.respond((response) => void response.writeHead(200, TEXT).write('a 1\n'));
    expect(await scrapeError(target.address, { scrapeTimeoutMs: 400 })).toBe(
      `Get "http://${target.address}/metrics": no complete answer within the scrape timeout of 0.4 s`,
    );
  });

  test('the connection breaks in the middle', async () => {
    const target = await startTarget();
    target.respond((response) => {
      response.writeHead(200, { ...TEXT, 'content-length': '100' }).write('a 1\n');
      setTimeout(() => response.destroy(), 20);
    });
    expect(await scrapeError(target.address)).toMatch(/: the other side closed the connection/);
  });
});

test('a kept connection that the target closed is opened again without failing the scrape', async () => {
  const target = await startTarget();
  target.respond((response) => {
    response.writeHead(200, { ...TEXT, 'keep-alive': 'timeout=600' }).end('a 1\n');
    setTimeout(() => response.socket?.destroy(), 5);
  });
  const { apply, manager } = startManager();
  await apply(prometheusConfig(scrapeConfig({ ...FAST, staticConfigs: [staticGroup([target.address])] })));
  const recent = () => manager.pools()[0]?.targets[0]?.recent ?? [];
  await until(() => target.requests.length >= 10 && recent().length >= 10);
  expect(recent().map(({ error }) => error)).toEqual(Array(10).fill(null));
});

describe('redirects', () => {
  test('are followed, and credentials stay with the first host', async () => {
    const second = await startTarget('b 2\n');
    const first = await startTarget();
    first.respond((response, url) => {
      if (url === '/metrics') response.writeHead(302, { location: '/next' }).end();
      else response.writeHead(307, { location: `http://${second.address}/end` }).end();
    });
    const config = { basicAuth: { username: 'u', password: secret('p') } };
    expect(await get(`http://${first.address}/metrics`, config)).toBe('b 2\n');
    expect(first.requests.map(({ headers }) => headers.authorization)).toEqual(['Basic dTpw', 'Basic dTpw']);
    expect(second.requests[0]?.headers.authorization).toBeUndefined();
  });

  test('end when they go in circles, or are not wanted', async () => {
    const target = await startTarget();
    target.respond((response) => response.writeHead(302, { location: '/' }).end());
    await expect(get(`http://${target.address}/`)).rejects.toThrow('stopped after 10 redirects');
    await expect(get(`http://${target.address}/`, { followRedirects: false })).rejects.toThrow('HTTP status 302 Found');
  });

  test('do not leave http', async () => {
    const target = await startTarget();
    target.respond((response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end());
    await expect(get(`http://${target.address}/`)).rejects.toThrow('only http and https are allowed');
  });
});

describe('authorization', () => {
  test('bearer credentials are read at each request', async () => {
    const target = await startTarget('a 1\n');
    let token = 'one';
    const config = { authorization: { type: 'Bearer', credentials: { read: async () => `${token}\n` } } };
    const client = await createHttpClient({ ...HTTP_DEFAULTS, ...config });
    onTestFinished(() => client.close());
    const request = {
      url: `http://${target.address}/`,
      headers: {},
      limitBytes: 0,
      sizeHint: 0,
      signal: AbortSignal.timeout(5000),
    };
    await client.get(request);
    token = 'two';
    await client.get(request);
    expect(target.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer one', 'Bearer two']);
  });

  test('OAuth 2 asks for one token and uses it until it ends', async () => {
    const target = await startTarget('a 1\n');
    const asked: string[] = [];
    const server = createHttp((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        asked.push(`${request.headers.authorization} ${body}`);
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ access_token: `token${asked.length}`, expires_in: 3600 }));
      });
    });
    const address = await listen(server);
    onTestFinished(() => void server.close());
    const oauth2 = {
      clientId: 'id',
      clientSecret: secret('secret'),
      tokenUrl: `http://${address}/token`,
      scopes: ['metrics', 'more'],
      endpointParams: { audience: 'x' },
    };
    const client = await createHttpClient({ ...HTTP_DEFAULTS, oauth2 });
    onTestFinished(() => client.close());
    const request = {
      url: `http://${target.address}/`,
      headers: {},
      limitBytes: 0,
      sizeHint: 0,
      signal: AbortSignal.timeout(5000),
    };
    await Promise.all([client.get(request), client.get(request)]);
    await client.get(request);
    expect(asked).toEqual(['Basic aWQ6c2VjcmV0 grant_type=client_credentials&scope=metrics+more&audience=x']);
    expect(new Set(target.requests.map(({ headers }) => headers.authorization))).toEqual(new Set(['Bearer token1']));
  });

  test('an OAuth 2 server that refuses is named', async () => {
    const server = await startTarget();
    server.respond((response) => response.writeHead(401).end('{}'));
    const oauth2 = {
      clientId: 'id',
      clientSecret: secret('s'),
      tokenUrl: `http://${server.address}/t`,
      scopes: [],
      endpointParams: {},
    };
    await expect(get('http://127.0.0.1:1/', { oauth2 })).rejects.toThrow(
      `the OAuth 2 server http://${server.address}/t answered HTTP status 401`,
    );
    expect(server.requests).toHaveLength(2);
  });
});

describe('proxies', () => {
  test('plain requests go through the proxy, excluded hosts do not', async () => {
    const proxy = await startProxy();
    const target = await startTarget('direct 1\n');
    const proxyUrl = `http://${proxy.address}`;
    expect(await get('http://metrics.example/x', { proxyUrl })).toBe('proxied 1\n');
    expect(await get(`http://${target.address}/`, { proxyUrl, noProxy: ['127.0.0.0/8'] })).toBe('direct 1\n');
    expect(proxy.seen).toEqual(['GET http://metrics.example/x']);
  });

  test('TLS asks for a tunnel with the credentials of the proxy, and a dead proxy ends with the time-out', async () => {
    const proxy = await startProxy();
    const proxyUrl = `http://user:pass@${proxy.address}`;
    await expect(get('https://127.0.0.1:1/', { proxyUrl }, 0, 500)).rejects.toThrow();
    expect(proxy.seen).toContain('CONNECT 127.0.0.1:1 Basic dXNlcjpwYXNz');
  });
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!hasOpenssl)('TLS (certificates are made with the openssl binary)', () => {
  let dir = '';
  const file = (name: string): string => path.join(dir, name);

  function openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: dir, stdio: 'ignore' });
  }

  function makeCertificate(name: string, subjectAltName: string): void {
    writeFileSync(file(`${name}.ext`), `subjectAltName=${subjectAltName}\n`);
    openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-subj',
      `/CN=${name}`,
    );
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      'ca.crt',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-days',
      '2',
      '-out',
      `${name}.crt`,
      '-extfile',
      `${name}.ext`,
    );
  }

  async function startTls(name: string, options: ServerOptions = {}): Promise<string> {
    const server = createHttps(
      { cert: readFileSync(file(`${name}.crt`)), key: readFileSync(file(`${name}.key`)), ...options },
      (_, response) => response.writeHead(200, TEXT).end('secure 1\n'),
    );
    const address = await listen(server);
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return `https://${address}/metrics`;
  }

  beforeAll(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'sightline-tls-'));
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'ca.key',
      '-out',
      'ca.crt',
      '-days',
      '2',
      '-subj',
      '/CN=test-ca',
    );
    makeCertificate('server', 'IP:127.0.0.1');
    makeCertificate('named', 'DNS:metrics.internal');
    makeCertificate('client', 'DNS:client');
  });

  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  test('a certificate nobody trusts is refused, with ca_file it is accepted', async () => {
    const url = await startTls('server');
    await expect(get(url)).rejects.toThrow(/unable to verify|self-signed|local issuer/);
    expect(await get(url, { tls: { insecureSkipVerify: false, caFile: file('ca.crt') } })).toBe('secure 1\n');
    expect(await get(url, { tls: { insecureSkipVerify: true } })).toBe('secure 1\n');
  });

  test('server_name decides which name is checked', async () => {
    const url = await startTls('named');
    const tls = { insecureSkipVerify: false, caFile: file('ca.crt') };
    await expect(get(url, { tls })).rejects.toThrow(/does not match certificate/);
    expect(await get(url, { tls: { ...tls, serverName: 'metrics.internal' } })).toBe('secure 1\n');
  });

  test('a client certificate is shown', async () => {
    const url = await startTls('server', {
      requestCert: true,
      rejectUnauthorized: true,
      ca: readFileSync(file('ca.crt')),
    });
    const tls = { insecureSkipVerify: false, caFile: file('ca.crt') };
    await expect(get(url, { tls })).rejects.toThrow();
    const withCertificate = { ...tls, certFile: file('client.crt'), keyFile: file('client.key') };
    expect(await get(url, { tls: withCertificate })).toBe('secure 1\n');
  });

  test('a target behind a proxy is reached through its tunnel', async () => {
    const url = await startTls('server');
    const proxy = await startProxy();
    const tls = { insecureSkipVerify: false, caFile: file('ca.crt') };
    expect(await get(url, { tls, proxyUrl: `http://${proxy.address}` })).toBe('secure 1\n');
    expect(proxy.seen).toEqual([`CONNECT ${new URL(url).host}`]);
  });

  test('a ca_file that changes is read again without a reload', async () => {
    const url = await startTls('server');
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'other.key',
      '-out',
      'other.crt',
      '-days',
      '2',
      '-subj',
      '/CN=other',
    );
    writeFileSync(file('changing.crt'), readFileSync(file('other.crt')));
    const client = await createHttpClient({
      ...HTTP_DEFAULTS,
      tls: { insecureSkipVerify: false, caFile: file('changing.crt') },
    });
    onTestFinished(() => client.close());
    const ask = () => client.get({ url, headers: {}, limitBytes: 0, sizeHint: 0, signal: AbortSignal.timeout(5000) });
    await expect(ask()).rejects.toThrow();
    writeFileSync(file('changing.crt'), readFileSync(file('ca.crt')));
    await expect
      .poll(
        () =>
          ask().then(
            ({ body }) => body.toString(),
            () => '',
          ),
        { timeout: 15_000, interval: 500 },
      )
      .toBe('secure 1\n');
  });

  test('a certificate file that cannot be read fails the reload, not the running scrapes', async () => {
    const { manager, apply } = startManager();
    const target = await startTarget('a 1\n');
    await apply(prometheusConfig(scrapeConfig({ staticConfigs: [staticGroup([target.address])] })));
    const broken = { ...HTTP_DEFAULTS, tls: { insecureSkipVerify: false, caFile: file('missing.crt') } };
    await expect(manager.prepare(prometheusConfig(scrapeConfig({ http: broken })), [])).rejects.toThrow(
      /cannot read ca_file of tls_config: ENOENT/,
    );
    expect(manager.targets().activeTargets).toHaveLength(1);
  });
});
