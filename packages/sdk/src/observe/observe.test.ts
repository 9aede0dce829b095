import { afterEach, describe, expect, test, vi } from 'vitest';
import { observe, stopObserving } from './observe.ts';
import type { ObserveOptions } from './options.ts';

const quiet: ObserveOptions = { shutdown: false, http: false, logging: { stdout: false }, metrics: { runtime: false } };

afterEach(stopObserving);

describe('observe', () => {
  test('gives the SDK that runs, whoever asks', () => {
    const first = observe({ ...quiet, service: 'orders' });
    expect(observe()).toBe(first);
    expect(observe({ service: 'orders' })).toBe(first);
    expect(first.core.resource).toMatchObject({ service: 'orders', environment: expect.any(String) as string });
  });

  test('says that options of a second call are not used', () => {
    observe({ ...quiet, service: 'orders' });
    const told = vi.spyOn(observe().core.notices, 'tell');
    observe({ service: 'payments' });
    expect(told).toHaveBeenCalledWith(expect.anything(), expect.stringContaining("already runs as 'orders'"));
  });

  test('names the mistakes of all parts at once and leaves nothing running', async () => {
    const before = process.listenerCount('SIGTERM');
    const wrong = {
      sevice: 'orders',
      version: 4,
      logging: { stdout: false, maxLineBytes: 5, redact: ['a..b'] },
      tracing: { sampler: { ratio: 7 }, exporter: { endpoint: 'nowhere' } },
      http: { trustProxy: -1 },
      monitoring: { prefix: 'no slash' },
      health: { timeoutMs: -1 },
      shutdown: { signals: ['SIGKILL'], deadlineMs: 0 },
    };
    let message = '';
    try {
      observe(wrong as unknown as ObserveOptions);
    } catch (error) {
      message = (error as Error).message;
    }
    for (const path of [
      'sevice: there is no such option',
      'version: must be a text',
      'logging.maxLineBytes',
      'logging.redact.paths',
      'tracing.sampler.ratio',
      'http.trustProxy',
      'monitoring.prefix',
      'shutdown.signals',
      'shutdown.deadlineMs',
    ])
      expect(message).toContain(path);
    await vi.waitFor(() => expect(process.listenerCount('SIGTERM')).toBe(before));
    expect(() => observe({ ...quiet, service: 'right' })).not.toThrow();
  });

  test('MONITORING_ENABLED=false: nothing is logged, counted or traced; health works', async () => {
    const written: string[] = [];
    const sink = { name: 'memory', write: (line: string) => void written.push(line) };
    const { log, metrics, tracer, health, enabled } = observe({ ...quiet, enabled: false, logging: { sinks: [sink] } });
    log.error('Not written');
    metrics.counter('a_total', 'A').inc();
    expect(tracer.span('x', (span) => span.traceFlags)).toBe(0);
    expect(written).toEqual([]);
    expect((await metrics.render()).body.toString()).toBe('');
    expect(enabled).toBe(false);
    expect((await health.readiness()).statusCode).toBe(200);
  });

  test('a flush ends in time even when the collector never answers', async () => {
    const server = (await import('node:http')).createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const { tracer, flush } = observe({
      ...quiet,
      tracing: { exporter: { endpoint: `http://127.0.0.1:${port}/v1/traces` } },
    });
    tracer.span('x', () => undefined);
    expect(await flush(50)).toEqual(['traces']);
    server.closeAllConnections();
    server.close();
  });
});
