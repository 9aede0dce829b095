/** Options of the host collector and their defaults, which are node_exporter's where it has the option. */
import type { Logger } from '../../telemetry/logger.ts';

/** All patterns are RE2 and match anywhere in the name; the empty string turns one off. */
export interface HostPatterns {
  readonly diskDeviceExclude: string;
  readonly mountPointsExclude: string;
  readonly fsTypesExclude: string;
  readonly netDeviceExclude: string;
  readonly netstatFields: string;
  readonly vmstatFields: string;
  readonly powerSupplyExclude: string;
}

export const DEFAULT_HOST_PATTERNS: HostPatterns = Object.freeze({
  diskDeviceExclude: '^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\\d+n\\d+p)\\d+$',
  mountPointsExclude: '^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)',
  fsTypesExclude:
    '^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|' +
    'proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|sysfs|tracefs)$',
  netDeviceExclude: '',
  netstatFields:
    '^(.*_(InErrors|InErrs)|Ip_Forwarding|Ip(6|Ext)_(InOctets|OutOctets)|Icmp6?_(InMsgs|OutMsgs)|' +
    'TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts|TCPOFOQueue|TCPRcvQDrop)|' +
    'Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab|MaxConn)|' +
    'Udp6?_(InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|SndbufErrors))$',
  vmstatFields: '^(oom_kill|pgpg|pswp|pg.*fault).*',
  powerSupplyExclude: '',
});

export interface HostCollectorOptions {
  readonly logger: Logger;
  readonly procPath?: string;
  readonly sysPath?: string;
  /** Prefix under which the mount points of /proc/1/mounts are reachable; `/host` in a container. */
  readonly rootfsPath?: string;
  /** Names of collectors that do not run. */
  readonly disabled?: readonly string[];
  /** Names of collectors that are off by default and shall run: `softirqs`. */
  readonly enabled?: readonly string[];
  /** Directory of `*.prom` files to be passed on; without it the textfile collector reports no error and no sample. */
  readonly textfileDirectory?: string;
  readonly patterns?: Partial<HostPatterns>;
  /** After this long a collector is reported as failed; it is not started again before it has come back. Default 5000. */
  readonly collectorTimeoutMs?: number;
  /** `process.platform` when absent; for tests. */
  readonly platform?: NodeJS.Platform;
}
