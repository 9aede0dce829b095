/** Each framework names its routes by template, leaves what no route knows unmatched, and tells of errors. */
import { once } from 'node:events';
import { Agent, request as httpRequest, type RequestListener, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import Router from '@koa/router';
import { correlation, observe } from '@sightline/sdk';
import { errorHandler, sightline as forExpress } from '@sightline/sdk/express';
import { sightline as forHono } from '@sightline/sdk/hono';
import { sightline as forKoa } from '@sightline/sdk/koa';
import { node, route } from '@sightline/sdk/node';
import express5 from 'express';
import { Hono } from 'hono';
import Koa from 'koa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { attributesOf, closeAll, type Instrumented, instrument, serve } from './service.ts';

// Express 4 is installed beside 5 under another name, which has no types.
const express4 = createRequire(import.meta.url)('express4') as typeof express5;

let sdk: Instrumented;

beforeEach(() => {
  sdk = instrument();
});

afterEach(async () => {
  await closeAll();
  await sdk.stop();
});

const boom = () => {
  throw new RangeError('boom');
};
const later = async () => {
  await sleep(1);
  boom();
};
const slowly = async () => {
  await sleep(Math.random() * 5);
  return correlation()?.requestId ?? '';
};

function expressApp(express: typeof express5): RequestListener {
  const app = express();
  app.set('env', 'test');
  app.use(forExpress());
  app.use(express.json());
  app.get('/users/:id', async (_request, response) => void response.send(await slowly()));
  app.post('/echo', async (request, response) => void response.json([request.body, await slowly()]));
  const orders = express.Router({ mergeParams: true });
  orders.get('/:order', async (_request, response) => void response.send(await slowly()));
  orders.get('/:order/fail', boom);
  app.use('/orgs/:org/orders', orders);
  const plain = express.Router();
  plain.get('/', (_request, response) => void response.send('list'));
  plain.get('/fail', (_request, _response, next) => void later().catch(next));
  app.use('/plain', plain);
  const tenant = express();
  tenant.get('/reports/:id', (_request, response) => void response.send('report'));
  const deep = express.Router();
  deep.get('/', (_request, response) => void response.send('deep'));
  tenant.use('/deep', deep);
  app.use('/tenants/:tenant', tenant);
  app.use('/open', errorHandler(), express.static('/nonexistent'));
  return app;
}

function koaApp(): RequestListener {
  const app = new Koa();
  app.silent = true;
  app.use(forKoa());
  const router = new Router();
  router.get('/users/:id', async (context) => {
    context.body = await slowly();
  });
  router.get('/plain/fail', later);
  const orders = new Router({ prefix: '/orgs/:org/orders' });
  orders.get('/:order', async (context) => {
    context.body = await slowly();
  });
  orders.get('/:order/fail', boom);
  orders.get('/', () => undefined);
  router.get('/plain', (context) => {
    context.body = 'list';
  });
  router.post('/echo', async (context) => {
    const chunks: Buffer[] = [];
    for await (const chunk of context.req) chunks.push(chunk);
    context.body = [JSON.parse(Buffer.concat(chunks).toString()), await slowly()];
  });
  app.use(router.routes()).use(orders.routes());
  return app.callback();
}

function honoApp(): Hono {
  const app = new Hono();
  app.use(forHono());
  app.get('/users/:id', async (context) => context.text(await slowly()));
  app.post('/echo', async (context) => context.json([await context.req.json(), await slowly()]));
  app.get('/plain/fail', later);
  app.get('/plain', (context) => context.text('list'));
  const orders = new Hono();
  orders.use(async (_context, next) => next());
  orders.get('/:order', async (context) => context.text(await slowly()));
  orders.get('/:order/fail', boom);
  app.route('/orgs/:org/orders', orders);
  app.onError((_error, context) => context.text('sorry', 500));
  return app;
}

function nodeApp(): RequestListener {
  return node(async (request, response) => {
    const path = request.url ?? '';
    if (path.startsWith('/users/')) {
      route('/users/:id');
      response.end(await slowly());
    } else if (path.startsWith('/echo')) {
      route('/echo');
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      await once(request, 'end');
      response.end(JSON.stringify([JSON.parse(Buffer.concat(chunks).toString()), await slowly()]));
    } else response.writeHead(404).end();
  });
}

const listens = (make: () => RequestListener | Server) => async () => (await serve(make())).url;

const APPS: readonly [string, () => Promise<string>][] = [
  ['Express 5', listens(() => expressApp(express5))],
  ['Express 4', listens(() => expressApp(express4))],
  ['Koa', listens(koaApp)],
  ['Hono', listens(() => getRequestListener(honoApp().fetch) as RequestListener)],
  ['node:http', listens(nodeApp)],
];
const ROUTED = APPS.slice(0, 4);

const lineOf = async (path: string) => {
  await vi.waitFor(() => expect(sdk.access().some((line) => line.data['path'] === path)).toBe(true));
  return sdk.access().find((line) => line.data['path'] === path);
};

describe.each(APPS)('%s', (_name, start) => {
  it('names the route and keeps the context', async () => {
    const url = await start();
    const response = await fetch(`${url}/users/42`, { headers: { 'x-request-id': 'r-1' } });
    expect(await response.text()).toBe('r-1');
    expect(response.headers.get('x-request-id')).toBe('r-1');
    expect(await lineOf('/users/42')).toMatchObject({
      level: 'INFO',
      request_id: 'r-1',
      data: { route: '/users/:id' },
    });
    expect(sdk.serverSpans()[0]?.name).toBe('GET /users/:id');
    expect(await sdk.sample('http_requests_total{method="GET",route="/users/:id",status="200"}')).toBe(1);
  });

  it('calls what no route knows unmatched', async () => {
    const url = await start();
    expect((await fetch(`${url}/wp-login.php`)).status).toBe(404);
    expect(await lineOf('/wp-login.php')).toMatchObject({ data: { route: 'unmatched', status: 404 } });
    expect(await sdk.render()).not.toContain('wp-login');
  });

  it('keeps the context over a body that comes in parts', async () => {
    const url = await start();
    const request = httpRequest(`${url}/echo`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': 'r-2' },
    });
    for (const part of ['{"a":', '"', 'b', '"}']) {
      request.write(part);
      await sleep(5);
    }
    request.end();
    const [response] = await once(request, 'response');
    let text = '';
    for await (const chunk of response) text += chunk;
    expect(JSON.parse(text)).toEqual([{ a: 'b' }, 'r-2']);
    expect(await lineOf('/echo')).toMatchObject({ data: { route: '/echo' } });
  });

  it('never mixes up concurrent requests', async () => {
    const url = await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 10 });
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const request = httpRequest(`${url}/users/${index}`, {
          agent,
          headers: { 'x-request-id': `r-${index}` },
        }).end();
        const [response] = await once(request, 'response');
        let text = '';
        for await (const chunk of response) text += chunk;
        return text;
      }),
    );
    agent.destroy();
    expect(answers).toEqual(Array.from({ length: 100 }, (_, index) => `r-${index}`));
    await vi.waitFor(() => expect(sdk.access()).toHaveLength(100));
    expect(new Set(sdk.access().map((line) => line.request_id)).size).toBe(100);
  });
});

