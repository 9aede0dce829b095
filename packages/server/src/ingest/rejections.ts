/** What of a request was refused: by reason, with the first case in words. */
import type { WriteResult } from '../storage/metric-store.ts';
import type { IngestMetrics, IngestProtocol } from './metrics.ts';
import type { IngestKind, IngestTracker } from './tracker.ts';

export class Rejections {
  readonly #counts = new Map<string, number>();
  #first: string | undefined;

  get total(): number {
    let total = 0;
    for (const count of this.#counts.values()) total += count;
    return total;
  }

  add(reason: string, count: number, example: string | undefined): void {
    if (count === 0) return;
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + count);
    this.#first ??= example;
  }

  addResult(result: WriteResult): void {
    for (const [reason, count] of Object.entries(result.rejected)) this.add(reason, count, result.firstRejection);
  }

  report(metrics: IngestMetrics, protocol: IngestProtocol, tracker: IngestTracker, kind: IngestKind): void {
    for (const [reason, count] of this.#counts) {
      metrics.rejectedSamples.labels({ protocol, reason }).inc(count);
      tracker.rejected(kind, reason, count);
    }
  }

  /** `2 of 10 samples were refused (too_old: 2), the other 8 are stored; the first: ...` */
  describe(accepted: number): string {
    const reasons = [...this.#counts].map(([reason, count]) => `${reason}: ${count}`).join(', ');
    const first = this.#first === undefined ? '' : `; the first: ${this.#first}`;
    const rest = accepted === 0 ? '' : `, the other ${accepted} are stored`;
    return `${this.total} of ${this.total + accepted} samples were refused (${reasons})${rest}${first}`;
  }
}
