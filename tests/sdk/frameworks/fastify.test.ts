/** Fastify 5 with the real framework on a real socket. */
import { fastifyLogger, sightline } from '@sightline/sdk/fastify';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startObserved } from '../support/observed.ts';

/** Made before the SDK started, which then has not heard of it. */
const early = Fastify();
const observed = startObserved();
const { observability } = observed;

let app: FastifyInstance;

async function get(path: string, init?: RequestInit): Promise<Response> {
  const { port } = app.server.address() as { port: number };
  return fetch(`http://127.0.0.1:${port}${path}`, init);
}

beforeEach(() => {
  observed.clear();
});
afterEach(() => app.close());

function routes(instance: FastifyInstance): void {
  instance.get('/users/:id', async (request) => {
    request.log.info({ step: 1 }, 'user %s asked', 'u');
    observability.logger('own').info('in the handler');
    return request.params;
  });
  instance.get('/refused/:id', {
    onRequest: (_request, reply, done) => {
      void reply.code(401).send({});
      done();
    },
    handler: async () => 'never',
  });
  instance.get('/broken/:id', async () => {
    throw new Error('broken on purpose');
  });
  instance.get('/gone/:id', async () => {
    throw Object.assign(new Error('no such user'), { statusCode: 404 });
  });
  instance.post('/body', { schema: { body: { type: 'object', required: ['name'] } } }, async () => 'ok');
  void instance.register(
    (scope, _options, done) => {
      scope.get('/items/:item', async () => 'item');
      done();
    },
    { prefix: '/shop/:shop' },
  );
}

const answers: [method: string, path: string, status: number, route: string][] = [
  ['GET', '/users/5?token=secret', 200, '/users/:id'],
  ['HEAD', '/users/5', 200, '/users/:id'],
  ['GET', '/refused/5', 401, '/refused/:id'],
  ['GET', '/gone/5', 404, '/gone/:id'],
  ['GET', '/shop/1/items/2', 200, '/shop/:shop/items/:item'],
  ['POST', '/body', 400, '/body'],
  ['GET', '/nowhere/5', 404, 'unmatched'],
];

describe.each([
  ['an instance of its own', () => Fastify(), false],
  ['an instance from before the SDK, with the plugin', () => early, true],
  ['both', () => Fastify(), true],
] as const)('%s', (_, create, withPlugin) => {
  it('has the template of the route, whatever the answer', async () => {
    app = create();
    if (withPlugin) await app.register(sightline);
    routes(app);
    await app.listen({ port: 0, host: '127.0.0.1' });
    for (const [method, path, status] of answers) {
      const body = method === 'POST' ? { body: '{}', headers: { 'content-type': 'application/json' } } : {};
      expect((await get(path, { method, ...body })).status).toBe(status);
    }
    const lines = await observed.accessLines(answers.length);
    expect(lines.map(({ data }) => [data?.['method'], data?.['status'], data?.['route']])).toEqual(
      answers.map(([method, , status, route]) => [method, status, route]),
    );
    expect(JSON.stringify(observed.lines)).not.toContain('secret');
    const exposition = await observed.exposition();
    expect(exposition).toMatch(/http_requests_total\{method="GET",route="\/users\/:id",status="200"\} +\d/);
    expect(exposition).not.toContain('/users/5');
    expect(observed.spans.find((span) => span.name === 'GET /users/:id')?.attributes).toMatchObject({
      'http.route': '/users/:id',
      'http.response.status_code': 200,
    });
  });
});

describe('errors', () => {
  it('are on the span and on the line', async () => {
    app = Fastify();
    routes(app);
    await app.listen({ port: 0, host: '127.0.0.1' });
    expect((await get('/broken/1')).status).toBe(500);
    const [line] = await observed.accessLines(1);
    expect(line).toMatchObject({ level: 'ERROR', data: { route: '/broken/:id', status: 500 } });
    expect(JSON.stringify(line)).toContain('broken on purpose');
    const span = observed.spans.find(({ name }) => name === 'GET /broken/:id');
    expect(span).toMatchObject({ status: { code: 2 }, exceptions: ['broken on purpose'] });
  });
});

describe('request.log', () => {
  it('writes with the SDK when asked to, in the context of the request', async () => {
    app = Fastify();
    await app.register(sightline, { requestLog: true });
    routes(app);
    await app.listen({ port: 0, host: '127.0.0.1' });
    await get('/users/5', { headers: { 'x-request-id': 'r-1' } });
    await observed.accessLines(1);
    const line = observed.lines.find(({ logger }) => logger === 'fastify');
    expect(line).toMatchObject({ message: 'user u asked', request_id: 'r-1', data: { step: 1 } });
    expect(line?.trace_id).toBe(observed.access()[0]?.trace_id);
  });

  it('writes with a logger of the service', async () => {
    app = Fastify();
    await app.register(sightline, { requestLog: observability.logger('orders') });
    routes(app);
    await app.listen({ port: 0, host: '127.0.0.1' });
    await get('/users/5');
    await observed.accessLines(1);
    expect(observed.lines.some(({ logger, message }) => logger === 'orders' && message === 'user u asked')).toBe(true);
  });
});

describe('fastifyLogger', () => {
  it('takes the lines of Fastify itself', async () => {
    app = Fastify({ loggerInstance: fastifyLogger(observability.logger('web')) }) as unknown as FastifyInstance;
    routes(app);
    await app.listen({ port: 0, host: '127.0.0.1' });
    await get('/users/5?token=secret');
    await get('/broken/5');
    await observed.accessLines(2);
    const lines = observed.lines.filter(({ logger }) => logger === 'web');
    expect(lines.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^Server listening at/),
      'incoming request',
      'user u asked',
      'request completed',
      'incoming request',
      'broken on purpose',
      'request completed',
    ]);
    expect(lines[1]?.data).toMatchObject({ req: { method: 'GET' } });
    expect(lines[5]).toMatchObject({ level: 'ERROR', error: { message: 'broken on purpose' } });
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it('changes its level with that of the logger', () => {
    const own = fastifyLogger(observability.logger('levels'));
    own.level = 'fatal';
    expect(own.level).toBe('fatal');
    expect(observability.logger('levels').level).toBe('critical');
    own.error('not written');
    own.child({ a: 1 }).fatal('written');
    own.level = 'nonsense';
    expect(own.level).toBe('fatal');
    expect(observed.lines.map(({ message, data }) => [message, data])).toEqual([['written', { a: 1 }]]);
  });
});
