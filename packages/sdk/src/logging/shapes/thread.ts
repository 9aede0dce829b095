/** Name of the thread in lines: `MainThread`, or `worker-1` in a worker of node:worker_threads. */
import { isMainThread, threadId } from 'node:worker_threads';

export const THREAD_NAME = isMainThread ? 'MainThread' : `worker-${threadId}`;
