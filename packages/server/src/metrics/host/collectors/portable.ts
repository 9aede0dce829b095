/**
 * What Node.js itself knows of a host, for systems without /proc: the names are those node_exporter uses on macOS. Network
 * and disk traffic cannot be had this way.
 */
import { statfs } from 'node:fs/promises';
import { cpus, freemem, loadavg, platform, totalmem, uptime } from 'node:os';
import { noData } from '../errors.ts';
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';

const portableCpu: HostModule = {
  name: 'cpu',
  create: () => (out) => {
    const seconds = out.counter('node_cpu_seconds_total', 'Time a CPU has spent in each mode, in seconds.');
    for (const [i, { times }] of cpus().entries()) {
      const cpu = String(i);
      const modes = { user: times.user, nice: times.nice, system: times.sys, idle: times.idle };
      for (const [mode, millis] of Object.entries(modes)) seconds.add(millis / 1000, labelText({ cpu, mode }));
    }
  },
};

const portableLoad: HostModule = {
  name: 'loadavg',
  create: () => (out) => {
    if (platform() === 'win32') throw noData('load average');
    const [one = 0, five = 0, fifteen = 0] = loadavg();
    out.gauge('node_load1', 'Load average over one minute.').add(one);
    out.gauge('node_load5', 'Load average over five minutes.').add(five);
    out.gauge('node_load15', 'Load average over fifteen minutes.').add(fifteen);
  },
};

const portableMemory: HostModule = {
  name: 'meminfo',
  create: () => (out) => {
    out.gauge('node_memory_total_bytes', 'Memory of this host, in bytes.').add(totalmem());
    out.gauge('node_memory_free_bytes', 'Memory nobody uses, in bytes.').add(freemem());
  },
};

const portableBootTime: HostModule = {
  name: 'boottime',
  create: () => {
    // Taken once: the difference of two clocks wavers by some milliseconds.
    const boot = Math.round(Date.now() / 1000 - uptime());
    return (out) => out.gauge('node_boot_time_seconds', 'When the host was booted, in seconds since 1970.').add(boot);
  },
};

/** The disk of the operating system only. */
const portableFilesystem: HostModule = {
  name: 'filesystem',
  mayWait: true,
  create: () => async (out) => {
    const mountpoint = platform() === 'win32' ? `${process.env['SystemDrive'] ?? 'C:'}\\` : '/';
    const { bsize, blocks, bfree, bavail } = await statfs(mountpoint);
    const labels = labelText({ device: mountpoint, mountpoint });
    out.gauge('node_filesystem_size_bytes', 'Size of the file system in bytes.').add(blocks * bsize, labels);
    out.gauge('node_filesystem_free_bytes', 'Free space in bytes.').add(bfree * bsize, labels);
    out.gauge('node_filesystem_avail_bytes', 'Space in bytes that users can still take.').add(bavail * bsize, labels);
  },
};

export const PORTABLE_MODULES: readonly HostModule[] = [
  portableBootTime,
  portableCpu,
  portableFilesystem,
  portableLoad,
  portableMemory,
];
