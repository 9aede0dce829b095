/** Configuration: sightline.yml with flags and environment, prometheus.yml, and checks of both. */
export { type CheckKind, type CheckResult, checkFiles } from './check.ts';
export { renderConfigReference } from './generate-reference.ts';
export { loadPrometheusConfig } from './prometheus/load.ts';
export { CONFIG_OPTION, OPTIONS, type OptionSpec } from './sightline/options.ts';
export { resolveOptions } from './sightline/resolve.ts';
export type { SightlineConfig } from './sightline/types.ts';
export { unreadableFile } from './unreadable-file.ts';
