/**
 * One exposition for the workers of a service. Workers report what changed every second and when they are asked; a scrape
 * asks all of them and waits a moment. A worker that does not answer in time is exposed as it was last and counted in
 * `sightline_sdk_workers_missing`: the scrape itself never fails and never hangs.
 */
import type { Worker as ClusterWorker } from 'node:cluster';
import { builtin } from '../../lib/builtin.ts';
import { BroadcastChannel, type Worker } from 'node:worker_threads';
import { Notices } from '../../lib/notices.ts';
import type { Exposition, RenderOptions } from '../exposition.ts';
import type { MetricJson } from '../json-format.ts';
import { Registry } from '../registry.ts';
import { Merged } from './merged.ts';
import { ASK_CHANNEL, ask, clusterReporter, isTold, REPORT_CHANNEL, threadReporter } from './messages.ts';
import { decodeReport, type Report, ReportWriter } from './report.ts';

export interface AggregateOptions {
  /** Aggregate the workers of `node:cluster`; this is its primary. */
  cluster?: boolean | undefined;
  /** Aggregate these worker threads; more can be added. */
  workers?: readonly Worker[] | undefined;
  /** Metrics of this process that belong to the whole. */
  registry?: Registry | undefined;
  /** How long a scrape waits for workers. Default 500 ms. */
  patienceMs?: number | undefined;
  notices?: Notices | undefined;
}

const DEFAULT_PATIENCE_MS = 500;
/** The last report of a worker may arrive after the news of its end. */
const LAST_WORDS_MS = 250;
const OWN = 'own';

/** A scrape that waits for reports. */
interface Waiting {
  readonly missing: Set<string>;
  done(): void;
}

/**
 * Makes one registry of those of the workers, which call `reportMetrics()`.
 *
 * @example
 * const all = aggregate({ cluster: true });
 * await startMetricsServer({ registry: all });
 */
export function aggregate(options: AggregateOptions = {}): AggregatedRegistry {
  return new AggregatedRegistry(options);
}

export class AggregatedRegistry {
  readonly #registry: Registry;
  readonly #merged: Merged;
  readonly #own: { registry: Registry; writer: ReportWriter } | undefined;
  readonly #isCluster: boolean;
  readonly #patienceMs: number;
  /** Reporters that live. */
  readonly #expected = new Set<string>();
  /** Reporters that ended a moment ago. */
  readonly #leaving = new Set<string>();
  readonly #needsFull = new Set<string>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #askThreads: BroadcastChannel;
  readonly #reports: BroadcastChannel;
  readonly #stops: (() => void)[] = [];
  #lastId = 0;