describe.each(ROUTED)('%s with routers', (_name, start) => {
  it.each([
    ['/plain', '/plain'],
    ['/orgs/acme/orders/7', '/orgs/:org/orders/:order'],
  ])('%s is %s', async (path, template) => {
    const url = await start();
    expect((await fetch(url + path)).status).toBe(200);
    expect(await lineOf(path)).toMatchObject({ data: { route: template } });
    expect(await sdk.render()).not.toContain('acme');
  });

  it.each([
    ['at once', '/orgs/acme/orders/7/fail', '/orgs/:org/orders/:order/fail'],
    ['later', '/plain/fail', '/plain/fail'],
  ])('tells of an error thrown %s', async (_when, path, template) => {
    const url = await start();
    expect((await fetch(url + path)).status).toBe(500);
    expect(await lineOf(path)).toMatchObject({
      level: 'ERROR',
      message: 'request completed',
      data: { route: template, status: 500 },
      error: { message: 'boom' },
    });
    const [span] = sdk.serverSpans();
    expect(span).toMatchObject({ name: `GET ${template}`, statusCode: 2, statusMessage: 'boom' });
    expect(span?.extras?.events.map((event) => event.name)).toEqual(['exception']);
    expect(attributesOf(span)['error.type']).toBe('RangeError');
  });
});

it.each(APPS.slice(0, 2))('%s names routes of mounted applications', async (_name, start) => {
  const url = await start();
  expect(await (await fetch(`${url}/tenants/acme/reports/7`)).text()).toBe('report');
  expect(await lineOf('/tenants/acme/reports/7')).toMatchObject({ data: { route: '/tenants/:tenant/reports/:id' } });
  expect(await (await fetch(`${url}/tenants/acme/deep`)).text()).toBe('deep');
  expect(await lineOf('/tenants/acme/deep')).toMatchObject({ data: { route: '/tenants/:tenant/deep' } });
  expect(await sdk.render()).not.toContain('acme');
});

it.each([
  ['5', express5],
  ['4', express4],
])(
  'Express %s: a request that goes on in the context of another is still the one that is named',
  async (_version, express) => {
    const app = express();
    app.use(forExpress());
    const waiting: (() => void)[] = [];
    // As a queue that lets go of all it holds in the context of the last one.
    app.use((_request, _response, next) => {
      if (waiting.push(next) === 2) for (const go of waiting.splice(0)) go();
    });
    app.get('/a/:id', (_request, response) => void response.send('a'));
    app.get('/b/:id', (_request, response) => void response.send('b'));
    const { url } = await serve(app);
    const answers = await Promise.all([fetch(`${url}/a/1`), fetch(`${url}/b/2`)]);
    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual(['a', 'b']);
    expect(await lineOf('/a/1')).toMatchObject({ data: { route: '/a/:id' } });
    expect(await lineOf('/b/2')).toMatchObject({ data: { route: '/b/:id' } });
  },
);

it('reports requests of Hono that no server of Node brings', async () => {
  const app = honoApp();
  const response = await app.request('http://shop.example/users/7', { headers: { 'x-request-id': 'r-9' } });
  expect(await response.text()).toBe('r-9');
  expect(response.headers.get('x-request-id')).toBe('r-9');
  expect(await lineOf('/users/7')).toMatchObject({ request_id: 'r-9', data: { route: '/users/:id', status: 200 } });
  expect((await app.request('/plain/fail')).status).toBe(500);
  expect(await lineOf('/plain/fail')).toMatchObject({ level: 'ERROR', error: { message: 'boom' } });
});

it('starts the SDK with the environment when the service has not', async () => {
  await sdk.stop();
  const app = express5();
  app.use(forExpress({ service: 'by-adapter', shutdown: false, logging: { sinks: [] } }));
  app.get('/a', (_request, response) => void response.send(String(correlation()?.requestId)));
  const { url } = await serve(app);
  expect(await (await fetch(`${url}/a`)).text()).toMatch(/^req_/);
  expect(observe().core.resource.service).toBe('by-adapter');
});
