import { expect, test } from 'vitest';
import { ObserveError } from '../lib/problems.ts';
import { resolveShutdown, type ShutdownOptions } from './options.ts';

test('defaults fit between SIGTERM and SIGKILL of Kubernetes', () => {
  const settings = resolveShutdown({});
  expect(settings).toMatchObject({ signals: ['SIGTERM', 'SIGINT'], drainDelayMs: undefined, handlesFatal: true });
  const { requestTimeoutMs, cleanupTimeoutMs, flushTimeoutMs, deadlineMs } = settings;
  expect(5000 + requestTimeoutMs + cleanupTimeoutMs + flushTimeoutMs).toBeLessThan(deadlineMs);
  expect(deadlineMs).toBeLessThan(30_000);
});

test('all mistakes are told at once', () => {
  const wrong = {
    signals: ['SIGKILL', 'SIGNOPE'],
    drainDelayMs: -1,
    requestTimeoutMs: Number.NaN,
    deadlineMs: 0,
    onFatal: 'explode',
  } as unknown as ShutdownOptions;
  let error: unknown;
  try {
    resolveShutdown(wrong);
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(ObserveError);
  const { message } = error as ObserveError;
  for (const part of ['SIGKILL', 'SIGNOPE', 'drainDelayMs', 'requestTimeoutMs', 'deadlineMs', 'onFatal']) {
    expect(message).toContain(part);
  }
});

test('a deadline that the drain alone would pass', () => {
  expect(() => resolveShutdown({ drainDelayMs: 5000, deadlineMs: 4000 })).toThrow(/leave no time after drainDelayMs/);
});
