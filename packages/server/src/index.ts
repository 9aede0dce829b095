/** The server as a library: what the command line and programs that embed it use. */
export { StartError } from './app/listen.ts';
export { startServer } from './app/start-server.ts';
export type { RunningServer, StartContext } from './app/start-server.ts';
export {
  type CheckKind,
  type CheckResult,
  checkFiles,
  CONFIG_OPTION,
  loadPrometheusConfig,
  OPTIONS,
  type OptionSpec,
  resolveOptions,
  type SightlineConfig,
} from './config/index.ts';
export type { Diagnostic } from './lib/diagnostic.ts';
export { renderDiagnostics } from './lib/diagnostic-render.ts';
export { ConfigError } from './app/load-config.ts';
export { up } from './app/up.ts';
export type { UpInput } from './app/up.ts';
export { readVersion, type Version } from './telemetry/version.ts';
