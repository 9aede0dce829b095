/**
 * One integration of a receiver with a rate limit: when it was sent something, what is held for it, and the digest that is still open.
 * Sent times and the digest are stored; what is held is not: nobody was told of it, so its groups come again after a restart.
 */
import { createHash } from 'node:crypto';
import type { Alert } from '../../alert.ts';
import type { GateMessage } from '../../notify/notifier.ts';
import type { RateLimitConfig } from '../config/types.ts';

export interface Held extends GateMessage {
  /** Unix ms of the first message that was held. */
  readonly sinceMs: number;
}

/** Groups whose alerts were told in a digest and never alone: the end of all of them is told as one message, too. */
export interface OpenDigest {
  readonly groupKey: string;
  readonly sinceMs: number;
  /** Hashes of the keys of groups that are not over. */
  readonly groups: Set<string>;
  /** What is over, by fingerprint; a restart forgets it. */
  readonly ended: Map<string, { readonly alert: Alert; readonly groupKey: string }>;
}

interface StoredChannel {
  readonly sent: readonly number[];
  readonly digest?: { readonly groupKey: string; readonly sinceMs: number; readonly groups: readonly string[] };
}

export class Channel {
  /** `receiver/integration[index]`. */
  readonly name: string;
  readonly receiver: string;
  /** By key of the notification log. */
  readonly held = new Map<string, Held>();
  digest: OpenDigest | undefined;
  /** Unix ms, oldest first; those under way included. */
  #sent: number[];

  constructor(name: string, receiver: string, stored?: string) {
    this.name = name;
    this.receiver = receiver;
    const { sent, digest }: StoredChannel = stored === undefined ? { sent: [] } : (JSON.parse(stored) as StoredChannel);
    this.#sent = [...sent];
    this.digest = digest === undefined ? undefined : { ...digest, groups: new Set(digest.groups), ended: new Map() };
  }

  /** When the next message may go out: in the past when one may now. */
  freeAtMs({ notifications, perMs }: RateLimitConfig, nowMs: number): number {
    this.#sent = this.#sent.filter((ms) => ms > nowMs - perMs);
    const first = this.#sent.at(-notifications);
    return first === undefined ? 0 : first + perMs;
  }

  /** Takes one of the messages that the limit allows; the answer gives it back. */
  take(nowMs: number): () => void {
    this.#sent.push(nowMs);
    return () => {
      const at = this.#sent.lastIndexOf(nowMs);
      if (at !== -1) this.#sent.splice(at, 1);
    };
  }

  toJson(): string {
    const { digest } = this;
    const open = digest && { groupKey: digest.groupKey, sinceMs: digest.sinceMs, groups: [...digest.groups] };
    const stored: StoredChannel = { sent: this.#sent, ...(open !== undefined && { digest: open }) };
    return JSON.stringify(stored);
  }
}

/** Keys are long, and a storm has many groups. */
export function keyHash(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16);
}
