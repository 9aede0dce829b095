/** Clocks of timers and wrappers: seconds, of synchronous and asynchronous work. */

/** Starts a clock; the function it returns reports the seconds since then and returns them. */
export function startClock(report: (seconds: number) => void): () => number {
  const startMs = performance.now();
  return () => {
    const seconds = (performance.now() - startMs) / 1000;
    report(seconds);
    return seconds;
  };
}

/** Calls `fn` and reports how long it took, also when it fails; a promise is waited for and given back as it is. */
export function timed<TResult>(fn: () => TResult, report: (seconds: number) => void): TResult {
  const startMs = performance.now();
  const end = () => report((performance.now() - startMs) / 1000);
  let result: TResult;
  try {
    result = fn();
  } catch (error) {
    end();
    throw error;
  }
  if (isThenable(result)) {
    // The caller has the promise itself: a rejection is the caller's to handle.
    result.then(end, end);
    return result;
  }
  end();
  return result;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
