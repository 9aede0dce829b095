/** What one host collector is: a name, and a function made once that writes its families at every scrape. */
import type { Logger } from '../../telemetry/logger.ts';
import type { HostFiles } from './host-files.ts';
import type { MetricText } from './metric-text.ts';
import type { HostPatterns } from './options.ts';

/** What every collector is given when it is made. */
export interface Host {
  readonly files: HostFiles;
  readonly patterns: HostPatterns;
  readonly textfileDirectory: string | undefined;
  readonly logger: Logger;
}

/**
 * Writes the current values. Throws HostError host_no_data when this host has nothing of the kind; whatever was written
 * before a throw is still delivered.
 */
export type Collect = (out: MetricText) => void | Promise<void>;

export interface HostModule {
  /** The value of the `collector` label. */
  readonly name: string;
  /** Runs only when named in `enabled`. */
  readonly offByDefault?: boolean;
  /** Asks drivers, disks or servers: runs beside its like after the ones that read from memory. */
  readonly mayWait?: boolean;
  create(host: Host): Collect;
}
