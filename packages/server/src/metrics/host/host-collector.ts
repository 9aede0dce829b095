/**
 * The metrics of this machine under node_exporter's names, as one exposition body. The scrape manager asks for it as for any
 * other target. Collectors fail alone: one that throws or hangs shows in `node_scrape_collector_success` and in the log.
 */
import type { Logger } from '../../telemetry/logger.ts';
import { HostError } from './errors.ts';
import { HostFiles } from './host-files.ts';
import type { LabelPairs } from './metric-text.ts';
import { labelText, MetricText, renderMetricText } from './metric-text.ts';
import type { Collect, Host, HostModule } from './module.ts';
import { LINUX_MODULES, modulesFor } from './modules.ts';
import type { HostCollectorOptions } from './options.ts';
import { DEFAULT_HOST_PATTERNS } from './options.ts';

const DEFAULT_TIMEOUT_MS = 5000;
export const HOST_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export interface HostCollector {
  /** Names of the collectors that run, sorted. */
  readonly names: readonly string[];
  /** A Prometheus text 0.0.4 body, the caller's to keep. Never rejects because a part of the host is unreadable. */
  collect(): Promise<Buffer>;
}

/** @throws HostError host_option for an unknown collector name, RegexError for a bad pattern */
export function createHostCollector(options: HostCollectorOptions): HostCollector {
  const { logger, procPath = '/proc', sysPath = '/sys', rootfsPath = '/' } = options;
  const host: Host = {
    files: new HostFiles({ procPath, sysPath, rootfsPath }),
    patterns: { ...DEFAULT_HOST_PATTERNS, ...options.patterns },
    textfileDirectory: options.textfileDirectory,
    logger,
  };
  const modules = chooseModules(options);
  const timeoutMs = options.collectorTimeoutMs ?? DEFAULT_TIMEOUT_MS;
  // Those that wait come last, so that what they measure of themselves is not the work of the others.
  const ordered = [...modules].sort((a, b) => Number(a.mayWait === true) - Number(b.mayWait === true));
  const runs = ordered.map((module) => new ModuleRunner(module, host, timeoutMs));
  let current: Promise<Buffer> | undefined;
  return {
    names: modules.map((module) => module.name),
    collect: () => {
      // Two scrapes at once share one pass: the reading buffer and the counters' memory are one.
      current ??= collectAll(host.files, runs).finally(() => {
        current = undefined;
      });
      return current;
    },
  };
}

function chooseModules(options: HostCollectorOptions): HostModule[] {
  const available = modulesFor(options.platform ?? process.platform);
  const all = [...LINUX_MODULES, ...available];
  const disabled = new Set(options.disabled);
  const enabled = new Set(options.enabled);
  for (const name of [...disabled, ...enabled]) {
    if (all.some((module) => module.name === name)) continue;
    const known = LINUX_MODULES.map((module) => module.name).join(', ');
    throw new HostError('host_option', `there is no host collector "${name}"`, { hint: `known are ${known}` });
  }
  return available.filter(
    ({ name, offByDefault }) => !disabled.has(name) && (offByDefault !== true || enabled.has(name)),
  );
}

async function collectAll(files: HostFiles, runners: readonly ModuleRunner[]): Promise<Buffer> {
  await files.startSlice();
  const results: Promise<RunResult>[] = [];
  for (const runner of runners) {
    results.push(runner.run());
    await files.breathe();
  }
  const done = await Promise.all(results);
  const report = new MetricText();
  const duration = report.gauge('node_scrape_collector_duration_seconds', 'How long a collector took, in seconds.');
  const success = report.gauge('node_scrape_collector_success', 'Whether a collector delivered what it is for.');
  for (const result of done) {
    const labels: LabelPairs = { collector: result.name };
    duration.add(result.seconds, labelText(labels));
    success.add(result.isOk ? 1 : 0, labelText(labels));
  }
  return renderMetricText([...done.map((result) => result.text), report]);
}

interface RunResult {
  readonly name: string;
  readonly seconds: number;
  readonly isOk: boolean;
  readonly text: MetricText;
}

/** One collector with its time limit and the memory of its last failure, so that a lasting one is logged once. */
class ModuleRunner {
  readonly #name: string;
  readonly #collect: Collect;
  readonly #timeoutMs: number;
  readonly #logger: Logger;
  #isBusy = false;
  #lastFailure = '';

  constructor(module: HostModule, host: Host, timeoutMs: number) {
    this.#name = module.name;
    this.#logger = host.logger.child({ collector: module.name });
    this.#collect = module.create({ ...host, logger: this.#logger });
    this.#timeoutMs = timeoutMs;
  }

  async run(): Promise<RunResult> {
    const start = performance.now();
    const text = new MetricText();
    let failure: unknown;
    try {
      await this.#runOnce(text);
    } catch (error) {
      failure = error;
    }
    this.#log(failure);
    const isOk = failure === undefined;
    // What a collector that is still running writes later must not show up in this body or tear it.
    const hasOverrun = failure instanceof HostError && failure.code === 'host_timeout';
    const seconds = (performance.now() - start) / 1000;
    return { name: this.#name, seconds, isOk, text: hasOverrun ? new MetricText() : text };
  }

  async #runOnce(text: MetricText): Promise<void> {
    if (this.#isBusy) throw this.#timeout('is still busy with an earlier scrape');
    const running = this.#collect(text);
    if (running === undefined) return;
    this.#isBusy = true;
    const settled = running.finally(() => {
      this.#isBusy = false;
    });
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#timeout(`took longer than ${this.#timeoutMs} ms`)), this.#timeoutMs);
    });
    try {
      await Promise.race([settled, timeout]);
    } finally {
      clearTimeout(timer);
    }
  }

  #timeout(what: string): HostError {
    return new HostError('host_timeout', `host collector ${this.#name} ${what}`, {
      hint: 'a device or network mount does not answer; disable the collector if it stays so',
    });
  }

  #log(failure: unknown): void {
    const message = failure instanceof Error ? failure.message : failure === undefined ? '' : String(failure);
    if (message === this.#lastFailure) return;
    this.#lastFailure = message;
    if (failure === undefined) this.#logger.info('host collector works again');
    else if (failure instanceof HostError && failure.code === 'host_no_data') this.#logger.debug(message);
    else this.#logger.warn('host collector failed', { error: message });
  }
}
