/** Totals of /proc/stat: boot time, context switches, forks, interrupts, running and blocked processes. */
import type { MetricText } from '../metric-text.ts';
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';

const LINES: Readonly<Record<string, readonly ['counter' | 'gauge', string, string]>> = {
  intr: ['counter', 'node_intr_total', 'Interrupts served since boot.'],
  ctxt: ['counter', 'node_context_switches_total', 'Context switches since boot.'],
  btime: ['gauge', 'node_boot_time_seconds', 'When the host was booted, in seconds since 1970.'],
  processes: ['counter', 'node_forks_total', 'Processes and threads started since boot.'],
  procs_running: ['gauge', 'node_procs_running', 'Processes that are running or ready to run.'],
  procs_blocked: ['gauge', 'node_procs_blocked', 'Processes waiting for I/O to finish.'],
};

export const statModule: HostModule = {
  name: 'stat',
  create({ files }) {
    return (out) => {
      for (const line of files.read(files.proc('stat')).split('\n')) {
        const [key = '', value = ''] = line.split(' ', 2);
        const known = LINES[key];
        if (known !== undefined) out.family(known[1], known[0], known[2]).add(Number(value));
      }
    };
  },
};

/** The order of the columns of the `softirq` line after its total. */
const VECTORS = ['hi', 'timer', 'net_tx', 'net_rx', 'block', 'block_iopoll', 'tasklet', 'sched', 'hrtimer', 'rcu'];

/** By CPU and kind from /proc/softirqs: many series, so it must be asked for. */
export const softirqsModule: HostModule = {
  name: 'softirqs',
  offByDefault: true,
  create({ files }) {
    return (out) => {
      writeVectors(files.read(files.proc('stat')), out);
      const family = out.counter('node_softirqs_functions_total', 'Soft interrupts handled, by CPU and kind.');
      const [head = '', ...rows] = files.read(files.proc('softirqs')).trimEnd().split('\n');
      const cpus = head
        .trim()
        .split(/\s+/)
        .map((cpu) => cpu.slice('CPU'.length));
      for (const row of rows) {
        const [type = '', ...counts] = row.trim().split(/\s+/);
        for (const [i, count] of counts.entries()) {
          family.add(Number(count), labelText({ cpu: cpus[i] ?? String(i), type: type.replace(':', '') }));
        }
      }
    };
  },
};

function writeVectors(stat: string, out: MetricText): void {
  const family = out.counter('node_softirqs_total', 'Soft interrupts handled by all CPUs, by kind.');
  const line = /^softirq \d+ (.*)$/m.exec(stat)?.[1] ?? '';
  line.split(' ').forEach((count, i) => {
    const vector = VECTORS[i];
    if (vector !== undefined && count !== '') family.add(Number(count), labelText({ vector }));
  });
}
