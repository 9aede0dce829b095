/** The name of a pool that has none: `address:port/database` (OpenTelemetry, "db.client.connection.pool.name"). */
export function poolName(address: string | undefined, port: number | undefined, database: string | undefined): string {
  return `${address ?? 'localhost'}${port === undefined ? '' : `:${port}`}${database ? `/${database}` : ''}`;
}