  constructor(options: AggregateOptions) {
    const notices = options.notices ?? new Notices();
    this.#registry = new Registry({ notices });
    this.#merged = new Merged(this.#registry, notices);
    this.#patienceMs = options.patienceMs ?? DEFAULT_PATIENCE_MS;
    this.#own =
      options.registry === undefined
        ? undefined
        : { registry: options.registry, writer: new ReportWriter(options.registry) };
    this.#askThreads = new BroadcastChannel(ASK_CHANNEL);
    this.#askThreads.unref();
    this.#reports = new BroadcastChannel(REPORT_CHANNEL);
    this.#reports.onmessage = (event) => this.#receive((event as { data: unknown }).data, (report) => report as Report);
    this.#reports.unref();
    this.#isCluster = options.cluster ?? false;
    if (this.#isCluster) this.#watchCluster();
    for (const worker of options.workers ?? []) this.addWorker(worker);
    this.#applyOwn(true);
  }

  /** Aggregates another worker thread; it leaves by itself when it ends. */
  addWorker(worker: Worker): void {
    const reporter = threadReporter(worker.threadId);
    this.#join(reporter);
    const leave = () => this.#leave(reporter);
    worker.once('exit', leave);
    this.#stops.push(() => worker.removeListener('exit', leave));
  }

  /** The exposition of all workers together. */
  async render(options: RenderOptions = {}): Promise<Exposition> {
    await this.collect();
    return this.#registry.render(options);
  }

  /** Asks the workers; resolves when all answered or patience ended. */
  async collect(): Promise<void> {
    const missing = await this.#ask();
    await this.#own?.registry.collect();
    this.#applyOwn(false);
    this.#merged.fold();
    const gauge = (name: string, help: string) => this.#registry.gauge(`sightline_sdk_workers${name}`, help);
    gauge('', 'Workers whose metrics are aggregated').set(this.#expected.size);
    gauge('_missing', 'Workers that did not report for this scrape; their last values are used').set(missing);
  }

  /** All metrics as JSON, as of the last `collect()`. */
  toJSON(): MetricJson[] {
    return this.#registry.toJSON();
  }

  close(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#askThreads.close();
    this.#reports.close();
    this.#own?.writer.close();
    for (const waiting of this.#waiting.values()) waiting.done();
  }

  #watchCluster(): void {
    const cluster = builtin('node:cluster');
    const onMessage = (_worker: ClusterWorker, message: unknown) => this.#receive(message, decodeReport);
    const onFork = (worker: ClusterWorker) => this.#join(clusterReporter(worker.id));
    const onExit = (worker: ClusterWorker) => this.#leave(clusterReporter(worker.id));
    cluster.on('message', onMessage);
    cluster.on('fork', onFork);
    cluster.on('exit', onExit);
    for (const worker of Object.values(cluster.workers ?? {})) if (worker !== undefined) onFork(worker);
    this.#stops.push(() => {
      cluster.removeListener('message', onMessage);
      cluster.removeListener('fork', onFork);
      cluster.removeListener('exit', onExit);
    });
  }

  #join(reporter: string): void {
    this.#expected.add(reporter);
    // It may have begun to report before anybody listened.
    this.#needsFull.add(reporter);
  }

  #leave(reporter: string): void {
    this.#expected.delete(reporter);
    this.#needsFull.delete(reporter);
    this.#leaving.add(reporter);
    const timer = setTimeout(() => {
      this.#leaving.delete(reporter);
      this.#merged.retire(reporter);
    }, LAST_WORDS_MS);
    timer.unref();
    for (const waiting of this.#waiting.values()) answered(waiting, reporter);
  }

  #receive(message: unknown, decode: (report: unknown) => Report): void {
    if (!isTold(message)) return;
    const { reporter, id } = message;
    if (!this.#expected.has(reporter) && !this.#leaving.has(reporter)) return;
    const report = decode(message.report);
    if (this.#merged.apply(reporter, report)) {
      if (report.isFull) this.#needsFull.delete(reporter);
    } else this.#needsFull.add(reporter);
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    if (waiting !== undefined) answered(waiting, reporter);
  }

  /** @returns How many did not answer. */
  async #ask(): Promise<number> {
    if (this.#expected.size === 0) return 0;
    const id = ++this.#lastId;
    const missing = new Set(this.#expected);
    const answers = new Promise<void>((resolve) => this.#waiting.set(id, { missing, done: resolve }));
    const message = ask(id, [...this.#needsFull]);
    this.#askThreads.postMessage(message);
    if (this.#isCluster) {
      for (const worker of Object.values(builtin('node:cluster').workers ?? {}))
        if (worker?.isConnected() === true) worker.send(message, () => {});
    }
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#patienceMs);
    });
    await Promise.race([answers, patience]);
    clearTimeout(timer);
    this.#waiting.delete(id);
    return missing.size;
  }

  #applyOwn(isFull: boolean): void {
    if (this.#own !== undefined) this.#merged.apply(OWN, this.#own.writer.write(isFull));
  }
}

function answered(waiting: Waiting, reporter: string): void {
  waiting.missing.delete(reporter);
  if (waiting.missing.size === 0) waiting.done();
}
