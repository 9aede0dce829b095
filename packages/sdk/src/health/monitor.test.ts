import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createCore } from '../core/core.ts';
import { Notices } from '../lib/notices.ts';
import { Registry } from '../metrics/registry.ts';
import type { Check, CheckOutcome, HealthReport, HealthStatus, ProbeKind, ProbeReport } from './check.ts';
import { createHealth, type HealthMonitor, type HealthOptions } from './monitor.ts';

const opened: HealthMonitor[] = [];
afterEach(() => {
  for (const health of opened.splice(0)) health.close();
});

function setUp(options: HealthOptions = {}) {
  const notices: string[] = [];
  const lines: string[] = [];
  const registry = new Registry();
  const core = createCore(
    { service: 'orders', version: '1.2.3', environment: 'test' },
    {},
    new Notices((line) => notices.push(line)),
  );
  const say = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  const logger = { info: say('info'), warn: say('warn'), error: say('error'), critical: say('critical') };
  const health = createHealth(core, registry, { system: false, logger, ...options });
  opened.push(health);
  const metrics = async () => (await registry.render()).body.toString();
  return { health, notices, lines, metrics };
}

const never = () => new Promise<never>(() => undefined);

describe('reports', () => {
  test('the JSON of /health', async () => {
    const { health } = setUp();
    health.register('database', () => ({ status: 'healthy', message: 'responsive' }), { category: 'database' });
    health.register('memory_usage', () => ({ status: 'warning', usage_percent: 78.5, message: 'elevated' }));
    const report = await health.detailed();
    expect(report).toEqual({
      overall_status: 'warning',
      status: 'degraded',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      service: 'orders',
      version: '1.2.3',
      environment: 'test',
      uptime_seconds: expect.any(Number),
      checks: {
        database: {
          name: 'database',
          status: 'healthy',
          category: 'database',
          critical: true,
          response_time_ms: expect.any(Number),
          message: 'responsive',
          timestamp: expect.any(String),
        },
        memory_usage: expect.objectContaining({ status: 'warning', usage_percent: 78.5 }),
      },
      summary: { healthy: 1, warning: 1, critical: 0, total: 2 },
    });
  });

  const endings: [string, Check, HealthStatus][] = [
    ['nothing', () => undefined, 'healthy'],
    ['true', () => true, 'healthy'],
    ['false', () => false, 'critical'],
    ['a rejection', async () => Promise.reject(new Error('refused')), 'critical'],
    [
      'an exception',
      () => {
        throw new Error('thrown');
      },
      'critical',
    ],
    ['rubbish', () => 42 as never, 'critical'],
    ['a wrong status', () => ({ status: 'fine' }) as never, 'critical'],
  ];
  test.each(endings)('a check that ends with %s', async (_, check, status) => {
    const { health } = setUp();
    health.register('one', check);
    const { checks, overall_status } = await health.detailed();
    expect(checks?.['one']?.status).toBe(status);
    expect(overall_status).toBe(status);
  });

  test('secrets in messages, errors and fields do not show; fields are bounded', async () => {
    const { health } = setUp();
    const details = { apiKey: 'k-123', nested: { password: 'p' }, url: 'redis://me:hunter2@host/0', ['__proto__']: 1 };
    health.register('fields', () => ({ status: 'warning', message: 'password=hunter2 was wrong', ...details }));
    health.register('error', () => {
      throw new Error('connect failed', { cause: new Error('postgres://app:hunter2@db/orders does not answer') });
    });
    health.register('long', () => ({ status: 'healthy', message: 'x'.repeat(10_000) }));
    const text = JSON.stringify((await health.detailed()).checks);
    expect(text).not.toMatch(/hunter2|k-123|"p"/);
    expect(text).toContain('connect failed: postgres://[REDACTED]@db/orders does not answer');
    expect(text.length).toBeLessThan(3000);
  });

  test('a check cannot overwrite what the report says of it', async () => {
    const { health } = setUp();
    health.register('one', () => ({ status: 'healthy', name: 'other', critical: false, blocked_by: ['x'] }));
    expect((await health.detailed()).checks?.['one']).toMatchObject({ name: 'one', critical: true });
    expect((await health.detailed()).checks?.['one']).not.toHaveProperty('blocked_by');
  });

  test('a field that throws when it is read is a failed check', async () => {
    const { health } = setUp();
    const answer: CheckOutcome = Object.defineProperty({ status: 'healthy' as const }, 'bad', {
      enumerable: true,
      get(): never {
        throw new Error('getter');
      },
    });
    health.register('one', () => answer);
    expect((await health.detailed()).checks?.['one']).toMatchObject({ status: 'critical', message: 'getter' });
  });
});

