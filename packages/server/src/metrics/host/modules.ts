/** Every collector, in the order of their names, by operating system. */
import { arpModule } from './collectors/arp.ts';
import { bondingModule } from './collectors/bonding.ts';
import { btrfsModule } from './collectors/btrfs.ts';
import { conntrackModule } from './collectors/conntrack.ts';
import { cpuModule } from './collectors/cpu.ts';
import { cpufreqModule } from './collectors/cpufreq.ts';
import { diskstatsModule } from './collectors/diskstats.ts';
import { dmiModule } from './collectors/dmi.ts';
import { edacModule } from './collectors/edac.ts';
import { filesystemModule } from './collectors/filesystem.ts';
import { hwmonModule } from './collectors/hwmon.ts';
import { interruptsModule } from './collectors/interrupts.ts';
import { entropyModule, filefdModule, selinuxModule } from './collectors/kernel-values.ts';
import { loadavgModule } from './collectors/loadavg.ts';
import { mdadmModule } from './collectors/mdadm.ts';
import { meminfoModule } from './collectors/meminfo.ts';
import { netclassModule } from './collectors/netclass.ts';
import { netdevModule } from './collectors/netdev.ts';
import { netstatModule } from './collectors/netstat.ts';
import { nvmeModule } from './collectors/nvme.ts';
import { osModule } from './collectors/os-release.ts';
import { PORTABLE_MODULES } from './collectors/portable.ts';
import { powersupplyModule } from './collectors/powersupply.ts';
import { pressureModule } from './collectors/pressure.ts';
import { processesModule } from './collectors/processes.ts';
import { raplModule } from './collectors/rapl.ts';
import { schedstatModule } from './collectors/schedstat.ts';
import { selfProcessModule } from './collectors/self-process.ts';
import { sockstatModule } from './collectors/sockstat.ts';
import { softnetModule } from './collectors/softnet.ts';
import { softirqsModule, statModule } from './collectors/stat.ts';
import { tcpstatModule } from './collectors/tcpstat.ts';
import { textfileModule } from './collectors/textfile.ts';
import { thermalModule } from './collectors/thermal.ts';
import { timeModule } from './collectors/time.ts';
import { udpQueuesModule } from './collectors/udp-queues.ts';
import { unameModule } from './collectors/uname.ts';
import { vmstatModule } from './collectors/vmstat.ts';
import { watchdogModule } from './collectors/watchdog.ts';
import { xfsModule } from './collectors/xfs.ts';
import { zfsModule } from './collectors/zfs.ts';
import type { HostModule } from './module.ts';

export const LINUX_MODULES: readonly HostModule[] = [
  arpModule,
  bondingModule,
  btrfsModule,
  conntrackModule,
  cpuModule,
  cpufreqModule,
  diskstatsModule,
  dmiModule,
  edacModule,
  entropyModule,
  filefdModule,
  filesystemModule,
  hwmonModule,
  interruptsModule,
  loadavgModule,
  mdadmModule,
  meminfoModule,
  netclassModule,
  netdevModule,
  netstatModule,
  nvmeModule,
  osModule,
  powersupplyModule,
  pressureModule,
  selfProcessModule,
  processesModule,
  raplModule,
  schedstatModule,
  selinuxModule,
  sockstatModule,
  softirqsModule,
  softnetModule,
  statModule,
  tcpstatModule,
  textfileModule,
  thermalModule,
  timeModule,
  udpQueuesModule,
  unameModule,
  vmstatModule,
  watchdogModule,
  xfsModule,
  zfsModule,
];

/** Names that exist on Linux only do not make a configuration wrong on a developer's laptop. */
export function modulesFor(platform: NodeJS.Platform): readonly HostModule[] {
  return platform === 'linux' ? LINUX_MODULES : [...PORTABLE_MODULES, textfileModule, timeModule, unameModule];
}
