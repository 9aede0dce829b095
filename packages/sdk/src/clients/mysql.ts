/**
 * MySQL and MariaDB: the tracing channels of mysql2 (3.20 and later). It publishes statements with their values written into
 * them, so the text is always cleaned.
 */
import type { Operations } from './operation.ts';
import type { PoolMetrics } from './pool-metrics.ts';
import { sqlShape } from './sql-text.ts';
import { followChannel } from './tracing-channel.ts';

interface ConnectMessage {
  readonly database?: string;
  readonly serverAddress?: string;
  readonly serverPort?: number | undefined;
}

interface QueryMessage extends ConnectMessage {
  readonly query: string;
}

const MAX_WAITS = 200;

/** @returns Ends it. */
export function followMysql(operations: Operations, pools: PoolMetrics): () => void {
  const query = (message: QueryMessage) => {
    const shape = sqlShape(message.query, 'mysql');
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
    followChannel<QueryMessage>('mysql2:query', query),
    followChannel<QueryMessage>('mysql2:execute', query),
    followChannel<ConnectMessage>('mysql2:pool:connect', waiting(pools)),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Pools by `address:port/database`, the name that OpenTelemetry gives a pool without one. */
function waiting(pools: PoolMetrics): (message: ConnectMessage) => { end(error?: unknown): void } | undefined {
  const known = new Map<string, ReturnType<PoolMetrics['waits']>>();
  return (message) => {
    const name = poolName(message.serverAddress, message.serverPort, message.database);
    let waits = known.get(name);
    if (waits === undefined) {
      if (known.size >= MAX_WAITS) return undefined;
      waits = pools.waits(name);
      known.set(name, waits);
    }
    const { wait, timeouts } = waits;
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

function poolName(address: string | undefined, port: number | undefined, database: string | undefined): string {
  return `${address ?? 'localhost'}${port === undefined ? '' : `:${port}`}${database ? `/${database}` : ''}`;
}