describe('criticality and dependencies', () => {
  test('a check that is not critical makes a warning, and the service stays ready', async () => {
    const { health } = setUp();
    health.register('cache', () => false, { critical: false });
    expect(await health.detailed()).toMatchObject({ overall_status: 'warning', summary: { warning: 1, critical: 0 } });
    expect((await health.probe('ready')).statusCode).toBe(200);
    expect((await health.probe('health')).statusCode).toBe(200);
  });

  test('a critical one makes 503, unless it does not decide about traffic', async () => {
    const { health } = setUp();
    health.register('reports', () => false, { readiness: false });
    expect((await health.probe('ready')).statusCode).toBe(200);
    expect((await health.probe('health')).statusCode).toBe(503);
    health.register('database', () => false);
    expect((await health.probe('ready')).statusCode).toBe(503);
  });

  test('what depends on a failed check is not run, and says why', async () => {
    const { health } = setUp();
    const sync = vi.fn(() => true);
    health.register('sync', sync, { dependsOn: ['database', 'clock'] });
    health.register('report', () => true, { dependsOn: ['sync'], critical: false });
    health.register('database', () => false);
    health.register('clock', () => true);
    const { checks } = await health.runAllChecks();
    expect(sync).not.toHaveBeenCalled();
    expect(checks?.['sync']).toMatchObject({ status: 'critical', blocked_by: ['database'] });
    expect(checks?.['report']).toMatchObject({ status: 'warning', blocked_by: ['sync'] });
  });

  test('running all checks at once looks at what the dependency finds now', async () => {
    const { health } = setUp({ cacheMs: 60_000 });
    let works = false;
    health.register('sync', () => true, { dependsOn: ['database'] });
    health.register('database', () => works);
    await health.runAllChecks();
    works = true;
    expect((await health.runAllChecks()).overall_status).toBe('healthy');
  });

  test('a failed check that is not critical blocks too', async () => {
    const { health } = setUp();
    health.register('cache', () => false, { critical: false });
    health.register('sessions', () => true, { dependsOn: ['cache'] });
    expect((await health.detailed()).checks?.['sessions']).toMatchObject({ status: 'critical', blocked_by: ['cache'] });
  });

  test('circles are refused, unknown names told once', async () => {
    const { health, notices } = setUp();
    health.register('a', () => true, { dependsOn: ['b'] });
    health.register('b', () => true, { dependsOn: ['c'] });
    expect(() => health.register('c', () => true, { dependsOn: ['a'] })).toThrow(/makes a circle: c -> a -> b -> c/);
    expect(() => health.register('d', () => true, { dependsOn: ['d'] })).toThrow(/d -> d/);
    expect((await health.detailed()).overall_status).toBe('healthy');
    await health.runAllChecks();
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain('health check b depends on c, which is not registered');
  });
});

