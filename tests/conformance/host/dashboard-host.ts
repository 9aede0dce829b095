/**
 * A host that has everything the dashboard draws, so that coverage does not depend on the machine that runs the test. The
 * numbers mean nothing.
 */
import type { FixtureFiles } from '../../../packages/server/src/metrics/host/testing/fixture-host.ts';

const MEMINFO_KB = `MemTotal MemFree MemAvailable Buffers Cached SwapCached Active Inactive Active(anon) Inactive(anon)
  Active(file) Inactive(file) Unevictable Mlocked SwapTotal SwapFree Zswap Zswapped Dirty Writeback AnonPages Mapped Shmem
  KReclaimable Slab SReclaimable SUnreclaim KernelStack PageTables SecPageTables NFS_Unstable Bounce WritebackTmp
  CommitLimit Committed_AS VmallocTotal VmallocUsed VmallocChunk Percpu HardwareCorrupted AnonHugePages ShmemHugePages
  ShmemPmdMapped FileHugePages FilePmdMapped Hugepagesize Hugetlb DirectMap4k DirectMap2M DirectMap1G`;
const MEMINFO_COUNTS = 'HugePages_Total HugePages_Free HugePages_Rsvd HugePages_Surp';

const NETSTAT = 'TcpExt: SyncookiesSent SyncookiesRecv SyncookiesFailed ListenOverflows ListenDrops TCPRcvQDrop';
const NETSTAT_MORE = ' TCPOFOQueue TCPSynRetrans TCPTimeouts PruneCalled';
const SNMP = [
  'Ip: Forwarding DefaultTTL InReceives',
  'Icmp: InMsgs InErrors OutMsgs',
  'Tcp: RtoMin MaxConn ActiveOpens PassiveOpens CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts',
  'Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors',
  'UdpLite: InDatagrams InErrors',
];

const CPUFREQ = 'sys/devices/system/cpu/cpu0/cpufreq';
const HWMON = 'sys/class/hwmon/hwmon0';
const ETH = 'sys/class/net/eth0';

export const DASHBOARD_HOST: FixtureFiles = {
  'proc/meminfo': words(MEMINFO_KB, (name) => `${name}: 1 kB\n`) + words(MEMINFO_COUNTS, (name) => `${name}: 1\n`),
  'proc/stat':
    'cpu0 1 1 1 1 1 1 1 1 1 1\nintr 1\nctxt 1\nbtime 1\nprocesses 1\nprocs_running 1\nprocs_blocked 1\nsoftirq 1 1\n',
  'proc/loadavg': '0.1 0.2 0.3 1/2 3\n',
  'proc/diskstats': '8 0 sda 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1\n',
  'proc/1/mounts': '/dev/sda / ext4 rw 0 0\n',
  'proc/1/stat': `1 (init) S ${'1 '.repeat(25)}\n`,
  'proc/self/stat': `1 (sightline) S ${'1 '.repeat(25)}\n`,
  'proc/self/limits':
    'Max open files            1024  4096  files\nMax address space         unlimited  unlimited  bytes\n',
  'proc/self/fd/0': '',
  'proc/interrupts': '     CPU0\n 0: 1 IO-APIC timer\n',
  'proc/schedstat': 'cpu0 0 0 0 0 0 0 1 1 1\n',
  'proc/vmstat': words('oom_kill pgfault pgmajfault pgpgin pgpgout pswpin pswpout', (name) => `${name} 1\n`),
  'proc/net/dev': 'a\nb\neth0: 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1\n',
  'proc/net/arp': 'head\n10.0.0.1 0x1 0x2 aa * eth0\n',
  'proc/net/netstat': withValues(NETSTAT + NETSTAT_MORE) + withValues('IpExt: InOctets OutOctets'),
  'proc/net/snmp': SNMP.map(withValues).join(''),
  'proc/net/sockstat':
    'sockets: used 1\nTCP: inuse 1 orphan 1 tw 1 alloc 1 mem 1\nUDP: inuse 1 mem 1\nUDPLITE: inuse 1\nRAW: inuse 1\n' +
    'FRAG: inuse 1 memory 1\n',
  'proc/net/softnet_stat': '00000001 00000001 00000001\n',
  'proc/net/tcp': 'head\n 0: 0:0 0:0 0A 0:0 0\n',
  'proc/sys/fs/file-nr': '1 0 1\n',
  'proc/sys/kernel/pid_max': '1\n',
  'proc/sys/kernel/threads-max': '1\n',
  'proc/sys/kernel/random/entropy_avail': '1\n',
  'proc/sys/kernel/random/poolsize': '1\n',
  'proc/sys/net/netfilter/nf_conntrack_count': '1\n',
  'proc/sys/net/netfilter/nf_conntrack_max': '1\n',
  'proc/pressure/cpu': 'some total=1\n',
  'proc/pressure/io': 'some total=1\nfull total=1\n',
  'proc/pressure/memory': 'some total=1\nfull total=1\n',
  'proc/pressure/irq': 'full total=1\n',
  'root/etc/os-release': 'ID=test\n',
  [`${CPUFREQ}/scaling_cur_freq`]: '1\n',
  [`${CPUFREQ}/scaling_min_freq`]: '1\n',
  [`${CPUFREQ}/scaling_max_freq`]: '1\n',
  [`${HWMON}/name`]: 'chip\n',
  [`${HWMON}/temp1_input`]: '1\n',
  [`${HWMON}/temp1_max`]: '1\n',
  [`${HWMON}/temp1_crit`]: '1\n',
  [`${HWMON}/temp1_crit_alarm`]: '1\n',
  [`${HWMON}/temp1_crit_hyst`]: '1\n',
  [`${ETH}/ifindex`]: '1\n',
  [`${ETH}/carrier`]: '1\n',
  [`${ETH}/mtu`]: '1\n',
  [`${ETH}/speed`]: '1\n',
  [`${ETH}/tx_queue_len`]: '1\n',
  'sys/class/power_supply/AC/online': '1\n',
  'sys/class/thermal/cooling_device0/cur_state': '1\n',
  'sys/class/thermal/cooling_device0/max_state': '1\n',
};

function words(text: string, write: (word: string) => string): string {
  return text.split(/\s+/).map(write).join('');
}

/** The line of names and below it one value for each. */
function withValues(head: string): string {
  const [protocol = '', ...names] = head.split(' ');
  return `${head}\n${protocol}${' 1'.repeat(names.length)}\n`;
}
