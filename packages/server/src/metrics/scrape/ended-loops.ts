/**
 * Targets that went away. Their series end a little over two intervals later, because a target often comes straight back: a
 * reload, a restarted container. A target that returns in time goes on where it was.
 * Standard: Prometheus scrape/scrape.go, end-of-run staleness.
 */
import type { SeriesHandle } from '../../storage/metric-store.ts';
import type { ScrapeLoop } from './loop.ts';
import { startTimer } from './schedule.ts';

interface Ended {
  readonly loop: ScrapeLoop;
  readonly timer: NodeJS.Timeout;
}

export class EndedLoops {
  readonly #ended = new Map<string, Ended>();
  readonly #finishing = new Set<Promise<void>>();
  readonly #running: () => Iterable<ScrapeLoop>;

  /** @param running every loop that scrapes now: what they scrape since does not end */
  constructor(running: () => Iterable<ScrapeLoop>) {
    this.#running = running;
  }

  /** `key` names the target for `revive`. */
  end(key: string, loop: ScrapeLoop): void {
    const { intervalMs } = loop.target;
    const untilNextMs = loop.stop();
    const stoppedMs = performance.now();
    const staleMs = Date.now() + untilNextMs;
    const timer = startTimer(
      () => {
        this.#ended.delete(key);
        const finish = this.#finish(loop, stoppedMs, Math.round(staleMs)).finally(() => this.#finishing.delete(finish));
        this.#finishing.add(finish);
      },
      untilNextMs + intervalMs * 1.1,
    );
    const before = this.#ended.get(key);
    if (before !== undefined) clearTimeout(before.timer);
    this.#ended.set(key, { loop, timer });
  }

  /** The stopped loop of the target, which the caller starts again, if it has not ended yet. */
  revive(key: string): ScrapeLoop | undefined {
    const ended = this.#ended.get(key);
    if (ended === undefined) return undefined;
    clearTimeout(ended.timer);
    this.#ended.delete(key);
    return ended.loop;
  }

  /** Forgets all without marking anything: after a restart they may go on. */
  async shutdown(): Promise<void> {
    const loops = [...this.#ended.values()];
    this.#ended.clear();
    for (const { timer } of loops) clearTimeout(timer);
    await Promise.all([...this.#finishing, ...loops.map(({ loop }) => loop.shutdown())]);
  }

  async #finish(loop: ScrapeLoop, stoppedMs: number, staleMs: number): Promise<void> {
    await loop.idle();
    if (!loop.hasScraped) return;
    const { alive, hasTwin } = this.#continued(loop, stoppedMs);
    await loop.endSeries(staleMs, alive, hasTwin);
  }

  /** Series of the ended loop that a loop begun since has scraped, and whether one has the same target labels. */
  #continued(ended: ScrapeLoop, sinceMs: number): { alive: Set<SeriesHandle>; hasTwin: boolean } {
    const own = new Set<SeriesHandle>();
    const alive = new Set<SeriesHandle>();
    let hasTwin = false;
    ended.forEachLiveSeries((handle) => own.add(handle));
    for (const loop of this.#running()) {
      if (loop.createdMs < sinceMs || !loop.hasScraped) continue;
      hasTwin ||= loop.target.publicLabels.equals(ended.target.publicLabels);
      loop.forEachLiveSeries((handle) => {
        if (own.has(handle)) alive.add(handle);
      });
    }
    return { alive, hasTwin };
  }
}