describe('runs', () => {
  test('a thousand probes at once are one run', async () => {
    const { health } = setUp();
    const check = vi.fn(() => sleep(20).then(() => true));
    health.register('one', check);
    const answers = await Promise.all(Array.from({ length: 1000 }, () => health.probe('ready')));
    expect(check).toHaveBeenCalledTimes(1);
    expect(answers.every(({ ok }) => ok)).toBe(true);
  });

  test('a result serves probes for cacheMs, then it is run again', async () => {
    const { health } = setUp();
    const check = vi.fn(() => true);
    health.register('one', check, { cacheMs: 50 });
    await health.probe('ready');
    await health.probe('health');
    expect(check).toHaveBeenCalledTimes(1);
    await sleep(60);
    await health.probe('ready');
    expect(check).toHaveBeenCalledTimes(2);
  });

  test('a hanging check is aborted at its limit and not started again while it hangs', async () => {
    const { health } = setUp();
    let end: (() => void) | undefined;
    let reason: unknown;
    const check = vi.fn((signal: AbortSignal) => {
      signal.addEventListener('abort', () => {
        reason = signal.reason;
      });
      return new Promise<boolean>((resolve) => {
        end = () => resolve(true);
      });
    });
    health.register('stuck', check, { timeoutMs: 20, cacheMs: 0 });
    const first = await health.detailed();
    expect(first.checks?.['stuck']).toMatchObject({ status: 'critical', message: 'no answer within 20 ms' });
    expect(String(reason)).toContain('the check had 20 ms');
    const second = await health.detailed();
    expect(second.checks?.['stuck']?.message).toMatch(/^still hangs: the run that began [\d.]+ s ago/);
    expect(check).toHaveBeenCalledTimes(1);
    end?.();
    await sleep(1);
    void health.detailed();
    await sleep(1);
    expect(check).toHaveBeenCalledTimes(2);
  });

  test('the context of a probe is not that of the check', async () => {
    const { current, run, withCorrelationCell } = await import('../context/store.ts');
    const { health } = setUp();
    let seen: unknown = 'not run';
    health.register('one', () => {
      seen = current()?.cell;
      return true;
    });
    await run(withCorrelationCell({ requestId: 'r-1' }), () => health.probe('ready'));
    expect(seen).toBeUndefined();
  });

  describe('in the background', () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
    afterEach(() => void vi.useRealTimers());

    test('runs at its interval; probes read the last result', async () => {
      const { health } = setUp();
      const check = vi.fn(() => true);
      const remove = health.register('one', check, { intervalMs: 1000 });
      expect(check).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(0);
      expect(check).toHaveBeenCalledTimes(1);
      await health.probe('ready');
      await vi.advanceTimersByTimeAsync(3000);
      await health.probe('ready');
      expect(check).toHaveBeenCalledTimes(4);
      remove();
      await vi.advanceTimersByTimeAsync(5000);
      expect(check).toHaveBeenCalledTimes(4);
      expect((await health.detailed()).summary.total).toBe(0);
    });

    test('ends when the service closes; the last results stay', async () => {
      const { health, lines } = setUp();
      let works = true;
      const check = vi.fn(() => works);
      health.register('one', check, { intervalMs: 1000 });
      await vi.advanceTimersByTimeAsync(0);
      health.setPhase('closing');
      works = false;
      await vi.advanceTimersByTimeAsync(5000);
      expect(check).toHaveBeenCalledTimes(1);
      expect((await health.detailed()).overall_status).toBe('healthy');
      expect(lines).toEqual([]);
    });
  });

  test('the same name replaces; removing the old one leaves the new one', async () => {
    const { health } = setUp();
    const removeOld = health.register('one', () => false);
    health.register('one', () => true);
    removeOld();
    expect((await health.detailed()).checks?.['one']?.status).toBe('healthy');
  });

  test('all mistakes of a registration are told at once', () => {
    const { health } = setUp();
    const wrong = { category: 'db', timeoutMs: 0, intervalMs: 5, cacheMs: -1, dependsOn: 'x' } as never;
    let message = '';
    try {
      health.register('', 'no function' as never, wrong);
    } catch (error) {
      message = (error as Error).message;
    }
    for (const part of ['the name', 'the check', 'category', 'timeoutMs', 'intervalMs', 'cacheMs', 'dependsOn']) {
      expect(message).toContain(part);
    }
    expect(() => setUp({ cacheMs: -1, checks: { a: { check: () => true, timeoutMs: -1 }, b: 3 as never } })).toThrow(
      /health: cacheMs[\s\S]*health\.checks\.a: timeoutMs[\s\S]*health\.checks\.b: the check/,
    );
  });

  test('there is a most of checks', () => {
    const { health } = setUp();
    for (let index = 0; index < 200; index++) health.register(`check-${index}`, () => true);
    expect(() => health.register('one more', () => true)).toThrow(/200 checks already/);
    health.register('check-7', () => true);
  });
});

