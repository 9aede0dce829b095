/** Events of alerts in the table `alert_events`. */
import { Labels } from '@sightline/model';
import type { AlertEventQuery, AlertEventRecord, AlertEventStore } from '../../alert-event-store.ts';
import { toStorageError } from '../../errors.ts';
import type { Database } from '../database.ts';
import { unexpectedColumns } from '../migrations.ts';
import { type NativeBlock, readNative, toNumbers } from '../native.ts';
import { escapeTsv } from '../sql-text.ts';
import { ENGINE_SQL, findEventsSql, hasRetention, LAST_SEQUENCE_SQL, setRetentionSql } from './queries.ts';

const TABLE = 'alert_events';
const COLUMNS = [
  'fingerprint',
  'time',
  'sequence',
  'kind',
  'group_key',
  'receiver',
  'integration',
  'actor',
  'detail',
  'labels',
] as const;
/** Longest detail that is kept, in characters: an error may hold a page of HTML. */
const MAX_DETAIL = 4_000;

export interface AlertEventStoreOptions {
  /** 0 keeps for ever. */
  readonly retentionMs: number;
  /** Unix ms. */
  readonly now: () => number;
}

export class ClickHouseAlertEventStore implements AlertEventStore {
  readonly #database: Database;
  readonly #now: () => number;
  #sequence: number;
  readonly #inserts = new Set<Promise<void>>();

  private constructor(database: Database, now: () => number, sequence: number) {
    this.#database = database;
    this.#now = now;
    this.#sequence = sequence;
  }

  static async open(database: Database, { retentionMs, now }: AlertEventStoreOptions) {
    const engine = await database.query(ENGINE_SQL, { lane: 'background' });
    const [definition] = [...readNative(engine)][0]?.columns ?? [];
    if (definition?.kind !== 'string') throw unexpectedColumns('system.tables');
    if (!hasRetention(definition.values[0] ?? '', retentionMs)) {
      await database.execute(setRetentionSql(retentionMs), { lane: 'background' });
    }
    const last = await database.query(LAST_SEQUENCE_SQL, { lane: 'background' });
    const [sequence] = [...readNative(last)][0]?.columns ?? [];
    if (sequence?.kind !== 'u64') throw unexpectedColumns(TABLE);
    return new ClickHouseAlertEventStore(database, now, toNumbers(sequence.words)[0] ?? 0);
  }

  async append(events: readonly AlertEventRecord[]): Promise<void> {
    if (events.length === 0) return;
    const insert = this.#database.insert(TABLE, COLUMNS, this.#rows(events)).catch((error: unknown) => {
      throw toStorageError(error, 'writing alert events');
    });
    this.#inserts.add(insert);
    try {
      await insert;
    } finally {
      this.#inserts.delete(insert);
    }
  }

  async find(query: AlertEventQuery): Promise<readonly AlertEventRecord[]> {
    const bytes = await this.#database.query(findEventsSql(query), { lane: 'interactive' });
    const found: AlertEventRecord[] = [];
    for (const block of readNative(bytes)) addEvents(block, found);
    return found.reverse();
  }

  /** Waits for what was handed over. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#inserts);
  }

  #rows(events: readonly AlertEventRecord[]): Uint8Array {
    const lines = events.map((event) => {
      const { fingerprint, timeMs, kind, groupKey, receiver, integration, actor, detail, labels } = event;
      const fields = [
        fingerprint,
        (timeMs / 1000).toFixed(3),
        String(this.#nextSequence()),
        kind,
        groupKey,
        receiver,
        integration,
        actor,
        detail.slice(0, MAX_DETAIL),
        labels === undefined ? '' : JSON.stringify(labels),
      ];
      return `${fields.map(escapeTsv).join('\t')}\n`;
    });
    return Buffer.from(lines.join(''));
  }

  /** Rises with every event, restarts and clocks that go back included. */
  #nextSequence(): number {
    this.#sequence = Math.max(this.#sequence + 1, this.#now() * 1000);
    return this.#sequence;
  }
}

function addEvents({ columns: [time, ...others], rows }: NativeBlock, found: AlertEventRecord[]): void {
  if (time?.kind !== 'i64') throw unexpectedColumns(TABLE);
  const times = toNumbers(time.words);
  const texts = others.map((column) => {
    if (column.kind !== 'string') throw unexpectedColumns(TABLE);
    return column.values;
  });
  for (let i = 0; i < rows; i++) {
    const [
      kind = '',
      fingerprint = '',
      groupKey = '',
      receiver = '',
      integration = '',
      actor = '',
      detail = '',
      json = '',
    ] = texts.map((values) => values[i]);
    const labels = json === '' ? undefined : Labels.fromObject(JSON.parse(json) as Record<string, string>);
    found.push({
      timeMs: times[i] as number,
      kind,
      fingerprint,
      groupKey,
      receiver,
      integration,
      actor,
      detail,
      labels,
    });
  }
}
