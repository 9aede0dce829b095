/** A real server inside the test process, from source: no build, a free port, its log within reach. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Diagnostic,
  loadPrometheusConfig,
  renderDiagnostics,
  resolveOptions,
  type RunningServer,
  startServer,
} from '@sightline/server';
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
  /** prometheus.yml, read at each reload. */
  readonly prometheusFile?: string;
  readonly webRoot?: string;
}

/** No host metrics, no self scrape, kept for ever: what is stored is what the test sends. */
const QUIET = {
  listen: '127.0.0.1:0',
  'host-metrics': 'false',
  'self-scrape': 'false',
  'retention-metrics': '0',
};

export async function startInProcess(options: InProcessOptions = {}): Promise<InProcessServer> {
  const folder = temporaryFolder();
  const log: string[] = [];
  try {
    const flags = { ...QUIET, data: join(folder.path, 'data'), ...options.flags };
    const resolved = resolveOptions({ flags, env: {}, cwd: folder.path });
    if (resolved.config === undefined) throw rendered(resolved.diagnostics, resolved.sources);
    const server = await startServer(resolved.config, {
      logger: createLogger({ level: 'info', format: 'json', write: (line) => void log.push(line) }),
      configFile: '',
      flags: resolved.flags,
      loadConfig: async () => load(options.prometheusFile),
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

function load(file: string | undefined) {
  const text = file === undefined ? '{}' : readFileSync(file, 'utf8');
  const { config, diagnostics, sources } = loadPrometheusConfig({ file: file ?? 'default', text });
  if (config === undefined) throw rendered(diagnostics, sources);
  return { prometheus: config, file: file ?? '' };
}

function rendered(diagnostics: readonly Diagnostic[], sources: ReadonlyMap<string, string>): Error {
  return new Error(renderDiagnostics(diagnostics, sources));
}
