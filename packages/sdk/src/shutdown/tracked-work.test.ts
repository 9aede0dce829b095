import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { TrackedWork } from './tracked-work.ts';

test('idle() waits for all, also for what is added while it waits', async () => {
  const work = new TrackedWork();
  await work.idle();
  const ended: string[] = [];
  const later = async () => {
    await sleep(10);
    void work.add(sleep(10).then(() => ended.push('second')));
    ended.push('first');
  };
  void work.add(later());
  await work.idle();
  expect(ended).toEqual(['first', 'second']);
  expect(work.size).toBe(0);
});

test('the result and the error of the work are those of the promise that is given back', async () => {
  const work = new TrackedWork();
  expect(await work.add(Promise.resolve(7))).toBe(7);
  await expect(work.add(Promise.reject(new Error('own')))).rejects.toThrow('own');
  expect(work.size).toBe(0);
});
