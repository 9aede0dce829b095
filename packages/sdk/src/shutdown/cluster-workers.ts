/** The workers of a cluster primary: they drain as the primary does, and the primary ends after them. */
import type { Worker } from 'node:cluster';

/** Passes the signal on. Resolves when the last worker has ended; `abort` kills those that have not. */
export async function endWorkers(signal: NodeJS.Signals, abort: AbortSignal): Promise<number> {
  // Only here: a service without cluster need not load it at start.
  const { default: cluster } = await import('node:cluster');
  if (!cluster.isPrimary) return 0;
  const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  await Promise.all(workers.map((worker) => endWorker(worker, signal, abort)));
  return workers.length;
}

function endWorker(worker: Worker, signal: NodeJS.Signals, abort: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (worker.isDead()) {
      resolve();
      return;
    }
    worker.once('exit', () => resolve());
    abort.addEventListener('abort', () => worker.process.kill('SIGKILL'), { once: true });
    worker.process.kill(signal);
  });
}
