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
  const { signal, defect } = await stop.requested;
  process.off('SIGHUP', onHangup);
  if (defect === undefined) logger.info('stopping', { signal });
  else logger.error('stopping because of a defect in Sightline', { error: defect });
  const failed = await server.close();
  stop.release();
  if (defect !== undefined) return 1;
  if (failed.length > 0) {
    logger.error('stopped, but not everything ended well', { failed });
    return 1;
  }
  logger.info('stopped');
  return 0;
}

interface StopRequest {
  readonly signal?: NodeJS.Signals;
  /** Something was thrown that nobody caught: the state of the process is unknown, but what is queued can still be stored. */
  readonly defect?: unknown;
}

/** Resolves at the first signal; the second one ends the process. */
function stopSignal(logger: Logger): { requested: Promise<StopRequest>; release(): void } {
  let isStopping = false;
  let request: (reason: StopRequest) => void = () => undefined;
  const requested = new Promise<StopRequest>((resolve) => {
    request = resolve;
  });
  const onSignal = (signal: NodeJS.Signals) => {
    if (isStopping) {
      logger.warn('stopping at once, as asked again', { signal });
      process.exit(FORCED);
    }
    isStopping = true;
    request({ signal });
  };
  const onDefect = (defect: unknown) => {
    if (isStopping) logger.error('another defect while stopping', { error: defect });
    isStopping = true;
    request({ defect });
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.on('uncaughtException', onDefect);
  return {
    requested,
    release: () => {
      process.off('SIGTERM', onSignal);
      process.off('SIGINT', onSignal);
      process.off('uncaughtException', onDefect);
    },
  };
}
