import { expect, test } from 'vitest';
import { createGate } from './gate.ts';

const never = new AbortController().signal;

test('lets in as many as there are places, the rest in order', async () => {
  const gate = createGate(1);
  const leave = await gate.enter(never);
  const order: number[] = [];
  const second = gate.enter(never).then((done) => {
    order.push(2);
    return done;
  });
  const third = gate.enter(never).then((done) => {
    order.push(3);
    return done;
  });
  expect([gate.running, gate.waiting]).toEqual([1, 2]);
  leave();
  leave();
  (await second)();
  (await third)();
  expect(order).toEqual([2, 3]);
  expect([gate.running, gate.waiting]).toEqual([0, 0]);
});

test('a waiter whose signal aborts gives its place in the queue back', async () => {
  const gate = createGate(1);
  const leave = await gate.enter(never);
  const controller = new AbortController();
  const waiting = gate.enter(controller.signal);
  controller.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  await expect(gate.enter(controller.signal)).rejects.toThrow('gone');
  leave();
  expect([gate.running, gate.waiting]).toEqual([0, 0]);
});
