/** Everything storage throws on purpose. Domain code above decides what a sender or a reader is told. */
import { SightlineError, type SightlineErrorOptions } from '@sightline/model';
import type { OverloadInfo } from './metric-store.ts';

export type StorageErrorCode =
  | 'storage_unavailable'
  | 'storage_locked'
  | 'storage_unwritable'
  | 'storage_newer'
  | 'storage_changed'
  | 'storage_full'
  | 'storage_corrupt'
  | 'query_failed'
  | 'query_timeout'
  | 'query_memory'
  | 'query_too_large'
  | 'closed';

export class StorageError extends SightlineError<StorageErrorCode> {
  /** ClickHouse's own number of the failure, where there is one. */
  readonly engineCode: number | undefined;

  constructor(code: StorageErrorCode, message: string, options: SightlineErrorOptions & { engineCode?: number } = {}) {
    super(code, message, options);
    this.engineCode = options.engineCode;
  }
}

/** The bounded queue is full, or the store cannot write now: send again after the given time. */
export class OverloadedError extends SightlineError<'overloaded'> {
  readonly info: OverloadInfo;

  constructor(message: string, info: OverloadInfo, options: SightlineErrorOptions = {}) {
    super('overloaded', message, options);
    this.info = info;
  }
}

const CODES = new Map<number, StorageErrorCode>([
  [158, 'query_too_large'],
  [159, 'query_timeout'],
  [160, 'query_timeout'],
  [209, 'query_timeout'],
  [241, 'query_memory'],
  [243, 'storage_full'],
  [396, 'query_too_large'],
  [394, 'query_failed'],
  [210, 'storage_unavailable'],
  [516, 'storage_unavailable'],
]);

const HINTS: Partial<Record<StorageErrorCode, string>> = {
  query_timeout: 'ask for a shorter time range or fewer series',
  query_memory: 'ask for a shorter time range or fewer series',
  query_too_large: 'ask for a shorter time range or fewer series',
  storage_unavailable: 'start ClickHouse, or correct storage.clickhouse.url, username and password',
  storage_full: 'free space on the disk of the data directory; writing resumes by itself',
};

/** The engine's failure in our words; `doing` says what was attempted ("insert into metric_samples"). */
export function toStorageError(error: unknown, doing: string): StorageError {
  if (error instanceof StorageError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const engineCode = engineCodeOf(error, text);
  const isFull = /No space left on device|ENOSPC|NOT_ENOUGH_SPACE|errno: 28/i.test(text);
  const isDown = /ECONNREFUSED|ECONNRESET|ENOTFOUND|EHOSTUNREACH|EPIPE|socket hang up|Timeout error/i.test(text);
  const known = engineCode === undefined ? undefined : CODES.get(engineCode);
  const code: StorageErrorCode = isFull ? 'storage_full' : (known ?? (isDown ? 'storage_unavailable' : 'query_failed'));
  const hint = HINTS[code];
  return new StorageError(code, `${doing} failed: ${firstLine(text)}`, {
    cause: error,
    ...(hint === undefined ? {} : { hint }),
    ...(engineCode === undefined ? {} : { engineCode }),
  });
}

function engineCodeOf(error: unknown, text: string): number | undefined {
  const fromText = /Code: (\d+)/.exec(text)?.[1];
  if (fromText !== undefined) return Number(fromText);
  if (typeof error !== 'object' || error === null) return undefined;
  const { clickhouseCode, code } = error as { clickhouseCode?: unknown; code?: unknown };
  if (typeof clickhouseCode === 'number') return clickhouseCode;
  return typeof code === 'string' && /^\d+$/.test(code) ? Number(code) : undefined;
}

function firstLine(text: string): string {
  const line = text.split('\n', 1)[0] as string;
  return line.length > 500 ? `${line.slice(0, 500)}...` : line;
}
