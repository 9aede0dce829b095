import { tracingChannel } from 'node:diagnostics_channel';
import { afterEach, describe, expect, it } from 'vitest';
import { current, ROOT, run, withCorrelationCell } from '../context/store.ts';
import { followChannel } from './tracing-channel.ts';

const NAME = 'sightline-test:call';

describe('a tracing channel', () => {
  const stops: (() => void)[] = [];
  const ended: unknown[] = [];
  const failures: unknown[] = [];
  const follow = (start: (message: object) => { end(error?: unknown): void } | undefined) =>
    stops.push(followChannel(NAME, start, (error) => failures.push(error)));
  const record = () => ({ end: (error?: unknown) => void ended.push(error) });
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
    ended.length = 0;
    failures.length = 0;
  });

  it('ends a call with its promise, its error or its throw, once', async () => {
    const channel = tracingChannel(NAME);
    let calls = 0;
    follow(() => {
      const call = calls++;
      let isEnded = false;
      return {
        end(error) {
          if (!isEnded) ended.push([call, error]);
          isEnded = true;
        },
      };
    });
    const failure = new Error('away');
    await channel.tracePromise(async () => 1, {});
    await expect(channel.tracePromise(() => Promise.reject(failure), {})).rejects.toBe(failure);
    const throws = () => {
      throw failure;
    };
    expect(() => channel.tracePromise(throws, {})).toThrow(failure);
    expect(ended).toEqual([
      [0, undefined],
      [1, failure],
      [2, failure],
    ]);
  });

  it('gives callbacks the context of the caller, for all who follow until the last ends', () => {
    const channel = tracingChannel(NAME);
    follow(record);
    follow(record);
    const queue: ((error: null) => void)[] = [];
    const call = (callback: () => void) =>
      channel.traceCallback((done: (error: null) => void) => void queue.push(done), 0, {}, undefined, callback);
    const context = withCorrelationCell({ requestId: 'a' }, ROOT);
    const seen: unknown[] = [];
    const ask = () => run(context, () => call(() => seen.push(current())));
    const answer = () => run(ROOT, () => queue.shift()?.(null));
    ask();
    answer();
    stops.shift()?.();
    ask();
    answer();
    expect(seen).toEqual([context, context]);
    expect(ended).toEqual([undefined, undefined, undefined]);
    stops.shift()?.();
    ask();
    answer();
    expect(seen[2]).toBe(ROOT);
  });

  it('tells of messages it does not understand and lets the call go on', async () => {
    follow((message) => (message as { missing: { length: number } }).missing.length as never);
    expect(await tracingChannel(NAME).tracePromise(async () => 'result', {})).toBe('result');
    expect(String(failures)).toContain('TypeError');
  });
});
