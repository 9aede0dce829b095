/**
 * Collects lines and hands them to a descriptor in pieces of 16 KB or once per turn of the event loop, because a system call
 * costs more than the line. What the descriptor does not take at once waits, within a bound; beyond it `block` waits for the
 * reader and `drop` counts the lines as lost.
 */
import { writeSync } from 'node:fs';
import type { Core } from '../../core/core.ts';

export type OnFull = 'block' | 'drop';

export interface LineBufferOptions {
  readonly name: string;
  readonly onFull: OnFull;
  /** Bytes that may wait for the descriptor. */
  readonly maxBufferBytes: number;
  /** Every line at once, without collecting. */
  readonly isSync: boolean;
  /** How long the end of the process waits for a reader that takes nothing, in milliseconds. */
  readonly exitTimeoutMs: number;
}

/** Writes bytes somewhere as `fs.writeSync` does: returns how many it took, throws an error with a code. */
export type ByteWriter = (bytes: Uint8Array, offset: number, length: number) => number;

const PIECE = 16_384;
/** Room for a piece in UTF-8 with what its last line has more. */
const SCRATCH = 4 * PIECE;
const RETRY_MS = 20;
const WAIT = new Int32Array(new SharedArrayBuffer(4));
/** A reader that does not take now, but may later. */
const BUSY = new Set(['EAGAIN', 'EWOULDBLOCK', 'EINTR']);
/** No room: it may come back when someone deletes files. */
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO']);

