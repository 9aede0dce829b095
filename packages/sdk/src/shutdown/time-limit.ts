/** Work with a time limit, as every step of a shutdown has one. */

/** How a step ended. */
export interface StepEnd {
  readonly outcome: 'done' | 'failed' | 'late';
  readonly error: unknown;
  readonly durationMs: number;
}

/**
 * Calls `work` and waits for it, `limitMs` at most. Never rejects. The timer holds the process: a step that waits for nothing
 * real must still end by its limit, not by the process running out of things to do.
 *
 * @param work Its signal is aborted at the limit.
 */
export function within(limitMs: number, work: (signal: AbortSignal) => unknown): Promise<StepEnd> {
  const startedAt = performance.now();
  const controller = new AbortController();
  return new Promise((resolve) => {
    const end = (outcome: StepEnd['outcome'], error: unknown): void => {
      clearTimeout(timer);
      resolve({ outcome, error, durationMs: Math.round(performance.now() - startedAt) });
    };
    const timer = setTimeout(() => {
      end('late', new Error(`not done within ${limitMs} ms`));
      controller.abort(new Error(`had ${limitMs} ms`));
    }, limitMs);
    void call(work, controller.signal).then(
      () => end('done', undefined),
      (error: unknown) => end('failed', error),
    );
  });
}

async function call(work: (signal: AbortSignal) => unknown, signal: AbortSignal): Promise<void> {
  await work(signal);
}
