/** The SDK for tests, as vitest runs it. */
import { AssertionError } from 'node:assert';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { observe, stopObserving, withCorrelation } from '@sightline/sdk';
import { captureLogs, captureSpans, expectMetric, testObserve } from '@sightline/sdk/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

type TestSdk = ReturnType<typeof testObserve>;

/** The message of the AssertionError that `fn` fails with. */
async function failure(fn: () => unknown): Promise<string> {
  try {
    await fn();
  } catch (error) {
    if (error instanceof AssertionError) return error.message;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('testObserve', () => {
  let t: TestSdk;
  beforeEach(() => {
    t = testObserve({ service: 'shop' });
  });
  afterEach(() => t.close());

  it('captures lines with their ids, data and errors', () => {
    withCorrelation({ correlationId: 'corr-1', userId: 'user-1' }, () => {
      t.logger('orders').info('Order placed', { order: { id: 7, items: ['a', 'b'] }, total: 12.5 });
    });
    t.log.error('Payment failed', new TypeError('declined'));
    const line = t.expectLog({
      level: 'info',
      logger: 'orders',
      message: 'Order placed',
      correlationId: 'corr-1',
      userId: 'user-1',
      data: { order: { id: 7 }, total: (total: unknown) => Number(total) > 12 },
    });
    expect(line.json['environment'] ?? line.json['context']).toBeDefined();
    t.expectLog({ level: 'error', message: /^Payment/, logger: 'shop', userId: undefined }, 1);
    t.expectLog({ data: { order: { items: ['a', expect.any(String)] } } });
    t.expectNoLog({ level: 'critical' });
    expect(t.logs.filter({ level: 'info' })).toHaveLength(1);
  });

  it('shows the closest lines and why they do not match', async () => {
    t.log.info('Order placed', { order: 7, secret: 'no matter' });
    t.log.warn('Stock is low', { left: 2 });
    const message = await failure(() => t.expectLog({ level: 'info', message: 'Order placed', data: { order: 8 } }));
    expect(message).toContain("no log line matches { level: 'info', message: 'Order placed', data: { order: 8 } }");
    expect(message).toContain('closest of 2');
    expect(message).toContain('[info] shop: Order placed { order: 7');
    expect(message).toContain('    data.order: expected 8, got 7');
    expect(message.indexOf('Order placed {')).toBeLessThan(message.indexOf('Stock is low'));
    expect(await failure(() => t.expectLog({ level: 'info' }, 2))).toContain('expected 2 log lines to match');
    expect(await failure(() => t.expectNoLog({ message: /low/ }))).toContain('[warn] shop: Stock is low { left: 2 }');
    t.clear();
    expect(await failure(() => t.expectLog({ level: 'info' }))).toContain('there were none');
    expect(await failure(() => t.expectLog({ message: (text) => text === 'x' }))).toContain('there were none');
  });

  it('captures spans with attributes, events, status and parents', async () => {
    await expect(
      t.tracer.span('place order', async (span) => {
        span.setAttribute('order.id', 7);
        t.tracer.span('reserve', (inner) => inner.addEvent('reserved', { items: 2 }));
        throw new Error('sold out');
      }),
    ).rejects.toThrow('sold out');
    const parent = t.expectSpan({
      name: 'place order',
      kind: 'internal',
      status: 'error',
      statusMessage: 'sold out',
      attributes: { 'order.id': 7 },
      events: [{ name: 'exception', attributes: { 'exception.type': 'Error' } }],
      durationMs: (ms) => ms >= 0,
    });
    const child = t.expectSpan({ name: 'reserve', parentSpanId: parent.spanId, traceId: parent.traceId }, 1);
    expect(t.spans.childrenOf(parent)).toEqual([child]);
    expect(await failure(() => t.expectSpan({ name: 'reserve', status: 'error' }))).toContain(
      "status: expected 'error', got 'unset'",
    );
    expect(await failure(() => t.expectNoSpan())).toContain('expected no span');
  });

  it('links lines and spans', () => {
    t.tracer.span('job', () => t.log.info('inside'));
    const { traceId, spanId } = t.expectSpan({ name: 'job' });
    t.expectLog({ message: 'inside', traceId, spanId });
  });

  it('reads metrics as a scrape would', async () => {
    const orders = t.metrics.counter('orders_total', 'Orders', { labels: ['channel'] });
    const duration = t.metrics.histogram('order_seconds', 'Duration', { buckets: [1, 2] });
    const placed = await t.expectMetric('orders_total', { channel: 'web' }).toIncreaseBy(2, async () => {
      orders.inc({ channel: 'web' }, 2);
      orders.inc({ channel: 'app' });
      return 'placed';
    });
    expect(placed).toBe('placed');
    await t.expectMetric('orders_total').toBe(3);
    await t.expectMetric('orders_total', { channel: /^w/ }).toBe(2);
    await t.expectMetric('order_seconds').toIncreaseBy(1, () => duration.observe(1.5));
    await t.expectMetric('order_seconds_bucket', { le: 2 }).toBe(1);
    await t.expectMetric('orders_total', { channel: 'fax' }).toNotExist();
    await t.expectMetric('orders_total').toStay(() => undefined);
    expect(await t.expectMetric('nothing').value()).toBeUndefined();
    await expectMetric('orders_total', {}, t).toBe(3);
    await expectMetric('orders_total', {}, t.metrics).toExist();
  });

  it('shows the series of a metric that is not as expected', async () => {
    const orders = t.metrics.counter('orders_total', 'Orders', { labels: ['channel'] });
    orders.inc({ channel: 'web' });
    const message = await failure(() =>
      t.expectMetric('orders_total', { channel: 'web' }).toIncreaseBy(1, () => orders.inc({ channel: 'app' })),
    );
    expect(message).toContain("expected orders_total { channel: 'web' } to increase by 1, it went from 1 to 1");
    expect(message).toContain("orders_total { channel: 'app' } 1");
    expect(await failure(() => t.expectMetric('orders').toExist())).toMatch(/metrics that are there: .*orders_total/);
    expect(await failure(() => t.expectMetric('orders_total').toBe(7))).toContain('to be 7, got 2');
    expect(await failure(() => t.expectMetric('orders_total').toNotExist())).toContain('not to exist, it is 2');
  });

  it('is of its own: two do not see each other, and the environment is not read', async () => {
    vi.stubEnv('LOG_LEVEL', 'critical');
    vi.stubEnv('MONITORING_ENABLED', 'false');
    const other = testObserve();
    vi.unstubAllEnvs();
    other.log.debug('theirs');
    other.metrics.counter('theirs_total', 'Theirs').inc();
    other.expectLog({ message: 'theirs' });
    t.expectNoLog();
    await t.expectMetric('theirs_total').toNotExist();
    await other.close();
  });

  it('sees requests when HTTP is asked for', async () => {
    const web = testObserve({ http: {} });
    const server = createServer((_request, response) => {
      web.log.info('serving');
      response.end('ok');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await web.expectMetric('http_requests_total', { method: 'GET', status: 200 }).toIncreaseBy(1, async () => {
      await (await fetch(`http://127.0.0.1:${port}/users/7`, { headers: { 'x-request-id': 'req-7' } })).text();
      await vi.waitFor(() => web.expectSpan({ kind: 'server' }));
    });
    const { traceId } = web.expectSpan({ kind: 'server', attributes: { 'http.request.method': 'GET' } }, 1);
    web.expectLog({ message: 'serving', requestId: 'req-7', traceId });
    t.expectNoSpan();
    server.closeAllConnections();
    server.close();
    await web.close();
  });

  it('follows the fake clock of the runner', () => {
    vi.useFakeTimers({ now: new Date('2026-01-02T03:04:05.678Z'), toFake: ['Date'] });
    t.log.info('then');
    vi.useRealTimers();
    t.expectLog({ message: 'then', timestamp: '2026-01-02T03:04:05.678Z' });
  });

  it('keeps what the SDK says about itself', () => {
    const counter = t.metrics.counter('things_total', 'Things');
    counter.inc(-1);
    t.metrics.counter('limited_total', 'Limited', { labels: ['id'], maxSeries: 1 }).inc({ id: 'a' });
    t.metrics.counter('limited_total', 'Limited', { labels: ['id'], maxSeries: 1 }).inc({ id: 'b' });
    expect(t.notices.join('\n')).toContain('limited_total');
  });
});

describe('the SDK of the process', () => {
  afterEach(() => stopObserving());

  it('is captured beside what it does', async () => {
    expect(() => captureLogs()).toThrow(/call observe\(\) before/);
    const lines: string[] = [];
    const sink = { name: 'own', write: (line: string) => void lines.push(line) };
    const sdk = observe({ service: 'shop', http: false, shutdown: false, logging: { sinks: [sink] } });
    const logs = captureLogs();
    const spans = captureSpans();
    sdk.log.info('one');
    sdk.tracer.span('two', () => undefined);
    await expectMetric('three_total').toIncreaseBy(1, () => sdk.metrics.counter('three_total', 'Three').inc());
    logs.stop();
    spans.stop();
    sdk.log.info('after');
    logs.expectLog({ message: 'one' }, 1);
    logs.expectNoLog({ message: 'after' });
    spans.expectSpan({ name: 'two' }, 1);
    expect(lines).toHaveLength(2);
  });

  it('says that nothing is captured when monitoring is switched off', () => {
    observe({ enabled: false, http: false, shutdown: false });
    expect(() => captureSpans()).toThrow(/switched off/);
  });

  it('is replaced for code that calls observe()', async () => {
    const code = (): void => observe().logger('orders').info('Order placed');
    const t = testObserve({ global: true });
    code();
    t.expectLog({ logger: 'orders', message: 'Order placed' });
    await t.close();
    expect(() => captureLogs()).toThrow(/call observe\(\) before/);
  });
});
