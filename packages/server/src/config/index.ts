/** Configuration: sightline.yml with flags and environment, prometheus.yml, and checks of both. */
export { type CheckKind, type CheckOptions, type CheckResult, checkFiles } from './check.ts';
export { diskFiles, type FileAccess } from './file-access.ts';
export { renderConfigReference } from './generate-reference.ts';
export { type LoadedPrometheus, type LoadPrometheusOptions, loadPrometheusConfig } from './prometheus/load.ts';
export { formatAddress, isLoopbackHost, type ListenAddress } from './sightline/option-types.ts';
export { CONFIG_OPTION, OPTIONS, type OptionSpec } from './sightline/options.ts';
export { DEFAULT_CONFIG_FILE, type ResolvedOptions, type ResolveOptions, resolveOptions } from './sightline/resolve.ts';
export type { OptionOrigin, SightlineConfig } from './sightline/types.ts';
