/** This process under the names every Prometheus client uses, so that a dashboard's panels about the exporter itself draw. */
import type { HostModule } from '../module.ts';

const TICKS_PER_SECOND = 100;
/** Fields of /proc/<pid>/stat after the name in brackets. */
const FIELD = { userTicks: 11, systemTicks: 12, startTicks: 19, virtualBytes: 20 } as const;
const UNLIMITED = 2 ** 64;

export const selfProcessModule: HostModule = {
  name: 'process',
  create({ files }) {
    return (out) => {
      const stat = files.read(files.proc('self/stat'));
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const field = (name: keyof typeof FIELD): number => Number(fields[FIELD[name]]);
      const seconds = (field('userTicks') + field('systemTicks')) / TICKS_PER_SECOND;
      out.counter('process_cpu_seconds_total', 'CPU time this process has used, in seconds.').add(seconds);
      out.gauge('process_virtual_memory_bytes', 'Address space of this process, in bytes.').add(field('virtualBytes'));
      const resident = process.memoryUsage.rss();
      out.gauge('process_resident_memory_bytes', 'Memory of this process that is in RAM, in bytes.').add(resident);
      const boot = Number(/^btime (\d+)$/m.exec(files.read(files.proc('stat')))?.[1]);
      const start = boot + field('startTicks') / TICKS_PER_SECOND;
      out.gauge('process_start_time_seconds', 'When this process began, in seconds since 1970.').add(start);
      const open = files.list(files.proc('self/fd')).length;
      out.gauge('process_open_fds', 'Open file descriptors of this process.').add(open);
      const limits = files.read(files.proc('self/limits'));
      const maxFds = limitOf(limits, 'Max open files');
      if (maxFds !== undefined) out.gauge('process_max_fds', 'File descriptors this process may open.').add(maxFds);
      const maxMemory = limitOf(limits, 'Max address space');
      if (maxMemory === undefined) return;
      const help = 'Address space this process may take, in bytes.';
      out.gauge('process_virtual_memory_max_bytes', help).add(maxMemory);
    };
  },
};

function limitOf(limits: string, name: string): number | undefined {
  const line = limits.split('\n').find((candidate) => candidate.startsWith(name));
  const soft = line?.slice(name.length).trim().split(/\s+/)[0];
  if (soft === undefined) return undefined;
  return soft === 'unlimited' ? UNLIMITED : Number(soft);
}
