/**
 * Long work in pieces, one piece for each turn of the event loop, whoever asks. Without this, fifty queries that each run for
 * 12 ms and yield would still keep a timer waiting for 600 ms: what was scheduled with setImmediate runs in one go.
 */
const waiting: (() => void)[] = [];
let next = 0;
let isScheduled = false;

const schedule: (run: () => void) => unknown =
  typeof setImmediate === 'function' ? (run) => setImmediate(run) : (run) => setTimeout(run, 0);

/** Resolves in a later turn of the event loop, in which nobody else is let in; first come, first served. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (isScheduled) return;
    isScheduled = true;
    schedule(letOneIn);
  });
}

function letOneIn(): void {
  const resolve = waiting[next++];
  if (next === waiting.length) {
    waiting.length = 0;
    next = 0;
    isScheduled = false;
  } else schedule(letOneIn);
  resolve?.();
}