export class LineBuffer {
  readonly #options: LineBufferOptions;
  readonly #write: ByteWriter;
  #core: Core | undefined;
  #text = '';
  #lines = 0;
  /** Pieces that the descriptor did not take yet, oldest first. */
  readonly #waiting: { bytes: Buffer; offset: number; lines: number }[] = [];
  #waitingBytes = 0;
  /** Where a piece is encoded that the descriptor is likely to take at once. */
  #scratch: Buffer | undefined;
  #isScheduled = false;
  #retry: NodeJS.Timeout | undefined;
  #isGone = false;
  #hasNoRoom = false;
  readonly #onTurn = (): void => {
    this.#isScheduled = false;
    this.#hand();
  };

  constructor(write: ByteWriter, options: LineBufferOptions) {
    this.#write = write;
    this.#options = options;
  }

  start(core: Core): void {
    this.#core = core;
  }

  /** Bytes (of what waits) and UTF-16 units (of what is collected) that are held. */
  get held(): number {
    return this.#waitingBytes + this.#text.length;
  }

  add(line: string): void {
    this.#text += line;
    this.#lines++;
    if (this.#text.length >= PIECE || this.#options.isSync) this.#hand();
    else if (!this.#isScheduled) {
      this.#isScheduled = true;
      setImmediate(this.#onTurn);
    }
  }

  /** Writes what is held as far as the descriptor takes it. */
  flushNow(): void {
    this.#hand();
  }

  /** Writes all that is held, waiting for the reader within `exitTimeoutMs` without progress. */
  flushSync(): void {
    this.#hand();
    let idleSince = Date.now();
    while (this.#waiting.length > 0 && !this.#isGone) {
      const before = this.#waitingBytes;
      this.#drain();
      if (this.#waitingBytes < before) idleSince = Date.now();
      else if (Date.now() - idleSince > this.#options.exitTimeoutMs) break;
      else pause();
    }
    if (this.#waiting.length > 0) this.#lose('exit_timeout');
  }

  /** Resolves when all that is held was taken, or when `signal` aborts. */
  async flush(signal: AbortSignal): Promise<void> {
    this.#hand();
    while (this.#waiting.length > 0 && !signal.aborted) {
      await new Promise((resolve) => {
        setTimeout(resolve, RETRY_MS);
      });
      this.#drain();
    }
  }

  /** Gives up what waits. */
  close(): void {
    clearTimeout(this.#retry);
    if (this.#waiting.length > 0) this.#lose('closed');
  }

  /** Moves the collected lines to the queue and the queue to the descriptor. */
  #hand(): void {
    const text = this.#text;
    if (text === '') return;
    const lines = this.#lines;
    this.#text = '';
    this.#lines = 0;
    if (this.#isGone) {
      this.#core?.losses.add('logs', 'sink_gone', lines);
      return;
    }
    const bytes = this.#encoded(text);
    if (this.#waitingBytes + bytes.length > this.#options.maxBufferBytes && this.#waiting.length > 0) {
      this.#drain();
      if (this.#options.onFull === 'block') this.#waitForReader(bytes.length);
    }
    if (this.#waiting.length > 0 && this.#waitingBytes + bytes.length > this.#options.maxBufferBytes) {
      this.#core?.losses.add('logs', 'sink_full', lines);
      this.#tell('full', `the sink ${this.#options.name} takes no more lines: they are dropped and counted`);
      return;
    }
    this.#waiting.push({ bytes, offset: 0, lines });
    this.#waitingBytes += bytes.length;
    if (this.#retry === undefined) this.#drain();
  }

  /** In the scratch only when nothing waits, so that no piece there is written over. */
  #encoded(text: string): Buffer {
    if (this.#waiting.length > 0 || text.length * 3 > SCRATCH) return Buffer.from(text);
    this.#scratch ??= Buffer.allocUnsafeSlow(SCRATCH);
    return this.#scratch.subarray(0, this.#scratch.write(text));
  }

  #waitForReader(length: number): void {
    while (this.#waiting.length > 0 && this.#waitingBytes + length > this.#options.maxBufferBytes && !this.#isGone) {
      const before = this.#waitingBytes;
      if (!this.#drain() && this.#waitingBytes === before) pause();
      if (this.#hasNoRoom) return;
    }
  }

  /** Writes until nothing waits or the descriptor takes no more. @returns Whether all was taken. */
  #drain(): boolean {
    this.#hasNoRoom = false;
    for (;;) {
      const piece = this.#waiting[0];
      if (piece === undefined) return true;
      try {
        const taken = this.#write(piece.bytes, piece.offset, piece.bytes.length - piece.offset);
        piece.offset += taken;
        this.#waitingBytes -= taken;
        if (piece.offset >= piece.bytes.length) this.#waiting.shift();
      } catch (error) {
        if (!this.#canWait(error)) return true;
        this.#retryLater();
        return false;
      }
    }
  }

  #canWait(error: unknown): boolean {
    const { code } = error as { code?: string };
    if (code !== undefined && BUSY.has(code)) return true;
    const { name } = this.#options;
    if (code !== undefined && NO_ROOM.has(code)) {
      this.#hasNoRoom = true;
      this.#tell(code, `the sink ${name} has no room (${code}): lines wait, then they are dropped and counted`);
      return true;
    }
    this.#isGone = code === 'EPIPE' || code === 'EBADF' || code === 'ECONNRESET';
    this.#tell(code ?? 'error', `the sink ${name} can't write (${String(error)}): its lines are dropped and counted`);
    this.#lose(this.#isGone ? 'sink_gone' : 'sink_failed');
    return false;
  }

  #retryLater(): void {
    if (this.#retry !== undefined) return;
    this.#retry = setTimeout(
      () => {
        this.#retry = undefined;
        this.#drain();
      },
      this.#hasNoRoom ? 1000 : RETRY_MS,
    );
    this.#retry.unref();
  }

  #lose(reason: string): void {
    let lines = 0;
    for (const piece of this.#waiting.splice(0)) lines += piece.lines;
    this.#waitingBytes = 0;
    this.#core?.losses.add('logs', reason, lines);
  }

  #tell(kind: string, message: string): void {
    this.#core?.notices.tell(`sink:${this.#options.name}:${kind}`, message);
  }
}

/** Holds the thread for a moment: the only way to wait where nothing asynchronous runs. */
function pause(): void {
  Atomics.wait(WAIT, 0, 0, 2);
}

/** Bytes to an open descriptor. */
export function descriptorWriter(descriptor: number): ByteWriter {
  return (bytes, offset, length) => writeSync(descriptor, bytes, offset, length);
}
