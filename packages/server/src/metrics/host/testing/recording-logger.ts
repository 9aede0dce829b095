/** A logger that keeps its warnings, for tests. */
import type { Logger } from '../../../telemetry/logger.ts';

export function recordingLogger(warnings: string[]): Logger {
  const nothing = (): void => undefined;
  const logger: Logger = {
    isEnabled: () => false,
    debug: nothing,
    info: nothing,
    warn: (message, fields) => void warnings.push(`${message} ${JSON.stringify(fields ?? {})}`),
    error: nothing,
    child: () => logger,
  };
  return logger;
}
