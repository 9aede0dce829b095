/**
 * What the value of a series may be when it was read between two readings of node_exporter. Counters must lie between the
 * two; gauges must too, with some room for those that move up and down within milliseconds.
 */
export interface Bracket {
  readonly before: number;
  readonly ours: number;
  readonly after: number;
}

/** Gauges that move all the time: how far outside of the bracket they may be, as a share and as a number. */
const RESTLESS: readonly { readonly metric: RegExp; readonly share: number; readonly number: number }[] = [
  { metric: /^node_memory_/, share: 0.2, number: 256 * 1024 * 1024 },
  { metric: /^node_filesystem_(avail|free)_bytes$/, share: 0.05, number: 1024 * 1024 * 1024 },
  { metric: /^node_filesystem_files_free$/, share: 0.01, number: 10_000 },
  { metric: /^node_filefd_allocated$/, share: 0.2, number: 500 },
  { metric: /^node_(processes_(state|threads|threads_state|pids)|procs_(running|blocked))$/, share: 0.5, number: 60 },
  { metric: /^node_sockstat_/, share: 0.5, number: 100 },
  { metric: /^node_netstat_Tcp_CurrEstab$/, share: 0.5, number: 50 },
  { metric: /^node_nf_conntrack_entries$/, share: 0.5, number: 200 },
  { metric: /^node_(disk_io_now|entropy_available_bits|udp_queues|arp_entries)$/, share: 0.5, number: 100 },
  { metric: /^node_(load\d+|thermal_zone_temp|hwmon_.*|cpu_.*frequency_hertz)$/, share: 0.3, number: 3 },
];

/** About the program that asks, so they cannot be the same in both. */
const OWN = /^(node_scrape_collector_duration_seconds|process_)/;

/** Undefined when the value is right, else what is wrong with it. */
export function judgeValue(metric: string, { before, ours, after }: Bracket): string | undefined {
  if (OWN.test(metric)) return undefined;
  const low = Math.min(before, after);
  const high = Math.max(before, after);
  const restless = RESTLESS.find((entry) => entry.metric.test(metric));
  // Scaling by a thousandth rounds differently in the last digit.
  const room = restless === undefined ? Math.abs(high) * 1e-9 : Math.max(restless.share * high, restless.number);
  if (ours >= low - room && ours <= high + room) return undefined;
  return `${ours} is not between ${before} and ${after}`;
}
