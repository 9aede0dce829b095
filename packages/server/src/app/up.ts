/** From what a person gave (flags, environment, files) to a running process. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { SightlineError } from '@sightline/model';
import type { LoadedConfig } from './reload.ts';
import { runServer } from './run-server.ts';
import { startServer } from './start-server.ts';
import { loadPrometheusConfig, resolveOptions, type SightlineConfig } from '../config/index.ts';
import { hasErrors } from '../lib/diagnostic.ts';
import { type RenderOptions, renderDiagnostics } from '../lib/diagnostic-render.ts';
import { createLogger } from '../telemetry/create-logger.ts';

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

/** Configuration files with mistakes; the message is every one of them, rendered. */
export class ConfigError extends SightlineError<'config'> {}

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
  const start = () =>
    startServer(config, {
      logger,
      configFile: resolved.configFile,
      flags: resolved.flags,
      loadConfig: async () => loadScrapeConfig(config, input.cwd),
    });
  return runServer(start, { print: input.stdout, logger });
}

/** The file is named as a person in `cwd` would name it. @throws ConfigError */
function loadScrapeConfig({ prometheus }: SightlineConfig, cwd: string): LoadedConfig {
  const { configFile } = prometheus;
  if (configFile === '') return loadText('built-in default', '{}', '');
  const relative = path.relative(cwd, configFile);
  const file = relative.startsWith('..') ? configFile : relative;
  let text: string;
  try {
    text = readFileSync(configFile, 'utf8');
  } catch (error) {
    throw new ConfigError('config', `${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  return loadText(file, text, file);
}

function loadText(file: string, text: string, shownFile: string): LoadedConfig {
  const { config, diagnostics, sources } = loadPrometheusConfig({ file, text });
  if (config === undefined) throw new ConfigError('config', renderDiagnostics(diagnostics, sources));
  return { prometheus: config, file: shownFile };
}
