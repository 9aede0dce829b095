/** Baggage in the form that `@opentelemetry/api` hands out: immutable, changed copies come back. */
import type { Baggage } from '../../context/store.ts';

export interface OtelBaggageEntry {
  readonly value: string;
  readonly metadata?: { toString(): string } | undefined;
}

/** What any baggage of the API can be asked. */
interface ReadableBaggage {
  getAllEntries(): [string, OtelBaggageEntry][];
}

export class OtelBaggage implements ReadableBaggage {
  readonly members: Baggage;

  constructor(members: Baggage) {
    this.members = members;
  }

  getEntry(key: string): OtelBaggageEntry | undefined {
    const member = this.members.get(key);
    return member === undefined ? undefined : entryOf(member);
  }

  getAllEntries(): [string, OtelBaggageEntry][] {
    return Array.from(this.members, ([key, member]) => [key, entryOf(member)]);
  }

  setEntry(key: string, entry: OtelBaggageEntry): OtelBaggage {
    return new OtelBaggage(new Map(this.members).set(key, memberOf(entry)));
  }

  removeEntry(key: string): OtelBaggage {
    return this.removeEntries(key);
  }

  removeEntries(...keys: string[]): OtelBaggage {
    const members = new Map(this.members);
    for (const key of keys) members.delete(key);
    return new OtelBaggage(members);
  }

  clear(): OtelBaggage {
    return new OtelBaggage(new Map());
  }
}

/** The members of a baggage of any origin; undefined for what is none. */
export function membersOf(baggage: unknown): Baggage | undefined {
  if (baggage instanceof OtelBaggage) return baggage.members;
  if (typeof (baggage as Partial<ReadableBaggage> | undefined)?.getAllEntries !== 'function') return undefined;
  return new Map((baggage as ReadableBaggage).getAllEntries().map(([key, entry]) => [key, memberOf(entry)]));
}

function memberOf({ value, metadata }: OtelBaggageEntry): { value: string; metadata?: string } {
  const text = metadata === undefined ? '' : String(metadata);
  return text === '' ? { value: String(value) } : { value: String(value), metadata: text };
}

function entryOf({ value, metadata }: { value: string; metadata?: string }): OtelBaggageEntry {
  return metadata === undefined ? { value } : { value, metadata: { toString: () => metadata } };
}
