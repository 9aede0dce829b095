/**
 * Where the host collector and node_exporter 1.5 differ on purpose. The conformance test allows exactly these, and
 * docs/reference/host-metrics.md lists exactly these.
 */
export interface Difference {
  /** Series of one side that the other has not; matches the whole of `name{labels}`. */
  readonly series: RegExp;
  readonly only: 'node_exporter' | 'sightline';
  /** As the documentation names it. */
  readonly what: string;
  readonly reason: string;
}

const COLLECTOR_SERIES = 'node_scrape_collector_(?:duration_seconds|success)';

function collectors(...names: string[]): RegExp {
  return new RegExp(`^${COLLECTOR_SERIES}\\{collector="(?:${names.join('|')})"\\}$`);
}

export const DIFFERENCES: readonly Difference[] = [
  {
    series: /^(go_|promhttp_)/,
    only: 'node_exporter',
    what: '`go_*`, `promhttp_*`',
    reason: 'They describe the Go runtime and HTTP server of node_exporter itself.',
  },
  {
    series: /^node_exporter_build_info\{/,
    only: 'node_exporter',
    what: '`node_exporter_build_info`',
    reason: 'There is no node_exporter; the version of Sightline is in its own metrics.',
  },
  {
    series: /^node_timex_/,
    only: 'node_exporter',
    what: '`node_timex_*`',
    reason: 'Comes from the system call adjtimex, which Node.js cannot make and no file shows.',
  },
  {
    series: collectors('timex'),
    only: 'node_exporter',
    what: 'collector `timex`',
    reason: 'See `node_timex_*`.',
  },
  {
    series: collectors('systemd'),
    only: 'node_exporter',
    what: 'collector `systemd`',
    reason: 'Needs D-Bus; off by default in node_exporter too.',
  },
  {
    series: collectors('bcache', 'fibrechannel', 'infiniband', 'ipvs', 'nfs', 'nfsd', 'tapestats'),
    only: 'node_exporter',
    what: 'collectors `bcache`, `fibrechannel`, `infiniband`, `ipvs`, `nfs`, `nfsd`, `tapestats`',
    reason: 'Rare hardware and servers; not collected yet.',
  },
  {
    series: collectors('process', 'softirqs', 'watchdog'),
    only: 'sightline',
    what: 'collectors `process`, `softirqs`, `watchdog`',
    reason:
      'The process is described by a collector like the others; softirqs and watchdog came with later node_exporters.',
  },
  {
    series: /^node_softnet_(backlog_len|cpu_collision_total|flow_limit_count_total|received_rps_total)\{/,
    only: 'sightline',
    what: '`node_softnet_backlog_len`, `_cpu_collision_total`, `_flow_limit_count_total`, `_received_rps_total`',
    reason: 'Added after node_exporter 1.5.',
  },
  {
    series: /^node_softirqs_functions_total\{/,
    only: 'sightline',
    what: '`node_softirqs_functions_total`',
    reason: 'Added after node_exporter 1.5; off unless `softirqs` is enabled.',
  },
  {
    series: /^node_pressure_irq_stalled_seconds_total$/,
    only: 'sightline',
    what: '`node_pressure_irq_stalled_seconds_total`',
    reason: 'Added after node_exporter 1.5; only on kernels that account for interrupt time.',
  },
];
