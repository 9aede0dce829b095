import { expect, test, vi } from 'vitest';
import { type Cleanup, Cleanups } from './cleanups.ts';

const INFO = { reason: 'test', signal: undefined, error: undefined };

function setUp() {
  const cleanups = new Cleanups(1000);
  const ended: string[] = [];
  const run = () =>
    cleanups.runAll(INFO, (name, priority, { outcome }) => void ended.push(`${name} (${priority}) ${outcome}`));
  return { cleanups, ended, run };
}

test('lower priorities first, named after their function unless told', async () => {
  const { cleanups, ended, run } = setUp();
  cleanups.add(() => undefined, { priority: 5 });
  cleanups.add(function closePool() {}, {});
  cleanups.add(() => undefined, { priority: -1, name: 'first' });
  await run();
  expect(ended).toEqual(['first (-1) done', 'closePool (0) done', 'cleanup 1 (5) done']);
});

test('one that was taken away does not run, all run once', async () => {
  const { cleanups, run } = setUp();
  const [kept, gone] = [vi.fn(), vi.fn()];
  cleanups.add(kept, {});
  cleanups.add(gone, {})();
  await run();
  await run();
  expect(kept).toHaveBeenCalledTimes(1);
  expect(kept).toHaveBeenCalledWith({ ...INFO, abort: expect.any(AbortSignal) });
  expect(gone).not.toHaveBeenCalled();
});

test('a late one is aborted and left behind; one that throws does not stop others', async () => {
  const { cleanups, ended, run } = setUp();
  let aborted = false;
  const hang: Cleanup = ({ abort }) => {
    abort.addEventListener('abort', () => {
      aborted = true;
    });
    return new Promise(() => undefined);
  };
  const fail: Cleanup = () => {
    throw new Error('no');
  };
  cleanups.add(hang, { name: 'hang', timeoutMs: 10 });
  cleanups.add(fail, { name: 'fail' });
  cleanups.add(() => undefined, { name: 'last', priority: 1 });
  await run();
  expect(ended).toEqual(['fail (0) failed', 'hang (0) late', 'last (1) done']);
  expect(aborted).toBe(true);
});

test('one that is registered by another runs in the same shutdown', async () => {
  const { cleanups, ended, run } = setUp();
  cleanups.add(() => void cleanups.add(() => undefined, { name: 'inner', priority: -5 }), { name: 'outer' });
  cleanups.add(() => undefined, { name: 'last', priority: 9 });
  await run();
  expect(ended).toEqual(['outer (0) done', 'inner (-5) done', 'last (9) done']);
});
