/** Lines for people at a terminal: time, level, logger, message, then fields; errors with their causes on lines of their own. */
import type { LogLevel } from '../../options/level.ts';
import { descriptorWriter, LineBuffer } from './line-buffer.ts';
import type { Sink } from './sink.ts';

export interface PrettyOptions {
  readonly level?: LogLevel | undefined;
  /** Colours; as NO_COLOR and FORCE_COLOR say, else true. */
  readonly colors?: boolean | undefined;
  /** Descriptor; 1. */
  readonly descriptor?: number | undefined;
}

const COLORS: Readonly<Record<string, number>> = {
  TRACE: 90,
  DEBUG: 36,
  INFO: 32,
  WARNING: 33,
  ERROR: 31,
  CRITICAL: 35,
};
const DIM = 2;
const MAX_CAUSES = 8;
const IDS = ['correlation_id', 'user_id', 'session_id', 'trace_id'] as const;

/** A line of the reference shape, as far as it is shown. */
interface Line {
  readonly timestamp: string;
  readonly level: string;
  readonly logger: string;
  readonly message: string;
  readonly correlation_id?: string;
  readonly user_id?: string;
  readonly session_id?: string;
  readonly trace_id?: string;
  readonly data?: Record<string, unknown>;
  readonly performance?: Record<string, unknown>;
  readonly error?: ShownError;
}

interface ShownError {
  readonly type?: string;
  readonly message?: string;
  readonly stack?: string;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

/** The terminal as a sink; the default there. @example observe({ logging: { sinks: [prettySink({ level: 'debug' })] } }) */
export function prettySink(options: PrettyOptions = {}): Sink {
  const paint = painter(options.colors ?? wantsColors());
  const buffer = new LineBuffer(descriptorWriter(options.descriptor ?? 1), {
    name: 'terminal',
    onFull: 'block',
    maxBufferBytes: 4_194_304,
    isSync: false,
    exitTimeoutMs: 2000,
  });
  return {
    name: 'terminal',
    shape: 'json',
    level: options.level,
    start: (core) => buffer.start(core),
    write: (line) => buffer.add(pretty(JSON.parse(line) as Line, paint)),
    flush: (signal) => buffer.flush(signal),
    flushSync: () => buffer.flushSync(),
    close: () => buffer.close(),
  };
}

type Paint = (text: string, color: number) => string;

function painter(hasColors: boolean): Paint {
  return hasColors ? (text, color) => `\u001b[${color}m${text}\u001b[0m` : (text) => text;
}

function wantsColors(): boolean {
  const { NO_COLOR: none, FORCE_COLOR: force } = process.env;
  if (force !== undefined && force !== '') return force !== '0';
  return none === undefined || none === '';
}

function pretty(line: Line, paint: Paint): string {
  const time = paint(line.timestamp.slice(11, 23), DIM);
  const level = paint(line.level.padEnd(8), COLORS[line.level] ?? 0);
  let out = `${time} ${level} ${paint(line.logger, DIM)} ${oneLine(line.message)}`;
  for (const [name, value] of Object.entries({ ...line.data, ...line.performance }))
    out += ` ${paint(`${oneLine(name)}=`, DIM)}${shown(value)}`;
  for (const id of IDS) {
    const value = line[id];
    if (value !== undefined) out += paint(` ${id}=${oneLine(value)}`, DIM);
  }
  return `${out}\n${line.error === undefined ? '' : errorLines(line.error, paint, 0)}`;
}

function shown(value: unknown): string {
  if (typeof value !== 'string') return oneLine(JSON.stringify(value));
  return /^[\w.:/@+-]+$/.test(value) ? value : JSON.stringify(value);
}

/** Texts must not move the cursor or hide other lines. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (found) => JSON.stringify(found).slice(1, -1));
}

function errorLines(error: ShownError, paint: Paint, depth: number): string {
  const title = `${error.type ?? 'Error'}: ${error.message ?? ''}`;
  const lines = (error.stack ?? title)
    .split('\n')
    .map((line) => `    ${paint(oneLine(line), depth === 0 ? 31 : DIM)}\n`);
  let out = lines.join('');
  if (depth >= MAX_CAUSES) return out;
  if (isError(error.cause)) out += `    caused by:\n${errorLines(error.cause, paint, depth + 1)}`;
  for (const each of error.errors ?? []) {
    if (isError(each)) out += `    one of:\n${errorLines(each, paint, depth + 1)}`;
  }
  return out;
}

function isError(value: unknown): value is ShownError {
  return typeof value === 'object' && value !== null;
}
