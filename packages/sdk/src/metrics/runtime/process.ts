/** CPU, memory and file descriptors of the process. */
import { readdirSync, readFileSync } from 'node:fs';
import { versions } from 'node:process';
import type { CounterFamily } from '../counter.ts';
import type { Registry } from '../registry.ts';
import type { RuntimePart } from './runtime.ts';

export function processMetrics(registry: Registry, prefix: string): RuntimePart {
  const cpu = (part: string, help: string) =>
    registry.counter(`${prefix}process_cpu_${part}seconds_total`, help, {
      unit: 'seconds',
    }) as unknown as CounterFamily;
  const user = cpu('user_', 'Total user CPU time spent in seconds.');
  const system = cpu('system_', 'Total system CPU time spent in seconds.');
  const both = cpu('', 'Total user and system CPU time spent in seconds.');
  registry
    .gauge(`${prefix}process_start_time_seconds`, 'Start time of the process since unix epoch in seconds.', {
      aggregate: 'min',
    })
    .set(Math.round(Date.now() / 1000 - process.uptime()));
  const [major = '', minor = '', patch = ''] = versions.node.split('.');
  registry.info(`${prefix}nodejs_version_info`, 'Node.js version info.', {
    version: process.version,
    major,
    minor,
    patch,
  });
  const readMemory = memory(registry, prefix);
  const readDescriptors = descriptors(registry, prefix);
  return {
    collect() {
      const usage = process.cpuUsage();
      user.setTotal({}, usage.user / 1e6);
      system.setTotal({}, usage.system / 1e6);
      both.setTotal({}, (usage.user + usage.system) / 1e6);
    },
    read() {
      readMemory();
      readDescriptors();
    },
  };
}

function memory(registry: Registry, prefix: string): () => void {
  const gauge = (name: string, help: string) => registry.gauge(`${prefix}process_${name}_bytes`, help);
  const resident = gauge('resident_memory', 'Resident memory size in bytes.');
  if (process.platform !== 'linux') return () => resident.set(process.memoryUsage.rss());
  const virtual = gauge('virtual_memory', 'Virtual memory size in bytes.');
  const heap = gauge('heap', 'Process heap size in bytes.');
  return () => {
    const status = readProc('status');
    resident.set(kilobytes(status, 'VmRSS') ?? process.memoryUsage.rss());
    virtual.set(kilobytes(status, 'VmSize') ?? 0);
    heap.set(kilobytes(status, 'VmData') ?? 0);
  };
}

function descriptors(registry: Registry, prefix: string): () => void {
  const limit = /^Max open files +(\d+)/m.exec(readProc('limits'))?.[1];
  if (limit === undefined) return () => {};
  registry.gauge(`${prefix}process_max_fds`, 'Maximum number of open file descriptors.').set(Number(limit));
  const open = registry.gauge(`${prefix}process_open_fds`, 'Number of open file descriptors.');
  return () => {
    try {
      // One of them is the folder being read.
      open.set(readdirSync('/proc/self/fd').length - 1);
    } catch {
      // Out of descriptors: the last number stays.
    }
  };
}

function kilobytes(status: string, key: string): number | undefined {
  const found = new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(status)?.[1];
  return found === undefined ? undefined : Number(found) * 1024;
}

/** A file of the proc filesystem; empty where there is none. */
function readProc(name: string): string {
  try {
    return readFileSync(`/proc/self/${name}`, 'utf8');
  } catch {
    return '';
  }
}
