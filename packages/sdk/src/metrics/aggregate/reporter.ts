/** The side of a worker: reports the metrics of a cluster process or a worker thread to the one that aggregates. */
import { builtin } from '../../lib/builtin.ts';
import { BroadcastChannel, isMainThread, threadId } from 'node:worker_threads';
import { ObserveError } from '../../lib/problems.ts';
import type { Registry } from '../registry.ts';
import { ASK_CHANNEL, clusterReporter, isAsk, REPORT_CHANNEL, threadReporter, told } from './messages.ts';
import { encodeReport, ReportWriter } from './report.ts';

export interface ReportOptions {
  /** How often changes are reported without being asked: what a killed worker can lose. Default 1,000 ms. */
  intervalMs?: number | undefined;
}

const DEFAULT_INTERVAL_MS = 1000;

/** Where reports go. */
interface Link {
  readonly name: string;
  send(message: ReturnType<typeof told>): void;
  /** Whether reports must be JSON. */
  readonly isJson: boolean;
  listen(onMessage: (message: unknown) => void): () => void;
}

/**
 * Reports the metrics of this worker to `aggregate()` in the process that made it: in a worker thread by a channel of its
 * own, in a cluster worker between the messages of the service. Only changes are sent.
 *
 * @example // in the worker
 * reportMetrics(registry);
 * @returns Ends it.
 */
export function reportMetrics(registry: Registry, options: ReportOptions = {}): () => void {
  const link = isMainThread ? (builtin('node:cluster').isWorker ? processLink() : undefined) : threadLink();
  if (link === undefined)
    throw new ObserveError(
      'unsupported',
      'reportMetrics() is for cluster workers and worker threads: this is neither. The main process calls aggregate()',
    );
  if (!registry.enabled) return () => {};
  const writer = new ReportWriter(registry);
  const send = (id: number | undefined, isFull: boolean) => {
    const report = writer.write(isFull);
    if (id === undefined && !isFull && report.families.length === 0) return;
    link.send(told(link.name, id, link.isJson ? encodeReport(report) : report));
  };
  const stopListening = link.listen((message) => {
    if (!isAsk(message)) return;
    const isFull = message.full.includes(link.name);
    // A collector that hangs must not hang the scrape: the values that are there are reported.
    void registry.collect().then(() => send(message.id, isFull));
  });
  const timer = setInterval(() => send(undefined, false), options.intervalMs ?? DEFAULT_INTERVAL_MS);
  timer.unref();
  const atExit = () => send(undefined, false);
  process.once('exit', atExit);
  send(undefined, true);
  return () => {
    clearInterval(timer);
    process.removeListener('exit', atExit);
    stopListening();
    writer.close();
  };
}

function processLink(): Link {
  return {
    name: clusterReporter(builtin('node:cluster').worker?.id ?? 0),
    isJson: true,
    send: (message) => {
      if (process.connected) process.send?.(message, undefined, undefined, () => {});
    },
    listen: (onMessage) => {
      process.on('message', onMessage);
      return () => process.removeListener('message', onMessage);
    },
  };
}

function threadLink(): Link {
  return {
    name: threadReporter(threadId),
    isJson: false,
    send: (message) => {
      // Open only for the message: a channel that stays open would also receive the reports of the other threads.
      const channel = new BroadcastChannel(REPORT_CHANNEL);
      channel.postMessage(message);
      channel.close();
    },
    listen: (onMessage) => {
      const channel = new BroadcastChannel(ASK_CHANNEL);
      channel.onmessage = (event) => onMessage((event as { data: unknown }).data);
      channel.unref();
      return () => channel.close();
    },
  };
}
