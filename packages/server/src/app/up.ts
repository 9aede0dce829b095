/** From what a person gave (flags, environment, files) to a running process. */
import { resolveOptions } from '../config/index.ts';
import { hasErrors } from '../lib/diagnostic.ts';
import { type RenderOptions, renderDiagnostics } from '../lib/diagnostic-render.ts';
import { createLogger } from '../telemetry/create-logger.ts';
import { readVersion } from '../telemetry/version.ts';
import { ConfigError, loadConfig } from './load-config.ts';
import { startOwnTraces } from './own-traces.ts';
import { runServer } from './run-server.ts';
import { startServer } from './start-server.ts';

export interface UpInput {
  /** By flag without dashes; absent when not given. */
  readonly flags: Readonly<Record<string, string | boolean | undefined>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly isErrorTerminal: boolean;
  readonly render: RenderOptions;
}

/**
 * Runs a server until it is told to stop; resolves with the exit code.
 * @throws ConfigError, StartError, StorageError when it cannot start
 */
export async function up(input: UpInput): Promise<number> {
  const resolved = resolveOptions({ flags: input.flags, env: input.env, cwd: input.cwd });
  const rendered = renderDiagnostics(resolved.diagnostics, resolved.sources, input.render);
  const { config } = resolved;
  if (config === undefined || hasErrors(resolved.diagnostics)) throw new ConfigError('config', rendered);
  input.stderr(rendered);
  const { level, format } = config.log;
  const isText = format === 'text' || (format === 'auto' && input.isErrorTerminal);
  const logger = createLogger({ level, format: isText ? 'text' : 'json', write: input.stderr });
  const traces = startOwnTraces(input.env, readVersion().version);
  const start = () =>
    startServer(config, {
      logger,
      spans: traces?.spans,
      configFile: resolved.configFile,
      flags: resolved.flags,
      loadConfig: () =>
        loadConfig({ config, configFile: resolved.configFile, cwd: input.cwd, render: input.render, logger }),
    });
  try {
    return await runServer(start, { print: input.stdout, logger });
  } finally {
    await traces?.close();
  }
}
