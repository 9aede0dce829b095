/** A real server inside the test process, from source: no build, a free port, its log within reach. */
import { join } from 'node:path';
import { type Diagnostic, renderDiagnostics, resolveOptions, type RunningServer, startServer } from '@sightline/server';
import { loadConfig } from '../../../packages/server/src/app/load-config.ts';
import { createLogger } from '../../../packages/server/src/telemetry/create-logger.ts';
import { temporaryFolder } from '../../support/programs.ts';

export interface InProcessServer extends RunningServer {
  readonly folder: string;
  readonly log: readonly string[];
  /** Closes and removes the folder. */
  end(): Promise<readonly string[]>;
}

export interface InProcessOptions {
  /** By flag without dashes, over the quiet defaults below. */
  readonly flags?: Readonly<Record<string, string>>;
  /** prometheus.yml and alertmanager.yml, read at each reload. */
  readonly prometheusFile?: string;
  readonly alertmanagerFile?: string;
  /** sightline.yml; what `alerting` says is read at each reload. */
  readonly configFile?: string;
  readonly webRoot?: string;
}

/** No host metrics, no self scrape, kept for ever: what is stored is what the test sends. */
const QUIET = {
  listen: '127.0.0.1:0',
  'host-metrics': 'false',
  'self-scrape': 'false',
  'retention-metrics': '0',
  'alerting-default-rules': 'false',
};

export async function startInProcess(options: InProcessOptions = {}): Promise<InProcessServer> {
  const folder = temporaryFolder();
  const log: string[] = [];
  try {
    const flags = {
      ...QUIET,
      data: join(folder.path, 'data'),
      prometheus: options.prometheusFile,
      alertmanager: options.alertmanagerFile,
      config: options.configFile,
      ...options.flags,
    };
    const resolved = resolveOptions({ flags, env: {}, cwd: folder.path });
    const { config } = resolved;
    if (config === undefined) throw rendered(resolved.diagnostics, resolved.sources);
    const logger = createLogger({ level: 'info', format: 'json', write: (line) => void log.push(line) });
    const server = await startServer(config, {
      logger,
      configFile: resolved.configFile,
      flags: resolved.flags,
      loadConfig: async () =>
        loadConfig({ config, configFile: resolved.configFile, cwd: folder.path, render: {}, logger }),
      ...(options.webRoot === undefined ? {} : { webRoot: options.webRoot }),
    });
    const end = async () => {
      const failed = await server.close();
      folder.remove();
      return failed;
    };
    return { ...server, folder: folder.path, log, end };
  } catch (error) {
    folder.remove();
    throw error;
  }
}

function rendered(diagnostics: readonly Diagnostic[], sources: ReadonlyMap<string, string>): Error {
  return new Error(renderDiagnostics(diagnostics, sources));
}
