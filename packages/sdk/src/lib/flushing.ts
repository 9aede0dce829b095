/**
 * Parts of the SDK that hold telemetry back (batches, rotating files, exporters) and how they are emptied: in the order of
 * `finish`, once, within a deadline, whatever one of them does.
 */

/** Something that keeps telemetry for a moment. */
export interface Flushable {
  readonly name: string;
  /** Sends what is held; resolves when it is sent or given up. */
  flush(signal: AbortSignal): Promise<void>;
  /** The same at exit, when nothing asynchronous runs any more; absent where that is not possible. */
  flushSync?(): void;
  /** Ends timers and connections; called after a flush. */
  close(): void | Promise<void>;
}

export class Flushing {
  readonly #parts: Flushable[] = [];

  add(part: Flushable): void {
    this.#parts.push(part);
  }

  remove(part: Flushable): void {
    const index = this.#parts.indexOf(part);
    if (index >= 0) this.#parts.splice(index, 1);
  }

  /** Flushes all parts at the same time. @returns Names of those that failed or did not finish in time. */
  async flush(deadlineMs: number): Promise<string[]> {
    const late: string[] = [];
    await Promise.all(
      this.#parts.map(async (part) => {
        if (!(await finishes((signal) => part.flush(signal), deadlineMs))) late.push(part.name);
      }),
    );
    return late;
  }

  /** For `process.on('exit')`: never throws. */
  flushSync(): void {
    for (const part of this.#parts) {
      try {
        part.flushSync?.();
      } catch {
        // The process is ending: the other parts must still be emptied.
      }
    }
  }

  async close(deadlineMs: number): Promise<string[]> {
    const late = await this.flush(deadlineMs);
    const parts = this.#parts.splice(0);
    await Promise.allSettled(parts.map(async (part) => part.close()));
    return late;
  }
}

async function finishes(work: (signal: AbortSignal) => Promise<void>, deadlineMs: number): Promise<boolean> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => {
      controller.abort(new Error('flush deadline passed'));
      resolve(false);
    }, deadlineMs);
  });
  try {
    return await Promise.race([work(controller.signal).then(() => true), timeout]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
