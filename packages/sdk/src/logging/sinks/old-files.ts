/** Rotated files: compressed, and deleted when they are too many or too old. Runs beside the service, one pass at a time. */
import { createReadStream, createWriteStream } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { builtin } from '../../lib/builtin.ts';
import type { Core } from '../../core/core.ts';

export interface OldFilesOptions {
  readonly keep: number;
  readonly maxAgeDays: number | undefined;
  readonly gzip: boolean;
}

const fs = () => builtin('node:fs/promises');
const DAY_MS = 86_400_000;

export class OldFiles {
  readonly #folder: string;
  readonly #pattern: RegExp;
  readonly #options: OldFilesOptions;
  #core: Core | undefined;
  #running: Promise<void> | undefined;
  #isAsked = false;

  constructor(path: string, options: OldFilesOptions) {
    const extension = extname(path);
    const stem = basename(path, extension);
    this.#folder = dirname(path);
    this.#pattern = new RegExp(
      `^${literally(stem)}-\\d{8}T\\d{6}Z(?:-\\d{3})?${literally(extension)}(?:\\.gz|\\.gz\\.tmp)?$`,
    );
    this.#options = options;
  }

  /** Also takes care of what a former process left. */
  start(core: Core): void {
    this.#core = core;
    this.tidy();
  }

  /** Begins a pass, or asks the running one for another. */
  tidy(): void {
    this.#isAsked = true;
    this.#running ??= this.#passes();
  }

  /** Resolves when no pass runs. */
  async finished(): Promise<void> {
    await this.#running;
  }

  async #passes(): Promise<void> {
    try {
      while (this.#isAsked) {
        this.#isAsked = false;
        await this.#pass();
      }
    } catch (error) {
      this.#core?.notices.tell('sink:file:old', `can't tidy old log files in ${this.#folder}: ${String(error)}`);
    } finally {
      this.#running = undefined;
    }
  }

  async #pass(): Promise<void> {
    // The time is in the name: names in reverse order are newest first.
    const names = (await this.#names()).sort().reverse();
    let kept = 0;
    for (const name of names) {
      const path = join(this.#folder, name);
      const isLeft = name.endsWith('.tmp') || kept >= this.#options.keep || (await this.#isTooOld(path));
      if (isLeft) {
        await fs().unlink(path).catch(ignoreMissing);
        continue;
      }
      kept++;
      if (this.#options.gzip && !name.endsWith('.gz')) await compress(path);
    }
  }

  async #names(): Promise<string[]> {
    try {
      return (await fs().readdir(this.#folder)).filter((name) => this.#pattern.test(name));
    } catch (error) {
      ignoreMissing(error);
      return [];
    }
  }

  async #isTooOld(path: string): Promise<boolean> {
    const { maxAgeDays } = this.#options;
    if (maxAgeDays === undefined) return false;
    const stats = await fs().stat(path).catch(ignoreMissing);
    return stats !== undefined && Date.now() - stats.mtimeMs > maxAgeDays * DAY_MS;
  }
}

/** Under another name until it is whole, so that a crash leaves no half of an archive. */
async function compress(path: string): Promise<void> {
  const part = `${path}.gz.tmp`;
  const { mode } = await fs().stat(path);
  await pipeline(
    createReadStream(path),
    builtin('node:zlib').createGzip({ level: 6 }),
    createWriteStream(part, { mode: mode & 0o777 }),
  );
  await fs().rename(part, `${path}.gz`);
  await fs().unlink(path);
}

function ignoreMissing(error: unknown): undefined {
  if ((error as { code?: string }).code === 'ENOENT') return undefined;
  throw error;
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
