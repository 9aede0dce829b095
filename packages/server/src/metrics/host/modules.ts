/** Every collector for Linux, in the order of their names. */
import { cpuModule } from './collectors/cpu.ts';
import { diskstatsModule } from './collectors/diskstats.ts';
import { filesystemModule } from './collectors/filesystem.ts';
import { loadavgModule } from './collectors/loadavg.ts';
import { meminfoModule } from './collectors/meminfo.ts';
import { netdevModule } from './collectors/netdev.ts';
import { softirqsModule, statModule } from './collectors/stat.ts';
import type { HostModule } from './module.ts';

export const LINUX_MODULES: readonly HostModule[] = [
  cpuModule,
  diskstatsModule,
  filesystemModule,
  loadavgModule,
  meminfoModule,
  netdevModule,
  softirqsModule,
  statModule,
];
