/**
 * What is looked up right before an exposition. A function that fails, or hangs, costs its own values and never the scrape.
 */
import type { Losses } from '../lib/losses.ts';
import type { Notices } from '../lib/notices.ts';

export type Collect = () => void | Promise<void>;

/** A scrape waits this long for all asynchronous collectors together. */
const PATIENCE_MS = 2000;

export class Collectors {
  readonly #all = new Set<Collect>();
  readonly #running = new Set<Collect>();
  readonly #losses: Losses;
  readonly #notices: Notices;

  constructor(losses: Losses, notices: Notices) {
    this.#losses = losses;
    this.#notices = notices;
  }

  add(collect: Collect): () => void {
    this.#all.add(collect);
    return () => this.#all.delete(collect);
  }

  clear(): void {
    this.#all.clear();
  }

  /** Runs the synchronous ones to the end and starts the others. @returns Resolves when all ended or patience did. */
  async run(): Promise<void> {
    const waiting: Promise<void>[] = [];
    for (const collect of this.#all) {
      // One that still runs from an earlier scrape is not started again.
      if (this.#running.has(collect)) continue;
      try {
        const result = collect();
        if (result === undefined) continue;
        this.#running.add(collect);
        waiting.push(
          result
            .catch((error: unknown) => this.#failed(error))
            .finally(() => {
              this.#running.delete(collect);
            }),
        );
      } catch (error) {
        this.#failed(error);
      }
    }
    if (waiting.length > 0) await this.#within(Promise.all(waiting));
  }

  async #within(work: Promise<unknown>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), PATIENCE_MS);
      timer.unref();
    });
    if ((await Promise.race([work, limit])) === 'late') this.#failed(new Error(`not done after ${PATIENCE_MS} ms`));
    clearTimeout(timer);
  }

  #failed(error: unknown): void {
    this.#losses.add('metrics', 'collect_failed');
    const reason = error instanceof Error ? error.message : String(error);
    this.#notices.tell('metric-collect', `a function that collects metrics failed: ${reason.slice(0, 300)}`);
  }
}
