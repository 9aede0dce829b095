/**
 * Operational state (silences, notification log, acknowledgements ...): append only, read back at start. The newest record of a
 * key counts; the older ones are its history.
 */
export interface StateRecord {
  readonly kind: string;
  readonly key: string;
  /** Unix ms. */
  readonly timeMs: number;
  /** Who did it: a user, or the part of the program. */
  readonly actor: string;
  /** JSON. */
  readonly payload: string;
}

export interface StateStore {
  /** The newest record of every key of a kind, oldest first. */
  load(kind: string): Promise<readonly StateRecord[]>;
  /** Every record of one key, oldest first. */
  history(kind: string, key: string): Promise<readonly StateRecord[]>;
  /** Resolves when the records are stored. @throws StorageError */
  append(records: readonly StateRecord[]): Promise<void>;
  /** Forgets the keys of a kind. */
  remove(kind: string, keys: readonly string[]): Promise<void>;
}
