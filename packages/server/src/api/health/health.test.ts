import { describe, expect, test } from 'vitest';
import type { HttpInput } from '../../lib/http.ts';
import { type HealthCheck, healthRoutes } from './health.ts';

function ask(path: string, checks: readonly HealthCheck[], isReady = true) {
  const routes = healthRoutes({ checks, isReady: () => isReady, version: '1', startedMs: Date.now() });
  const handler = routes.find((route) => route.path === path)?.handler;
  return handler?.({} as HttpInput).then(({ status, body }) => ({
    status,
    body: JSON.parse(body as string) as unknown,
  }));
}

const ok: HealthCheck = { name: 'a', run: async () => ({ status: 'ok', message: 'fine' }) };
const tight: HealthCheck = { name: 'b', run: async () => ({ status: 'warning', message: 'tight' }) };
const broken: HealthCheck = { name: 'c', run: () => Promise.reject(new Error('no answer')) };

describe('health', () => {
  test('is 200 while nothing fails, and tells warnings', async () => {
    expect(await ask('/health', [ok, tight])).toMatchObject({
      status: 200,
      body: {
        status: 'warning',
        checks: [
          { name: 'a', status: 'ok' },
          { name: 'b', message: 'tight' },
        ],
      },
    });
  });

  test('is 503 when a check fails, with its reason', async () => {
    expect(await ask('/health/ready', [ok, broken])).toMatchObject({
      status: 503,
      body: { status: 'failing', checks: [{}, { name: 'c', status: 'failing', message: 'no answer' }] },
    });
  });

  test('is 503 while the server starts or stops, yet live', async () => {
    expect((await ask('/health/ready', [ok], false))?.status).toBe(503);
    expect((await ask('/health/live', [broken], false))?.status).toBe(200);
  });
});
