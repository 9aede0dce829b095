import { expect, test } from 'vitest';
import { createLogger } from '../telemetry/create-logger.ts';
import { createCleanupStack } from './cleanup-stack.ts';

const silent = createLogger({ level: 'error', format: 'json', write: () => undefined });

test('runs the steps in the opposite order, once, and names those that failed or hang', async () => {
  const stack = createCleanupStack(silent);
  const order: string[] = [];
  stack.push('first', 1_000, () => void order.push('first'));
  stack.push('hangs', 20, () => new Promise(() => undefined));
  stack.push('fails', 1_000, async () => {
    throw new Error('no');
  });
  stack.push('last', 1_000, async () => void order.push('last'));
  const [failed, again] = await Promise.all([stack.run(), stack.run()]);
  expect(order).toEqual(['last', 'first']);
  expect(failed).toEqual(['fails', 'hangs']);
  expect(again).toBe(failed);
});
