/** Severities of lines as numbers (steps of ten) and their names in the shapes. */
import type { LogLevel } from '../options/level.ts';

const NAMES = ['', 'TRACE', 'DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'];
const LEVELS: readonly LogLevel[] = ['trace', 'trace', 'debug', 'info', 'warn', 'error', 'critical'];

export const TRACE = 10;
export const DEBUG = 20;
export const INFO = 30;
export const WARN = 40;
export const ERROR = 50;
export const CRITICAL = 60;
/** Above every severity: a logger that writes nothing. */
export const SILENT = 1000;

/** `INFO`, `WARNING`, ... */
export function severityName(severity: number): string {
  return NAMES[severity / 10] ?? 'INFO';
}

export function severityLevel(severity: number): LogLevel {
  return LEVELS[severity / 10] ?? 'info';
}
