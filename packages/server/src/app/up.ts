/** From what a person gave (flags, environment, files) to a running process. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { SightlineError } from '@sightline/model';
import type { LoadedConfig } from './reload.ts';
import { logWarnings } from './log-warnings.ts';
import { runServer } from './run-server.ts';
import { startServer } from './start-server.ts';
import { loadPrometheusConfig, resolveOptions, type SightlineConfig, unreadableFile } from '../config/index.ts';
import { hasErrors } from '../lib/diagnostic.ts';
import { type RenderOptions, renderDiagnostics } from '../lib/diagnostic-render.ts';
import { createLogger } from '../telemetry/create-logger.ts';
import type { Logger } from '../telemetry/logger.ts';

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
      loadConfig: async () => loadScrapeConfig(config, input, logger),
    });
  return runServer(start, { print: input.stdout, logger });
}

/** The file is named as a person in `cwd` would name it. @throws ConfigError */
function loadScrapeConfig(
  { prometheus }: SightlineConfig,
  { cwd, render }: Pick<UpInput, 'cwd' | 'render'>,
  logger: Logger,
): LoadedConfig {
  const { configFile } = prometheus;
  if (configFile === '') return loadText('built-in default', '{}', '', render, logger);
  const relative = path.relative(cwd, configFile);
  const file = relative.startsWith('..') ? configFile : relative;
  let text: string;
  try {
    text = readFileSync(configFile, 'utf8');
  } catch (error) {
    const finding = {
      ...unreadableFile(file, error),
      hint: 'name the file with --prometheus or `prometheus.config_file`',
    };
    throw new ConfigError('config', renderDiagnostics([finding], new Map(), render), { cause: error });
  }
  return loadText(file, text, file, render, logger);
}

/** What the file asks for and does not get is said at every start and reload. */
function loadText(file: string, text: string, shownFile: string, render: RenderOptions, logger: Logger): LoadedConfig {
  const { config, diagnostics, sources } = loadPrometheusConfig({ file, text });
  if (config === undefined) throw new ConfigError('config', renderDiagnostics(diagnostics, sources, render));
  logWarnings(diagnostics, logger.child({ component: 'config' }));
  return { prometheus: config, file: shownFile };
}
