/** Levels of log lines, least to most severe, with the names that other libraries use for them. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'critical';

/** Severity as a number: the higher, the worse. Steps of ten leave room and equal pino's. */
export const SEVERITY: Readonly<Record<LogLevel, number>> = {
  trace: 10,
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  critical: 60,
};

const NAMES = new Map<string, LogLevel>([
  ['trace', 'trace'],
  ['verbose', 'trace'],
  ['debug', 'debug'],
  ['info', 'info'],
  ['notice', 'info'],
  ['warn', 'warn'],
  ['warning', 'warn'],
  ['error', 'error'],
  ['err', 'error'],
  ['critical', 'critical'],
  ['fatal', 'critical'],
]);

/** The level of a name in any case, `WARNING` and `fatal` included; undefined when it is none. */
export function parseLevel(name: string): LogLevel | undefined {
  return NAMES.get(name.toLowerCase());
}
