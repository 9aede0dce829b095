/**
 * Progress of a long task on stderr: a bar that redraws itself on a terminal, a line every ten seconds elsewhere (a log has
 * no use for carriage returns).
 */

export interface ProgressState {
  readonly doneBytes: number;
  /** Undefined when the input has no known end (stdin). */
  readonly totalBytes: number | undefined;
  readonly samples: number;
}

export interface Progress {
  update(state: ProgressState): void;
  /** Removes the bar; the caller writes its last line then. */
  finish(): void;
}

export interface ProgressOptions {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly nowMs: () => number;
}

const BAR_CELLS = 24;
const TERMINAL_EVERY_MS = 100;
const LOG_EVERY_MS = 10_000;

export function createProgress({ write, isTerminal, columns, nowMs }: ProgressOptions): Progress {
  const startedMs = nowMs();
  const everyMs = isTerminal ? TERMINAL_EVERY_MS : LOG_EVERY_MS;
  let shownMs = isTerminal ? Number.NEGATIVE_INFINITY : startedMs;
  return {
    update(state) {
      const now = nowMs();
      if (now - shownMs < everyMs) return;
      shownMs = now;
      const text = progressLine(state, (now - startedMs) / 1e3, isTerminal);
      write(isTerminal ? `\r\u001b[K${text.slice(0, Math.max(20, columns - 1))}` : `${text}\n`);
    },
    finish() {
      if (isTerminal) write('\r\u001b[K');
    },
  };
}

/** `████████░░░░  42%  1.2 GB of 2.8 GB  85 MB/s  3,400,000 samples  19 s left` */
export function progressLine(state: ProgressState, seconds: number, hasBar: boolean): string {
  const { doneBytes, totalBytes, samples } = state;
  const rate = seconds > 0 ? doneBytes / seconds : 0;
  const parts: string[] = [];
  if (totalBytes !== undefined && totalBytes > 0) {
    const share = Math.min(1, doneBytes / totalBytes);
    if (hasBar) parts.push(barOf(share));
    parts.push(`${Math.floor(share * 100)}%`, `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`);
  } else parts.push(formatBytes(doneBytes));
  parts.push(`${formatBytes(rate)}/s`, `${formatCount(samples)} samples`);
  if (totalBytes !== undefined && rate > 0 && doneBytes < totalBytes) {
    parts.push(`${formatSeconds((totalBytes - doneBytes) / rate)} left`);
  }
  return parts.join('  ');
}

/** `████████░░░░  42%` */
export function formatShare(share: number): string {
  return `${barOf(share)}  ${Math.floor(share * 100)}%`;
}

function barOf(share: number): string {
  const full = Math.round(share * BAR_CELLS);
  return '█'.repeat(full) + '░'.repeat(BAR_CELLS - full);
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

export function formatSeconds(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3_600).toFixed(1)} h`;
}
