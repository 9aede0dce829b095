/**
 * One file that lines are appended to, moved aside when it is too large or a new period begins. A batch of lines is never split
 * over two files. A file that something else moved away (logrotate) is opened anew.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, extname } from 'node:path';
import type { Core } from '../../core/core.ts';

export interface RotatingFileOptions {
  readonly path: string;
  /** 0 for no limit. */
  readonly maxBytes: number;
  readonly period: 'daily' | 'hourly' | undefined;
  readonly mode: number;
}

/** How often the file is looked for under its name, and a failed opening is tried again. */
const CHECK_MS = 1000;
const LINE_FEED = 10;

export class RotatingFile {
  readonly #options: RotatingFileOptions;
  readonly #onRotated: () => void;
  #core: Core | undefined;
  #descriptor: number | undefined;
  #inode = 0;
  #size = 0;
  #period = '';
  #checkedAtMs = 0;
  #failure: { error: unknown; atMs: number } | undefined;
  #isRegular = true;

  constructor(options: RotatingFileOptions, onRotated: () => void) {
    this.#options = options;
    this.#onRotated = onRotated;
  }

  /** Opens the file now, so that a wrong path is told at start and not at the first line. */
  start(core: Core): void {
    this.#core = core;
    try {
      this.#ready(0, true);
    } catch (error) {
      core.notices.tell(
        'sink:file:open',
        `can't open the log file ${this.#options.path}: ${String(error)}; trying again`,
      );
    }
  }

  /** As fs.writeSync. A piece that is tried again after an error goes on where it stopped, in the same file. */
  write(bytes: Uint8Array, offset: number, length: number): number {
    const descriptor = this.#ready(length, offset === 0);
    const written = writeSync(descriptor, bytes, offset, length);
    this.#size += written;
    return written;
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #ready(length: number, mayRotate: boolean): number {
    const now = Date.now();
    if (this.#descriptor !== undefined && now - this.#checkedAtMs >= CHECK_MS) this.#check(now);
    if (this.#descriptor === undefined) this.#open(now);
    if (mayRotate && this.#isDue(length, now)) this.#rotate(now);
    return this.#descriptor ?? this.#open(now);
  }

  #isDue(length: number, now: number): boolean {
    if (!this.#isRegular || this.#size === 0) return false;
    const { maxBytes, period } = this.#options;
    return (maxBytes > 0 && this.#size + length > maxBytes) || periodOf(now, period) !== this.#period;
  }

  #open(now: number): number {
    if (this.#failure !== undefined && now - this.#failure.atMs < CHECK_MS) throw this.#failure.error;
    try {
      const { path, mode } = this.#options;
      mkdirSync(dirname(path), { recursive: true });
      const descriptor = openSync(path, 'a+', mode);
      const stats = fstatSync(descriptor);
      this.#descriptor = descriptor;
      this.#inode = stats.ino;
      this.#size = stats.size;
      this.#isRegular = stats.isFile();
      this.#period = periodOf(stats.size === 0 ? now : stats.mtimeMs, this.#options.period);
      this.#checkedAtMs = now;
      this.#failure = undefined;
      if (this.#isRegular) this.#endBrokenLine(descriptor, stats);
      return descriptor;
    } catch (error) {
      this.#failure = { error, atMs: now };
      throw error;
    }
  }

  /** A process that was killed while it wrote leaves half a line: the next one must not continue it. */
  #endBrokenLine(descriptor: number, stats: Stats): void {
    if (stats.size === 0) return;
    const last = Buffer.alloc(1);
    readSync(descriptor, last, 0, 1, stats.size - 1);
    if (last[0] !== LINE_FEED) this.#size += writeSync(descriptor, '\n');
  }

  #check(now: number): void {
    this.#checkedAtMs = now;
    const { path } = this.#options;
    const isSame = statSync(path, { throwIfNoEntry: false })?.ino === this.#inode;
    if (!isSame) this.close();
  }

  /** Never fails the line: a file that can't be moved goes on growing. */
  #rotate(now: number): void {
    this.close();
    try {
      renameSync(this.#options.path, freeName(this.#options.path, now));
      this.#onRotated();
    } catch (error) {
      this.#core?.notices.tell('sink:file:rotate', `can't rotate ${this.#options.path}: ${String(error)}`);
    }
    this.#open(now);
    this.#period = periodOf(now, this.#options.period);
  }
}

function periodOf(ms: number, period: 'daily' | 'hourly' | undefined): string {
  if (period === undefined) return '';
  return new Date(ms).toISOString().slice(0, period === 'daily' ? 10 : 13);
}

/** `app.log` to `app-20261120T103000Z.log`, with a number when that is taken. */
function freeName(path: string, now: number): string {
  const extension = extname(path);
  const stem = path.slice(0, path.length - extension.length);
  const time = new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, '');
  for (let number = 0; number < 1000; number++) {
    const name = `${stem}-${time}Z${number === 0 ? '' : `-${String(number).padStart(3, '0')}`}${extension}`;
    if (!existsSync(name) && !existsSync(`${name}.gz`)) return name;
  }
  throw new Error('a thousand files were rotated within a second: raise maxBytes');
}
