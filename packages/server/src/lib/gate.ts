/** Lets a bounded number of tasks run at once; the rest wait in order, until their signal aborts. */

export interface Gate {
  /** Resolves with the function that gives the place back. Rejects with the signal's reason when it aborts first. */
  enter(signal: AbortSignal): Promise<() => void>;
  readonly places: number;
  readonly running: number;
  readonly waiting: number;
}

interface Waiter {
  admit(): void;
}

export function createGate(places: number): Gate {
  let running = 0;
  const queue = new Set<Waiter>();

  const leaveOnce = (): (() => void) => {
    let isLeft = false;
    return () => {
      if (isLeft) return;
      isLeft = true;
      running--;
      const [next] = queue;
      next?.admit();
    };
  };

  return {
    enter(signal) {
      if (signal.aborted) return Promise.reject(signal.reason as Error);
      if (running < places) {
        running++;
        return Promise.resolve(leaveOnce());
      }
      return new Promise((resolve, reject) => {
        const onAbort = () => {
          queue.delete(waiter);
          reject(signal.reason as Error);
        };
        const waiter: Waiter = {
          admit() {
            queue.delete(waiter);
            signal.removeEventListener('abort', onAbort);
            running++;
            resolve(leaveOnce());
          },
        };
        queue.add(waiter);
        signal.addEventListener('abort', onAbort, { once: true });
      });
    },
    places,
    get running() {
      return running;
    },
    get waiting() {
      return queue.size;
    },
  };
}
