/** Named cleanups, run in the opposite order of their registration. One that fails or hangs does not keep the others back. */
import type { Logger } from '../telemetry/logger.ts';

export interface CleanupStack {
  /** `limitMs` is how long this step may take before the next one starts. */
  push(name: string, limitMs: number, run: () => void | Promise<void>): void;
  /** Runs everything once; later calls get the same promise. Gives the names of the steps that failed or took too long. */
  run(): Promise<readonly string[]>;
}

interface Cleanup {
  readonly name: string;
  readonly limitMs: number;
  readonly run: () => void | Promise<void>;
}

export function createCleanupStack(logger: Logger): CleanupStack {
  const stack: Cleanup[] = [];
  let running: Promise<readonly string[]> | undefined;
  const runAll = async (): Promise<readonly string[]> => {
    const failed: string[] = [];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const startedAt = performance.now();
      try {
        await withLimit(next);
        logger.debug('stopped', { step: next.name, ms: Math.round(performance.now() - startedAt) });
      } catch (error) {
        failed.push(next.name);
        logger.error('a step of the shutdown failed', { step: next.name, error });
      }
    }
    return failed;
  };
  return {
    push: (name, limitMs, run) => {
      stack.push({ name, limitMs, run });
    },
    run: () => {
      running ??= runAll();
      return running;
    },
  };
}

async function withLimit({ limitMs, run }: Cleanup): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${limitMs} ms`)), limitMs);
  });
  try {
    await Promise.race([run(), late]);
  } finally {
    clearTimeout(timer);
  }
}
