/** A logger that keeps nothing, for what is tested through its results. */
import type { Logger } from '../../../packages/server/src/telemetry/logger.ts';

export function silentLogger(): Logger {
  const nothing = (): void => undefined;
  const logger: Logger = {
    isEnabled: () => false,
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: nothing,
    child: () => logger,
  };
  return logger;
}