describe('probes', () => {
  const statusOf = async (health: HealthMonitor, kind: ProbeKind): Promise<[number, string]> => {
    const { statusCode, body } = await health.probe(kind);
    return [statusCode, (body as ProbeReport | HealthReport).status];
  };

  test('live depends on nothing', async () => {
    const { health } = setUp({ manualStart: true });
    health.register('stuck', never, { timeoutMs: 10 });
    expect(await statusOf(health, 'live')).toEqual([200, 'alive']);
    health.setPhase('draining');
    expect(await statusOf(health, 'live')).toEqual([200, 'alive']);
    expect(health.liveness().body).toEqual({ status: 'alive', timestamp: expect.any(String) });
  });

  test('starting, ready, draining', async () => {
    const { health } = setUp({ manualStart: true });
    const check = vi.fn(() => true);
    health.register('one', check);
    expect(await statusOf(health, 'ready')).toEqual([503, 'starting']);
    expect(await statusOf(health, 'startup')).toEqual([503, 'starting']);
    expect(await statusOf(health, 'health')).toEqual([503, 'starting']);
    health.markReady();
    expect(await statusOf(health, 'ready')).toEqual([200, 'ready']);
    expect(await statusOf(health, 'startup')).toEqual([200, 'started']);
    expect(await statusOf(health, 'health')).toEqual([200, 'healthy']);
    health.setPhase('draining');
    expect(await statusOf(health, 'ready')).toEqual([503, 'draining']);
    expect(await statusOf(health, 'startup')).toEqual([200, 'started']);
    expect(await statusOf(health, 'health')).toEqual([503, 'draining']);
    health.markReady();
    expect(health.phase).toBe('draining');
  });

  test('startup is green once the checks were, and stays so', async () => {
    const { health } = setUp({ cacheMs: 0 });
    let works = false;
    health.register('one', () => works);
    expect(await statusOf(health, 'startup')).toEqual([503, 'starting']);
    works = true;
    expect(await statusOf(health, 'startup')).toEqual([200, 'started']);
    works = false;
    expect(await statusOf(health, 'startup')).toEqual([200, 'started']);
    expect(await statusOf(health, 'ready')).toEqual([503, 'not_ready']);
  });

  test('a probe that waits while the service begins to drain is red', async () => {
    const { health } = setUp();
    health.register('one', () => sleep(20).then(() => true));
    const probing = health.probe('ready');
    health.setPhase('draining');
    expect((await probing).statusCode).toBe(503);
  });

  test('single checks show only where detail is allowed', async () => {
    const { health } = setUp();
    health.register('one', () => true);
    expect((await health.probe('health')).body).not.toHaveProperty('checks');
    expect((await health.probe('ready')).body).not.toHaveProperty('checks');
    expect((await health.probe('health', { detail: true })).body).toHaveProperty('checks.one');
    expect((await health.probe('ready', { detail: true })).body).toHaveProperty('checks.one');
  });

  test('wasProbed: by the first readiness probe, or several of /health', async () => {
    const { health } = setUp();
    await health.probe('live');
    await health.probe('health');
    await health.detailed();
    expect(health.wasProbed).toBe(false);
    await health.probe('health');
    await health.probe('health');
    expect(health.wasProbed).toBe(true);
    const other = setUp().health;
    await other.probe('ready');
    expect(other.wasProbed).toBe(true);
  });
});

describe('what is told', () => {
  test('metrics', async () => {
    const { health, metrics } = setUp();
    health.register('good', () => true);
    health.register('bad', () => false);
    health.register('optional', () => false, { critical: false });
    health.register('blocked', () => true, { dependsOn: ['bad'] });
    const remove = health.register('gone', () => true);
    await health.runAllChecks();
    remove();
    const text = await metrics();
    expect(text).toMatch(/health_check_status\{check="good"\} +0\n/);
    expect(text).toMatch(/health_check_status\{check="bad"\} +2\n/);
    expect(text).toMatch(/health_check_status\{check="optional"\} +1\n/);
    expect(text).toMatch(/health_check_status\{check="blocked"\} +2\n/);
    expect(text).toMatch(/health_check_duration_seconds_count\{check="good"\} +1\n/);
    expect(text).not.toContain('health_check_duration_seconds_count{check="blocked"}');
    expect(text).toMatch(/health_check_last_success_timestamp_seconds\{check="good"\} +1\d{9}/);
    expect(text).not.toContain('health_check_last_success_timestamp_seconds{check="bad"}');
    expect(text).not.toContain('"gone"');
  });

  test('a line at each change of state, not at each run', async () => {
    const { health, lines } = setUp({ cacheMs: 0 });
    let status: 'healthy' | 'warning' | 'critical' = 'healthy';
    health.register('one', () => ({ status }));
    await health.detailed();
    await health.detailed();
    expect(lines).toEqual([]);
    status = 'critical';
    await health.detailed();
    await health.detailed();
    status = 'warning';
    await health.detailed();
    status = 'healthy';
    await health.detailed();
    expect(lines).toEqual([
      'error health check one: healthy -> critical',
      'warn health check one: critical -> warning',
      'info health check one: warning -> healthy',
    ]);
  });

  test('a service with monitoring switched off still has health', async () => {
    const core = createCore({ enabled: false }, {});
    const health = createHealth(core, new Registry({ enabled: false }), {
      system: false,
      checks: { one: () => false },
    });
    expect((await health.probe('ready')).statusCode).toBe(503);
  });
});
