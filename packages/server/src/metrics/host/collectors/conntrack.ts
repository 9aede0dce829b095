/** The connection tracking table of netfilter: how full it is, and its counters summed over CPUs. */
import type { HostModule } from '../module.ts';

/** Columns of /proc/net/stat/nf_conntrack that are reported. */
const STATS: Readonly<Record<string, string>> = {
  found: 'Searches that found an entry.',
  invalid: 'Packets that could not be tracked.',
  ignore: 'Packets that needed no tracking.',
  insert: 'Entries inserted.',
  insert_failed: 'Insertions that failed because the entry was there.',
  drop: 'Packets dropped because an entry could not be made.',
  early_drop: 'Entries dropped early to make room in a full table.',
  search_restart: 'Searches begun again because the table was resized.',
};

export const conntrackModule: HostModule = {
  name: 'conntrack',
  create({ files }) {
    return (out) => {
      const count = files.read(files.proc('sys/net/netfilter/nf_conntrack_count'));
      const limit = files.read(files.proc('sys/net/netfilter/nf_conntrack_max'));
      out.gauge('node_nf_conntrack_entries', 'Connections in the tracking table.').add(Number(count));
      out.gauge('node_nf_conntrack_entries_limit', 'Connections the tracking table can hold.').add(Number(limit));
      const stat = files.readOptional(files.proc('net/stat/nf_conntrack'));
      if (stat === undefined) return;
      const [head = '', ...rows] = stat.trimEnd().split('\n');
      const cells = rows.map((row) => row.trim().split(/\s+/));
      for (const [column, name] of head.trim().split(/\s+/).entries()) {
        const help = STATS[name];
        if (help === undefined) continue;
        const sum = cells.reduce((total, row) => total + Number.parseInt(row[column] ?? '0', 16), 0);
        out.gauge(`node_nf_conntrack_stat_${name}`, help).add(sum);
      }
    };
  },
};
