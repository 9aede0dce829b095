/**
 * A server as a process: starts it, tells a person where it is, follows signals (SIGTERM and SIGINT stop it, a second one at
 * once; SIGHUP reloads), and resolves with the exit code.
 */
import type { Logger } from '../telemetry/logger.ts';
import type { RunningServer } from './start-server.ts';

export interface ServerProcess {
  /** For people: where the server is and what it does. */
  readonly print: (text: string) => void;
  readonly logger: Logger;
}

/** Exit code of a process that a signal ended at once, as shells count it. */
const FORCED = 130;

export async function runServer(
  start: () => Promise<RunningServer>,
  { print, logger }: ServerProcess,
): Promise<number> {
  const stop = stopSignal(logger);
  const server = await start();
  print(server.banner);
  const onHangup = () => void server.reload();
  process.on('SIGHUP', onHangup);
  const signal = await stop.requested;
  process.off('SIGHUP', onHangup);
  logger.info('stopping', { signal });
  const failed = await server.close();
  stop.release();
  if (failed.length > 0) {
    logger.error('stopped, but not everything ended well', { failed });
    return 1;
  }
  logger.info('stopped');
  return 0;
}

/** Resolves at the first signal; the second one ends the process. */
function stopSignal(logger: Logger): { requested: Promise<NodeJS.Signals>; release(): void } {
  let isStopping = false;
  let request: (signal: NodeJS.Signals) => void = () => undefined;
  const requested = new Promise<NodeJS.Signals>((resolve) => {
    request = resolve;
  });
  const onSignal = (signal: NodeJS.Signals) => {
    if (isStopping) {
      logger.warn('stopping at once, as asked again', { signal });
      process.exit(FORCED);
    }
    isStopping = true;
    request(signal);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return {
    requested,
    release: () => {
      process.off('SIGTERM', onSignal);
      process.off('SIGINT', onSignal);
    },
  };
}
