/**
 * file_sd: target groups from JSON and YAML files, read again when a file or its folder changes and at each refresh
 * interval. A file that cannot be read keeps the groups it had; one that is gone loses them.
 */
import { type FSWatcher, watch } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { FileSdConfig } from '../../config/prometheus/types.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Counter } from '../../telemetry/registry.ts';
import type { DiscoveredGroup, Discoverer } from './discoverer.ts';
import { DiscoveryError } from './errors.ts';
import { glob, globFolder } from './glob.ts';
import { MAX_TIMER_MS } from './refresh.ts';
import { parseJsonGroups, parseYamlGroups } from './target-groups.ts';

const MAX_FILE_BYTES = 32 * 1024 * 1024;
/** An editor's save is several events. */
const SETTLE_MS = 100;

export interface FileDiscovererOptions {
  readonly failures: Counter;
  readonly logger: Logger;
}

export function createFileDiscoverer(config: FileSdConfig, options: FileDiscovererOptions): Discoverer {
  return new FileDiscoverer(config, options);
}

class FileDiscoverer implements Discoverer {
  readonly #config: FileSdConfig;
  readonly #options: FileDiscovererOptions;
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #failed = new Map<string, string>();
  #groups = new Map<string, readonly DiscoveredGroup[]>();
  #published: string | undefined;
  #settle: NodeJS.Timeout | undefined;
  #interval: NodeJS.Timeout | undefined;
  #refreshing: Promise<void> | undefined;
  #isAgain = false;
  #isStopped = false;

  constructor(config: FileSdConfig, options: FileDiscovererOptions) {
    this.#config = config;
    this.#options = options;
  }

  start(publish: (groups: readonly DiscoveredGroup[]) => void): void {
    this.#refresh(publish);
    const everyMs = Math.min(this.#config.refreshIntervalMs, MAX_TIMER_MS);
    this.#interval = setInterval(() => this.#refresh(publish), everyMs);
  }

  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#interval);
    clearTimeout(this.#settle);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #refresh(publish: (groups: readonly DiscoveredGroup[]) => void): void {
    if (this.#refreshing !== undefined) {
      this.#isAgain = true;
      return;
    }
    this.#watch(publish);
    this.#refreshing = this.#read(publish)
      .catch((error: unknown) => this.#fail(this.#config.files.join(', '), error))
      .finally(() => {
        this.#refreshing = undefined;
        const isAgain = this.#isAgain;
        this.#isAgain = false;
        if (isAgain && !this.#isStopped) this.#refresh(publish);
      });
  }

  async #read(publish: (groups: readonly DiscoveredGroup[]) => void): Promise<void> {
    const files = new Set((await Promise.all(this.#config.files.map(glob))).flat());
    const next = new Map<string, readonly DiscoveredGroup[]>();
    for (const file of files) {
      try {
        next.set(file, await readGroupFile(file));
        this.#failed.delete(file);
      } catch (error) {
        this.#fail(file, error);
        next.set(file, this.#groups.get(file) ?? []);
      }
    }
    for (const file of this.#failed.keys()) if (!files.has(file)) this.#failed.delete(file);
    this.#groups = next;
    const groups = [...next.values()].flat();
    const text = JSON.stringify(groups);
    if (this.#isStopped || text === this.#published) return;
    this.#published = text;
    publish(groups);
  }

  /** Counts each failure, logs it when it is not the one before. */
  #fail(file: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#options.failures.inc();
    if (this.#failed.get(file) === message) return;
    this.#failed.set(file, message);
    this.#options.logger.error('a target file cannot be read; its last good content is kept', { file, error: message });
  }

  /** Folders that do not exist yet are tried again at each refresh. */
  #watch(publish: (groups: readonly DiscoveredGroup[]) => void): void {
    for (const folder of new Set(this.#config.files.map(globFolder))) {
      if (this.#watchers.has(folder)) continue;
      try {
        const watcher = watch(folder, { persistent: false }, () => {
          this.#settle ??= setTimeout(() => {
            this.#settle = undefined;
            this.#refresh(publish);
          }, SETTLE_MS);
        });
        watcher.on('error', () => {
          watcher.close();
          this.#watchers.delete(folder);
        });
        this.#watchers.set(folder, watcher);
      } catch (error) {
        this.#options.logger.debug('a folder cannot be watched; it is read at each refresh', {
          folder,
          error: error instanceof Error ? error.message : String(error),
        });
      }
    }
  }
}

/** @throws DiscoveryError, or the error of the file system */
async function readGroupFile(file: string): Promise<DiscoveredGroup[]> {
  const { size } = await stat(file);
  if (size > MAX_FILE_BYTES) {
    throw new DiscoveryError('discovery/file', `${file} is larger than ${MAX_FILE_BYTES} bytes`);
  }
  const text = await readFile(file, 'utf8');
  const options = { origin: file, meta: { __meta_filepath: file } };
  return path.extname(file).toLowerCase() === '.json' ? parseJsonGroups(text, options) : parseYamlGroups(text, options);
}
