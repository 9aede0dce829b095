/** A real server inside the test process, from source: no build, no port clash, the parts within reach. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPrometheusConfig } from '../../../packages/server/src/config/prometheus/load.ts';
import type { ServerOptions } from '../../../packages/server/src/app/server-options.ts';
import { type RunningServer, startServer } from '../../../packages/server/src/app/start-server.ts';
import { renderDiagnostics } from '../../../packages/server/src/lib/diagnostic-render.ts';
import { createLogger } from '../../../packages/server/src/telemetry/create-logger.ts';
import { temporaryFolder } from '../../support/programs.ts';

export interface InProcessServer extends RunningServer {
  readonly folder: string;
  readonly log: readonly string[];
  /** Closes and removes the folder. */
  end(): Promise<readonly string[]>;
}

export interface InProcessOptions {
  readonly overrides?: Partial<ServerOptions>;
  /** prometheus.yml in the server's folder, read at each reload. */
  readonly prometheusFile?: string;
  readonly dataDirectory?: string;
}

/** No host metrics, no self scrape, kept for ever: what is stored is what the test sends. */
export async function startInProcess(options: InProcessOptions = {}): Promise<InProcessServer> {
  const folder = temporaryFolder();
  const log: string[] = [];
  const settings: ServerOptions = {
    listen: { host: '127.0.0.1', port: 0 },
    isInsecureAllowed: false,
    storage: { backend: 'chdb', dataDirectory: options.dataDirectory ?? join(folder.path, 'data') },
    metricsRetentionMs: 0,
    limits: {},
    hostMetrics: { isEnabled: false, intervalMs: 15_000, collector: {} },
    selfScrape: { isEnabled: false, intervalMs: 15_000 },
    query: {
      lookbackMs: 300_000,
      timeoutMs: 120_000,
      maxConcurrency: 20,
      maxSamples: 50_000_000,
      maxSeries: 1_000_000,
    },
    configFile: '',
    flags: {},
    ...options.overrides,
  };
  const file = options.prometheusFile;
  const loadConfig = async () => {
    const text = file === undefined ? '{}' : readFileSync(file, 'utf8');
    const loaded = loadPrometheusConfig({ file: file ?? 'default.yml', text });
    if (loaded.config === undefined) throw new Error(renderDiagnostics(loaded.diagnostics, loaded.sources));
    return { prometheus: loaded.config, file: file ?? '' };
  };
  try {
    const logger = createLogger({ level: 'info', format: 'json', write: (line) => void log.push(line) });
    const server = await startServer(settings, { logger, loadConfig });
    return {
      ...server,
      folder: folder.path,
      log,
      end: async () => {
        const failed = await server.close();
        folder.remove();
        return failed;
      },
    };
  } catch (error) {
    folder.remove();
    throw error;
  }
}
