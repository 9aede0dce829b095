/** A log line for a terminal: time, level, component, message, then `key=value`. */

const LEVEL_TEXT: Readonly<Record<string, string>> = {
  WARNING: 'WARN ',
  INFO: 'INFO ',
  DEBUG: 'DEBUG',
  ERROR: 'ERROR',
};
/** The same on every line: no news at a terminal. */
const CONSTANT = new Set(['thread_id', 'process_id', 'environment', 'service']);
const MAX_LINE = 32_768;

/** @param json A line in the flat shape of the SDK. @returns Text with a line feed. */
export function textLine(json: string): string {
  const { timestamp, level, logger, message, ...rest } = JSON.parse(json) as Record<string, unknown>;
  const head = logger === 'sightline' ? '' : `${String(logger)}: `;
  const fields = Object.entries(rest).filter(([key]) => !CONSTANT.has(key));
  const tail = fields.map(([key, value]) => ` ${key}=${textValue(value)}`);
  const start = `${String(timestamp).slice(11, 23)} ${LEVEL_TEXT[String(level)] ?? level} ${head}`;
  return `${`${start}${message}${tail.join('')}`.slice(0, MAX_LINE)}\n`;
}

function textValue(value: unknown): string {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
