/** Size of the ARP table by device from /proc/net/arp. */
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';

export const arpModule: HostModule = {
  name: 'arp',
  create({ files }) {
    return (out) => {
      const entries = new Map<string, number>();
      for (const line of files.read(files.proc('net/arp')).trimEnd().split('\n').slice(1)) {
        const device = line.slice(line.lastIndexOf(' ') + 1);
        entries.set(device, (entries.get(device) ?? 0) + 1);
      }
      const family = out.gauge('node_arp_entries', 'Entries of the ARP table, by network device.');
      for (const [device, count] of entries) family.add(count, labelText({ device }));
    };
  },
};
