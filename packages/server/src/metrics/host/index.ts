/** The host collector: this machine's metrics under node_exporter's names. */

export type { HostErrorCode } from './errors.ts';
export { HostError } from './errors.ts';
export type { HostCollector } from './host-collector.ts';
export { createHostCollector, HOST_CONTENT_TYPE } from './host-collector.ts';
export type { HostCollectorOptions, HostPatterns } from './options.ts';
export { DEFAULT_HOST_PATTERNS } from './options.ts';
