/** Operational state in memory, for tests of what stands above the store. */
import type { StateRecord, StateStore } from '../state-store.ts';

export class MemoryStateStore implements StateStore {
  readonly records: StateRecord[] = [];

  async load(kind: string): Promise<readonly StateRecord[]> {
    const newest = new Map<string, StateRecord>();
    for (const record of this.records) if (record.kind === kind) newest.set(record.key, record);
    return [...newest.values()];
  }

  async history(kind: string, key: string): Promise<readonly StateRecord[]> {
    return this.records.filter((record) => record.kind === kind && record.key === key);
  }

  async append(records: readonly StateRecord[]): Promise<void> {
    this.records.push(...records);
  }

  async remove(kind: string, keys: readonly string[]): Promise<void> {
    const kept = this.records.filter((record) => record.kind !== kind || !keys.includes(record.key));
    this.records.splice(0, this.records.length, ...kept);
  }
}
