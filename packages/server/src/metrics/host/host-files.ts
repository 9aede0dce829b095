/**
 * Reading of /proc and /sys. Files that the kernel makes from memory are read synchronously into one buffer: 10 us each, where
 * an asynchronous read costs ten times the CPU. Files behind which a device driver may wait (sensors, batteries, link
 * speed) must be read with `readSlow`, which keeps the event loop free.
 */
import { close, closeSync, existsSync, open, openSync, read, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { HostError, noData } from './errors.ts';

/** Longest file read; /proc/net/udp of a host with 400,000 sockets is near it. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
const FIRST_BUFFER_BYTES = 64 * 1024;
/** A slow file is one value or a page of them. */
const SLOW_FILE_BYTES = 4096;
/** Uninterrupted work on the event loop between two turns of it. */
const SLICE_MS = 4;

export interface HostRoots {
  readonly procPath: string;
  readonly sysPath: string;
  /** Where the host's own root directory is mounted: `/`, or for example `/host` in a container. */
  readonly rootfsPath: string;
}

export class HostFiles {
  readonly roots: HostRoots;
  #buffer = Buffer.allocUnsafeSlow(FIRST_BUFFER_BYTES);
  #sliceStart = performance.now();

  constructor(roots: HostRoots) {
    this.roots = roots;
  }

  proc(...path: string[]): string {
    return join(this.roots.procPath, ...path);
  }

  sys(...path: string[]): string {
    return join(this.roots.sysPath, ...path);
  }

  rootfs(...path: string[]): string {
    return join(this.roots.rootfsPath, ...path);
  }

  /**
   * @returns the whole text
   * @throws HostError host_no_data when there is no such file, host_unreadable when the kernel refuses
   */
  read(path: string): string {
    try {
      return this.#readSync(path);
    } catch (error) {
      throw asHostError(path, error);
    }
  }

  /** Cheaper than to try and fail: an absent file that is read costs an error with its stack. */
  has(path: string): boolean {
    return existsSync(path);
  }

  /** The text, or undefined when the file is absent or its driver has no value (ENODATA, EINVAL, EOPNOTSUPP ...). */
  readOptional(path: string): string | undefined {
    try {
      return this.#readSync(path);
    } catch (error) {
      if (isErrno(error)) return undefined;
      throw error;
    }
  }

  /** The bytes of a small binary file, copied; undefined when absent. */
  readBytes(path: string): Buffer | undefined {
    try {
      return readFileSync(path);
    } catch (error) {
      if (isErrno(error)) return undefined;
      throw error;
    }
  }

  /** A trimmed one-value file as a number; undefined when absent or not a number. */
  readNumber(path: string): number | undefined {
    return parseNumber(this.readOptional(path));
  }

  /** As `readOptional`, trimmed, for files whose driver may wait for hardware. At most 4 KiB. */
  readSlow(path: string): Promise<string | undefined> {
    // Plain callbacks: a FileHandle costs three times as much, and sensors are many.
    return new Promise((resolve, reject) => {
      const settle = (error: Error | null, text?: string): void => {
        if (error === null || isErrno(error)) resolve(text);
        else reject(error);
      };
      open(path, 'r', (openError, fd) => {
        if (openError !== null) {
          settle(openError);
          return;
        }
        const buffer = Buffer.allocUnsafe(SLOW_FILE_BYTES);
        read(fd, buffer, 0, SLOW_FILE_BYTES, 0, (readError, length) => {
          close(fd, (closeError) => {
            const error = readError ?? closeError ?? null;
            settle(error, error === null ? buffer.toString('utf8', 0, length).trim() : undefined);
          });
        });
      });
    });
  }

  async readSlowNumber(path: string): Promise<number | undefined> {
    return parseNumber(await this.readSlow(path));
  }

  /** Sorted names in a directory; empty when it does not exist. */
  list(path: string): string[] {
    if (!existsSync(path)) return [];
    try {
      return readdirSync(path).sort();
    } catch (error) {
      if (isErrno(error)) return [];
      throw error;
    }
  }

  /** As `list`, but a missing directory means that the kernel knows no `what`. An empty one is an answer. */
  listOrNoData(path: string, what: string): string[] {
    try {
      return readdirSync(path).sort();
    } catch (error) {
      if (isErrno(error) && error.code === 'ENOENT') throw noData(what);
      throw asHostError(path, error);
    }
  }

  /** To be awaited in loops over many files: gives way to the event loop when this turn has run for 4 ms. */
  breathe(): Promise<void> | undefined {
    return performance.now() - this.#sliceStart < SLICE_MS ? undefined : this.startSlice();
  }

  async startSlice(): Promise<void> {
    await nextTurn();
    this.#sliceStart = performance.now();
  }

  #readSync(path: string): string {
    const fd = openSync(path, 'r');
    try {
      // A file of sysfs comes whole; one of /proc may come in pieces, so only an empty read ends it.
      const isOneRead = path.startsWith(this.roots.sysPath);
      let length = 0;
      for (;;) {
        if (length === this.#buffer.length) this.#grow(path);
        // The position stays undefined: some files of /proc (and all pipes) refuse pread.
        const count = readSync(fd, this.#buffer, length, this.#buffer.length - length, null);
        length += count;
        if (count === 0 || (isOneRead && length < this.#buffer.length)) return this.#buffer.toString('utf8', 0, length);
      }
    } finally {
      closeSync(fd);
    }
  }

  #grow(path: string): void {
    if (this.#buffer.length >= MAX_FILE_BYTES) {
      throw new HostError('host_unreadable', `${path} is larger than ${MAX_FILE_BYTES} bytes`);
    }
    const larger = Buffer.allocUnsafeSlow(this.#buffer.length * 4);
    this.#buffer.copy(larger);
    this.#buffer = larger;
  }
}

/** Also `max` and hexadecimal; undefined for what is no number. */
export function parseNumber(text: string | undefined): number | undefined {
  const trimmed = text?.trim();
  if (trimmed === undefined || trimmed === '') return undefined;
  const value = Number(trimmed);
  return Number.isNaN(value) ? undefined : value;
}

export function isErrno(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error;
}

function asHostError(path: string, error: unknown): unknown {
  if (!isErrno(error)) return error;
  if (error.code === 'ENOENT' || error.code === 'ENODEV') return noData(path);
  const hint = error.code === 'EACCES' ? { hint: 'run with more rights, or disable the collector' } : {};
  return new HostError('host_unreadable', `${path}: ${error.code}`, { ...hint, cause: error });
}
