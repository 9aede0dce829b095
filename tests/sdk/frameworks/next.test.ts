/** Next.js 16: handlers with real NextRequests, and its own errors for redirects. An application is built in next-app.test.ts. */
import { createServer } from 'node:http';
import { notFound, redirect } from 'next/navigation';
import { NextRequest, NextResponse } from 'next/server';
import { onRequestError, register, withAction, withObservability } from '@sightline/sdk/next';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startObserved } from '../support/observed.ts';

const observed = startObserved();
const { observability } = observed;

beforeEach(() => observed.clear());
afterEach(() => vi.unstubAllEnvs());

const find = withObservability(
  async (request: NextRequest, { params }: { params: Promise<{ id: string }> }) => {
    const { id } = await params;
    observability.logger('own').info('finding', { id, query: request.nextUrl.searchParams.get('q') });
    if (id === 'redirect') redirect('/elsewhere;500;');
    if (id === 'missing') notFound();
    if (id === 'broken') throw new Error('broken on purpose');
    return NextResponse.json({ id }, { status: 201 });
  },
  { route: '/api/users/[id]' },
);

const call = (id: string, headers: Record<string, string> = {}) =>
  find(new NextRequest(`http://shop.test/api/users/${id}?q=1`, { headers }), { params: Promise.resolve({ id }) });

describe('withObservability, where no server of Node brought the request', () => {
  it('serves it in a context of its own', async () => {
    const traceId = 'a'.repeat(32);
    const response = await call('5', { 'x-request-id': 'r-5', traceparent: `00-${traceId}-${'b'.repeat(16)}-01` });
    expect([response.status, await response.json()]).toEqual([201, { id: '5' }]);
    expect(response.headers.get('x-request-id')).toBe('r-5');
    const [line] = await observed.accessLines(1);
    expect(line).toMatchObject({
      request_id: 'r-5',
      trace_id: traceId,
      data: { method: 'GET', path: '/api/users/5', route: '/api/users/[id]', status: 201 },
    });
    expect(observed.lines.find(({ logger }) => logger === 'own')).toMatchObject({
      request_id: 'r-5',
      trace_id: traceId,
    });
    expect(observed.spans).toMatchObject([{ name: 'GET /api/users/[id]', traceId, parentSpanId: 'b'.repeat(16) }]);
  });

  it.each([
    ['redirect', 307],
    ['missing', 404],
  ])('takes %s() for an answer', async (id, status) => {
    await expect(call(id)).rejects.toThrow(/^NEXT_/);
    const [line] = await observed.accessLines(1);
    expect(line).toMatchObject({ level: 'INFO', data: { status } });
    expect(observed.spans).toMatchObject([{ status: { code: 0 }, exceptions: [] }]);
  });

  it.each([
    ['Response.redirect()', () => Response.redirect('http://shop.test/elsewhere'), 302],
    ['fetch()', () => fetch('data:text/plain,hello'), 200],
  ])('tells the ids on an answer of %s too, whose headers cannot be changed', async (_, answer, status) => {
    const pass = withObservability(answer, { route: '/pass' }) as (request: Request) => Promise<Response>;
    const response = await pass(new Request('http://shop.test/pass', { headers: { 'x-request-id': 'r-6' } }));
    expect([response.status, response.headers.get('x-request-id')]).toEqual([status, 'r-6']);
    expect(await response.text()).toBe(status === 200 ? 'hello' : '');
  });

  it('records what the handler throws, and throws it on', async () => {
    await expect(call('broken')).rejects.toThrow('broken on purpose');
    const [line] = await observed.accessLines(1);
    expect(line).toMatchObject({ level: 'ERROR', data: { status: 500, route: '/api/users/[id]' } });
    expect(observed.spans).toMatchObject([{ status: { code: 2 }, exceptions: ['broken on purpose'] }]);
  });

  it('refuses to wrap without a route', () => {
    expect(() => withObservability(() => new Response(), {} as { route: string })).toThrow(/needs the route/);
  });
});

describe('below a server of Node', () => {
  async function served(handler: () => Promise<unknown>): Promise<void> {
    const server = createServer((_request, response) => {
      handler().then(
        () => response.end(),
        () => response.writeHead(500).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await (await fetch(`http://127.0.0.1:${port}/api/users/5`)).text();
    await observed.accessLines(1);
    await new Promise((resolve) => server.close(resolve));
  }

  it('names the request that is there: one line, one span', async () => {
    await served(() => call('5'));
    expect(observed.access()).toMatchObject([{ data: { route: '/api/users/[id]', status: 200 } }]);
    expect(observed.spans.filter(({ kind }) => kind === 1)).toMatchObject([{ name: 'GET /api/users/[id]' }]);
  });

  it('onRequestError names the route of a page without a wrapper, and its error', async () => {
    await served(async () => {
      onRequestError(new Error('rendering failed'), {}, { routePath: '/orders/[id]' });
      throw new Error('answered with 500');
    });
    expect(observed.access()).toMatchObject([{ level: 'ERROR', data: { route: '/orders/[id]', status: 500 } }]);
    expect(observed.spans.find(({ kind }) => kind === 1)).toMatchObject({ exceptions: ['rendering failed'] });
  });

  it('withAction is a span below the request', async () => {
    const create = withAction('order.create', async (name: string) => {
      observability.logger('own').info('creating');
      return name;
    });
    await served(async () => expect(await create('x')).toBe('x'));
    const [action] = observed.spans.filter(({ name }) => name === 'order.create');
    const server = observed.spans.find(({ kind }) => kind === 1);
    expect(action).toMatchObject({ traceId: server?.traceId, parentSpanId: server?.spanId, status: { code: 0 } });
    expect(observed.lines.find(({ logger }) => logger === 'own')).toMatchObject({ span_id: action?.spanId });
  });

  it('an action that redirects has not failed; one that throws has', async () => {
    const redirecting = withAction('redirecting', async () => redirect('/'));
    const failing = withAction('failing', async () => {
      throw new Error('no stock');
    });
    await served(async () => {
      await expect(redirecting()).rejects.toThrow('NEXT_REDIRECT');
      await expect(failing()).rejects.toThrow('no stock');
    });
    const [first, second] = ['redirecting', 'failing'].map((name) => observed.spans.find((span) => span.name === name));
    expect(first).toMatchObject({ status: { code: 0 }, exceptions: [] });
    expect(second).toMatchObject({ status: { code: 2 }, exceptions: ['no stock'] });
  });
});

describe('register', () => {
  it('starts the SDK once', () => {
    expect(register({ service: 'again' })).toBe(observability);
  });
});

describe('the edge runtime', () => {
  it('is refused by the Node build', () => {
    vi.stubEnv('NEXT_RUNTIME', 'edge');
    expect(() => register()).toThrow(/edge runtime.*nodejs/);
    expect(() => withObservability(() => new Response(), { route: '/' })).toThrow(/edge runtime/);
    expect(() => withAction('a', async () => 1)).toThrow(/edge runtime/);
  });
});
