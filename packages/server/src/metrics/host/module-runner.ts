/** One collector under a time limit: how long it took, whether it delivered, and a log line when that changes. */
import type { Logger } from '../../telemetry/logger.ts';
import { HostError } from './errors.ts';
import { MetricText } from './metric-text.ts';
import type { Collect, Host, HostModule } from './module.ts';

export interface RunResult {
  readonly name: string;
  readonly seconds: number;
  readonly isOk: boolean;
  readonly text: MetricText;
}

/** One collector with its time limit and the memory of its last failure, so that a lasting one is logged once. */
export class ModuleRunner {
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
