/** Events of alerts in memory, for tests of what stands above the store. */
import type { AlertEventQuery, AlertEventRecord, AlertEventStore } from '../alert-event-store.ts';

export class MemoryAlertEventStore implements AlertEventStore {
  readonly events: AlertEventRecord[] = [];

  async append(events: readonly AlertEventRecord[]): Promise<void> {
    this.events.push(...events);
  }

  async find(query: AlertEventQuery): Promise<readonly AlertEventRecord[]> {
    const { fingerprint, kinds, startMs, endMs, limit } = query;
    const found = this.events.filter(
      (event) =>
        event.timeMs >= startMs &&
        event.timeMs <= endMs &&
        (fingerprint === undefined || event.fingerprint === fingerprint) &&
        (kinds === undefined || kinds.includes(event.kind)),
    );
    return found.sort((a, b) => a.timeMs - b.timeMs).slice(-limit);
  }
}
