/**
 * MySQL and MariaDB: the tracing channels of mysql2 (3.20 and later). It publishes statements with their values written into
 * them, so the text is always cleaned.
 */
import type { Operations } from './operation.ts';
import type { PoolMetrics, PoolWaits } from './pool-metrics.ts';
import { poolName } from './pool-name.ts';
import { sqlShape } from './sql-text.ts';
import { followChannel } from './tracing-channel.ts';

interface ConnectMessage {
  readonly database?: string;
  readonly serverAddress?: string;
  readonly serverPort?: number | undefined;
}

interface QueryMessage extends ConnectMessage {
  /** Of `query` with its values written into it, of `execute` with placeholders. */
  readonly query: string;
  readonly values?: unknown;
}

const MAX_WAITS = 200;

/** Follows mysql2. Its channel names a pool by its server and database only. */
export interface MysqlFollower {
  /** Shows the waits of the pool at `address` (see `poolName`) under another name. */
  namePool(address: string, name: string): void;
  stop(): void;
}

export function followMysql(operations: Operations, pools: PoolMetrics): MysqlFollower {
  const waits = new Map<string, PoolWaits>();
  const record = (message: QueryMessage, isUnique: boolean) => {
    const shape = sqlShape(message.query, 'mysql', isUnique);
    return operations.start({
      system: 'mysql',
      operation: shape.operation,
      name: shape.summary,
      namespace: message.database,
      collection: shape.table,
      text: shape.text,
      summary: shape.summary,
      address: message.serverAddress,
      port: message.serverPort,
    });
  };
  const stops = [
    followChannel<QueryMessage>(
      'mysql2:query',
      (message) => record(message, hasValues(message.values)),
      operations.failed,
    ),
    followChannel<QueryMessage>('mysql2:execute', (message) => record(message, false), operations.failed),
    followChannel<ConnectMessage>('mysql2:pool:connect', waiting(pools, waits), operations.failed),
  ];
  return {
    namePool: (address, name) => waits.set(address, pools.waits(name)),
    stop() {
      for (const stop of stops) stop();
    },
  };
}

function hasValues(values: unknown): boolean {
  return Array.isArray(values) ? values.length > 0 : values !== undefined && values !== null;
}

function waiting(
  pools: PoolMetrics,
  known: Map<string, PoolWaits>,
): (message: ConnectMessage) => { end(error?: unknown): void } | undefined {
  return (message) => {
    const name = poolName(message.serverAddress, message.serverPort, message.database);
    let own = known.get(name);
    if (own === undefined) {
      if (known.size >= MAX_WAITS) return undefined;
      own = pools.waits(name);
      known.set(name, own);
    }
    const { wait, timeouts } = own;
    const startedAt = performance.now();
    let isEnded = false;
    return {
      end(error) {
        if (isEnded) return;
        isEnded = true;
        if (error === undefined || error === null) wait.observe((performance.now() - startedAt) / 1000);
        else if (isFull(error)) timeouts.inc();
      },
    };
  };
}

/** Whether a pool gave no connection because it has no more, rather than because the database is away. */
function isFull(error: unknown): boolean {
  return error instanceof Error && /^Queue limit reached|^No connections available/.test(error.message);
}
