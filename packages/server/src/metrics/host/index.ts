/** The host collector: this machine's metrics under node_exporter's names. */
export type { HostCollector } from './host-collector.ts';
export { createHostCollector } from './host-collector.ts';
export { DEFAULT_HOST_PATTERNS } from './options.ts';
